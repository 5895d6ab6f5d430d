import { xmlText } from "../text/escape.ts";
import { FONTS, fitText, textWidth } from "../text/width.ts";
import { type Box, DETAIL_SIZE, LINE_HEIGHT, layoutOf, MOST_TEXT_WIDTH, NAME_SIZE, type Point } from "./layout.ts";
import { FILLS, RELATIONS } from "./look.ts";
import type { Picture, PictureNode, PictureRelation } from "./picture.ts";

export interface LineageSvgOptions {
  /** What lies behind the picture. Default: `white`, as on paper. */
  readonly background?: "white" | "none";
}

/** The picture as SVG that needs nothing beside it; the same picture gives the same bytes. */
export function lineageSvg(picture: Picture, { background = "white" }: LineageSvgOptions = {}): string {
  const layout = layoutOf(picture);
  const { nodes, edges, title } = picture;
  const relations = [...new Set(edges.map(({ relation }) => relation))].sort();
  const legend = legendOf(nodes, relations);
  const width = Math.ceil(Math.max(layout.width, legend.width));
  const height = Math.ceil(layout.height) + (nodes.length > 0 ? LEGEND_HEIGHT : 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONTS}"${background === "white" ? ' color="#333"' : ""} role="img">`,
    `<title>${xmlText(title)}</title>`,
    `<defs>${relations.map(markerOf).join("")}</defs>`,
    ...(background === "white" ? [`<rect width="${width}" height="${height}" fill="#fff"/>`] : []),
    `<g fill="none" stroke-width="1.2">`,
    ...linesOf(edges, ({ relation }, i) => edgeText(relation, layout.pathOf(i))),
    "</g>",
    `<g text-anchor="middle" fill="#000">`,
    ...linesOf(nodes, (node, i) => nodeText(node, layout.boxes[i] as Box)),
    "</g>",
    `<g transform="translate(0 ${Math.ceil(layout.height)})">${legend.text}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

/** The lines of some hundred things at a time as one text: the many small ones that it is made of need not be kept until all are there. */
function linesOf<T>(things: readonly T[], lineOf: (thing: T, place: number) => string): string[] {
  const texts: string[] = [];
  for (let at = 0; at < things.length; at += THINGS_PER_TEXT)
    texts.push(
      things
        .slice(at, at + THINGS_PER_TEXT)
        .map((thing, i) => lineOf(thing, at + i))
        .join("\n"),
    );
  return texts;
}
const THINGS_PER_TEXT = 256;

function nodeText({ shape, lines, title, isRoot }: PictureNode, box: Box): string {
  const { fill, stroke } = FILLS[shape];
  const look = `fill="${fill}" stroke="${stroke}"${isRoot ? ' stroke-width="2.5"' : ""}`;
  const top =
    box.y - (lines.length * LINE_HEIGHT) / 2 + LINE_HEIGHT * 0.75 + (shape === "agent" ? box.height * 0.12 : 0);
  const texts = lines.map((line, i) => {
    const size = i === 0 ? NAME_SIZE : DETAIL_SIZE;
    const fitted = xmlText(fitText(line, size, MOST_TEXT_WIDTH));
    return `<text x="${short(box.x)}" y="${short(top + i * LINE_HEIGHT)}" font-size="${size}">${fitted}</text>`;
  });
  return `<g><title>${linesText(title)}</title>${outline(shape, box, look)}${texts.join("")}</g>`;
}

function linesText(text: string): string {
  return PLAIN_LINES.test(text) ? text : text.split("\n").map(xmlText).join("\n");
}
/** Nothing that XML means something by, or that {@link xmlText} would show. */
const PLAIN_LINES = /^[\n !#-%(-;=?-~]*$/;

function outline(shape: PictureNode["shape"], { x, y, width, height }: Box, look: string): string {
  const [w, h] = [width / 2, height / 2];
  switch (shape) {
    case "entity":
      return `<ellipse cx="${short(x)}" cy="${short(y)}" rx="${short(w)}" ry="${short(h)}" ${look}/>`;
    case "activity":
      return `<rect x="${short(x - w)}" y="${short(y - h)}" width="${short(width)}" height="${short(height)}" ${look}/>`;
    case "agent": {
      const corners: Point[] = [
        [x, y - h],
        [x + w, y - h * 0.3],
        [x + w, y + h],
        [x - w, y + h],
        [x - w, y - h * 0.3],
      ];
      return `<polygon points="${corners.map(([a, b]) => `${short(a)},${short(b)}`).join(" ")}" ${look}/>`;
    }
    default:
      return shape satisfies never;
  }
}

/** A line that leaves and enters boxes and rows upright. */
function edgeText(relation: PictureRelation, [start, ...rest]: readonly Point[]): string {
  if (start === undefined) return "";
  let path = `M${short(start[0])} ${short(start[1])}`;
  let [x, y] = start;
  for (const [toX, toY] of rest) {
    const middle = (y + toY) / 2;
    path += `C${short(x)} ${short(middle)} ${short(toX)} ${short(middle)} ${short(toX)} ${short(toY)}`;
    [x, y] = [toX, toY];
  }
  return `<path d="${path}" ${strokeOf(relation)} marker-end="url(#arrow-${relation})"/>`;
}

function strokeOf(relation: PictureRelation): string {
  const { colour, isDashed } = RELATIONS[relation];
  return `stroke="${colour}"${isDashed ? ' stroke-dasharray="5 3"' : ""}`;
}

function markerOf(relation: PictureRelation): string {
  const shape = `<path d="M0 0L8 4L0 8z" fill="${RELATIONS[relation].colour}"/>`;
  return `<marker id="arrow-${relation}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">${shape}</marker>`;
}

const LEGEND_HEIGHT = 30;

/** What shapes and lines mean, those that are there. */
function legendOf(nodes: readonly PictureNode[], relations: readonly PictureRelation[]) {
  const parts: string[] = [];
  let x = 18;
  const add = (mark: string, markWidth: number, label: string) => {
    parts.push(
      `<g transform="translate(${Math.ceil(x)} 10)">${mark}<text x="${markWidth + 5}" y="4" font-size="${DETAIL_SIZE}" fill="currentColor">${label}</text></g>`,
    );
    x += markWidth + 5 + textWidth(label, DETAIL_SIZE) + 16;
  };
  for (const shape of ["entity", "activity", "agent"] as const) {
    if (!nodes.some((node) => node.shape === shape)) continue;
    const { fill, stroke } = FILLS[shape];
    add(outline(shape, { x: 10, y: 0, width: 20, height: 12 }, `fill="${fill}" stroke="${stroke}"`), 20, shape);
  }
  for (const relation of relations)
    add(
      `<path d="M0 0H26" stroke-width="1.2" ${strokeOf(relation)} marker-end="url(#arrow-${relation})"/>`,
      26,
      RELATIONS[relation].label,
    );
  return { text: parts.join(""), width: x };
}

/** To a tenth. There are hundreds of thousands in a large picture, and whole numbers become texts five times as fast as others. */
function short(value: number): string {
  const tenths = Math.round(value * 10);
  const rest = tenths % 10;
  if (rest === 0 || !(tenths > 0 && tenths < MOST_TENTHS)) return String(tenths / 10);
  return `${(tenths - rest) / 10}.${rest}`;
}
const MOST_TENTHS = 2 ** 30;
