import { xmlText } from "../text/escape.ts";
import { fitText, textWidth } from "../text/width.ts";
import { type Pixel, thinned } from "./thin.ts";
import { isShown, type Scale, type ScaleKind, scaleOf } from "./ticks.ts";

/** A line of a plot. */
export interface Curve {
  /** What the legend calls it. */
  readonly name: string;
  /** In the order in which they are joined; a value that is no finite number leaves a gap. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A plot of curves that share their axes. */
export interface CurvesPanel {
  /** What its y axis shows. */
  readonly title: string;
  readonly curves: readonly Curve[];
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly scale: ScaleKind;
  readonly xLabel: string;
}

const TEXT_SIZE = 11;
const MARGIN = { top: 12, right: 14, bottom: 40 } as const;
/** Pixels between marks, about. */
const X_TICK_SPACE = 80;
const Y_TICK_SPACE = 45;

/** Marks for lines beyond the number of colours are dashed, too. */
export const COLOURS: readonly string[] = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#7A4FBF",
  "#666666",
];
const DASHES = ["", "6 3", "2 2", "8 3 2 3"] as const;

/** Colours that are told apart with any eyes, and dashes from the ninth line on. */
export function strokeOf(line: number): string {
  const dash = DASHES[Math.floor(line / COLOURS.length) % DASHES.length];
  return `stroke="${COLOURS[line % COLOURS.length]}"${dash ? ` stroke-dasharray="${dash}"` : ""}`;
}

/** `styles`: of each curve, the place of its look among all. */
export function panelSvg({ title, curves }: CurvesPanel, styles: readonly number[], frame: Frame): string {
  const { width, height, scale: kind, xLabel } = frame;
  const [xs, ys] = [new Extent(), new Extent()];
  for (const { points } of curves) {
    for (const { x, y } of points) {
      if (!isShown(y, kind) || !Number.isFinite(x)) continue;
      xs.add(x);
      ys.add(y);
    }
  }
  const top = MARGIN.top;
  const bottom = height - MARGIN.bottom;
  const y = scaleOf(ys.low, ys.high, kind, Math.max(2, (bottom - top) / Y_TICK_SPACE));
  const labels = y.ticks.map(({ label }) => textWidth(label, TEXT_SIZE));
  const left = ys.isEmpty ? 60 : Math.ceil(labels.reduce((most, one) => Math.max(most, one), 0) + 36);
  const right = width - MARGIN.right;
  const x = scaleOf(xs.low, xs.high, "linear", Math.max(2, (right - left) / X_TICK_SPACE));
  const atX = (value: number) => left + x.place(value) * (right - left);
  const atY = (value: number) => bottom - y.place(value) * (bottom - top);
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const yTitle = fitText(kind === "log" ? `${title} (log)` : title, TEXT_SIZE + 1, bottom - top);
  const parts = [
    ys.isEmpty ? `<text x="${middleX}" y="${middleY}" text-anchor="middle" class="quiet">no finite value</text>` : "",
    ...(ys.isEmpty ? [] : [yMarks(y, atY, left, right), xMarks(x, atX, bottom)]),
    `<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`,
    `<text x="${short(middleX)}" y="${height - 6}" text-anchor="middle" font-size="${TEXT_SIZE + 1}">${xmlText(xLabel)}</text>`,
    `<text transform="translate(13 ${short(middleY)}) rotate(-90)" text-anchor="middle" font-size="${TEXT_SIZE + 1}">${xmlText(yTitle)}</text>`,
    ...curves.map((curve, i) => curveSvg(curve, styles[i] ?? i, kind, atX, atY)),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

class Extent {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
  }

  get isEmpty(): boolean {
    return this.low > this.high;
  }
}

function yMarks({ ticks }: Scale, at: (value: number) => number, left: number, right: number): string {
  const lines = ticks.map(({ value }) => `M${left} ${short(at(value))}H${right}`).join("");
  const labels = ticks.map(
    ({ value, label }) => `<text x="${left - 6}" y="${short(at(value) + 4)}" text-anchor="end">${label}</text>`,
  );
  return `<path class="grid" d="${lines}"/>${labels.join("")}`;
}

function xMarks({ ticks }: Scale, at: (value: number) => number, bottom: number): string {
  const lines = ticks.map(({ value }) => `M${short(at(value))} ${bottom}v4`).join("");
  const labels = ticks.map(
    ({ value, label }) => `<text x="${short(at(value))}" y="${bottom + 16}" text-anchor="middle">${label}</text>`,
  );
  return `<path class="axis" d="${lines}"/>${labels.join("")}`;
}

function curveSvg(
  { name, points }: Curve,
  style: number,
  kind: ScaleKind,
  atX: (value: number) => number,
  atY: (value: number) => number,
): string {
  let path = "";
  const alone: Pixel[] = [];
  let part: Pixel[] = [];
  const end = () => {
    const seen = thinned(part);
    const [first, ...others] = seen;
    if (first !== undefined && others.length === 0) alone.push(first);
    else if (first !== undefined) path += `M${pixelText(first)}${others.map((one) => `L${pixelText(one)}`).join("")}`;
    part = [];
  };
  for (const { x, y } of points) {
    if (isShown(y, kind) && Number.isFinite(x)) part.push([atX(x), atY(y)]);
    else end();
  }
  end();
  const colour = COLOURS[style % COLOURS.length];
  const line = path === "" ? "" : `<path class="curve" ${strokeOf(style)} d="${path}"/>`;
  const dots = alone.map(([x, y]) => `<circle cx="${short(x)}" cy="${short(y)}" r="2" fill="${colour}"/>`);
  return `<g data-line="${style}"><title>${xmlText(name)}</title>${line}${dots.join("")}</g>`;
}

function pixelText([x, y]: Pixel): string {
  return `${short(x)} ${short(y)}`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
