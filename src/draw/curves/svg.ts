import { xmlText } from "../text/escape.ts";
import { FONTS, fitText, textWidth } from "../text/width.ts";
import { type Curve, type CurvesPanel, panelSvg, strokeOf } from "./panel.ts";
import type { ScaleKind } from "./ticks.ts";

export interface CurvesOptions {
  /** Default: `linear`. On `log` what is not above 0 leaves a gap. */
  readonly scale?: ScaleKind;
  /** What the x axis shows. Default: `step`. */
  readonly xLabel?: string;
  /** Of the whole picture, in pixels. Default: 640. */
  readonly width?: number;
  /** Of each plot, in pixels. Default: 320. */
  readonly height?: number;
  /** What lies behind it. Default: `white`, as on paper; `none` takes the colours of a page around it. */
  readonly background?: "white" | "none";
  /** The names of curves in the order of their colours. Default: as they come. */
  readonly names?: readonly string[];
}

const LEGEND_SIZE = 11;
const LEGEND_LINE = 18;
const MARK = 26;

/**
 * Plots one below the other, with one legend, as SVG that needs nothing beside it; the same curves give the same bytes. A curve of one name looks the same
 * in all of them. What more pixels could not show is left out, its peaks are not.
 */
export function curvesSvg(panels: readonly CurvesPanel[], options: CurvesOptions = {}): string {
  const { scale = "linear", xLabel = "step", width = 640, height = 320, background = "white" } = options;
  const drawn = new Set(panels.flatMap(({ curves }) => curves.map(({ name }) => name)));
  const names = [...new Set([...(options.names ?? []), ...drawn])];
  const places = new Map(names.map((name, i) => [name, i]));
  const legend = names.length > 1 ? legendOf(names, width) : { text: "", height: 0 };
  const whole = panels.length * height + legend.height + (names.length > 1 ? 8 : 0);
  const plots = panels.map((panel, i) => {
    const styles = panel.curves.map((curve: Curve) => places.get(curve.name) as number);
    return `<g transform="translate(0 ${i * height})">\n${panelSvg(panel, styles, { width, height, scale, xLabel })}\n</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="${FONTS}" font-size="11" fill="currentColor"${background === "white" ? ' color="#222"' : ""} role="img" class="curves">`,
    `<title>${xmlText(panels.map(({ title }) => title).join(", "))}</title>`,
    // names of classes are the picture's own: on a page with others the rules must not reach them
    "<style>.curves .axis{fill:none;stroke:currentColor}.curves .grid{fill:none;stroke:currentColor;stroke-opacity:.15}.curves .curve{fill:none;stroke-width:1.5;stroke-linejoin:round}.curves .quiet{opacity:.6}</style>",
    ...(background === "white" ? [`<rect width="${width}" height="${whole}" fill="#fff"/>`] : []),
    ...plots,
    `<g transform="translate(0 ${panels.length * height + 8})">${legend.text}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

function legendOf(names: readonly string[], width: number): { text: string; height: number } {
  const parts: string[] = [];
  let [x, y] = [14, 0];
  for (const [i, name] of names.entries()) {
    const shown = fitText(name, LEGEND_SIZE, width - MARK - 40);
    const taken = MARK + 6 + textWidth(shown, LEGEND_SIZE) + 18;
    if (x > 14 && x + taken > width) [x, y] = [14, y + LEGEND_LINE];
    const line = `<path d="M0 0H${MARK}" stroke-width="2" ${strokeOf(i)}/>`;
    parts.push(
      `<g data-line="${i}" transform="translate(${Math.ceil(x)} ${y + 8})">${line}<text x="${MARK + 6}" y="4">${xmlText(shown)}</text></g>`,
    );
    x += taken;
  }
  return { text: parts.join(""), height: y + LEGEND_LINE };
}
