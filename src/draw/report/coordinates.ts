import { strokeOf } from "../curves/panel.ts";
import { type Scale, scaleOf } from "../curves/ticks.ts";
import { xmlText } from "../text/escape.ts";
import { FONTS, fitText } from "../text/width.ts";

/** One line of parallel coordinates: what it has on each axis. */
export interface Coordinates {
  readonly name: string;
  readonly values: Readonly<Record<string, number | string | undefined>>;
}

const AXIS_SPACE = 130;
const HEIGHT = 280;
const [TOP, BOTTOM] = [44, HEIGHT - 20];
const SIZE = 11;

/** An upright axis for each name and a line for each run. An axis of numbers has a scale, any other one a mark for each value. A line has a gap where it has no value. */
export function coordinatesSvg(axes: readonly string[], lines: readonly Coordinates[]): string {
  const width = Math.max(2, axes.length) * AXIS_SPACE;
  const places = axes.map((name) => axisOf(lines.map(({ values }) => values[name])));
  const x = (axis: number) => AXIS_SPACE * (axis + 0.5);
  const drawnAxes = axes.map((name, i) => {
    const marks = (places[i] as Axis).ticks.map(({ at, label }) => {
      const shown = xmlText(fitText(label, SIZE, AXIS_SPACE - 24));
      return `<path class="axis" d="M${x(i) - 3} ${short(at)}h6"/><text x="${x(i) + 6}" y="${short(at + 4)}">${shown}</text>`;
    });
    const title = xmlText(fitText(name, SIZE + 1, AXIS_SPACE - 8));
    return `<path class="axis" d="M${x(i)} ${TOP}V${BOTTOM}"/><text x="${x(i)}" y="20" text-anchor="middle" font-size="${SIZE + 1}">${title}</text>${marks.join("")}`;
  });
  const drawnLines = lines.map(({ name, values }, line) => {
    let path = "";
    let isOpen = false;
    for (const [i, axis] of axes.entries()) {
      const at = (places[i] as Axis).place(values[axis]);
      if (at !== undefined) path += `${isOpen ? "L" : "M"}${x(i)} ${short(at)}`;
      isOpen = at !== undefined;
    }
    const drawn = path === "" ? "" : `<path class="curve" ${strokeOf(line)} d="${path}"/>`;
    return `<g data-line="${line}"><title>${xmlText(name)}</title>${drawn}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" font-family="${FONTS}" font-size="${SIZE}" fill="currentColor" role="img" class="curves">`,
    "<title>Parallel coordinates</title>",
    ...drawnLines,
    ...drawnAxes,
    "</svg>",
    "",
  ].join("\n");
}

interface Axis {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** How far down; undefined where the axis has no place for it. */
  place(value: number | string | undefined): number | undefined;
}

function axisOf(values: readonly (number | string | undefined)[]): Axis {
  const known = values.filter((value) => value !== undefined);
  const numbers = known.filter((value) => typeof value === "number" && Number.isFinite(value)) as number[];
  if (numbers.length > 0 && known.every((value) => typeof value === "number")) {
    const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
    const scale: Scale = scaleOf(low, high, "linear", 5);
    const at = (value: number) => BOTTOM - scale.place(value) * (BOTTOM - TOP);
    const place = (value: number | string | undefined) =>
      typeof value === "number" && Number.isFinite(value) ? at(value) : undefined;
    return { ticks: scale.ticks.map(({ value, label }) => ({ at: at(value), label })), place };
  }
  const names = [...new Set(known.map(String))].sort();
  const at = (name: string) => BOTTOM - ((names.indexOf(name) + 0.5) / names.length) * (BOTTOM - TOP);
  const every = Math.ceil(names.length / 12);
  const shown = names.filter((_, i) => i % every === 0);
  return {
    ticks: shown.map((label) => ({ at: at(label), label })),
    place: (value) => (value === undefined ? undefined : at(String(value))),
  };
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
