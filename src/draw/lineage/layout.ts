import { textWidth } from "../text/width.ts";
import { layersOf } from "./layers.ts";
import type { Picture, PictureNode } from "./picture.ts";
import { type Joined, meanOf, type Rows, rowsOf } from "./rows.ts";

/** Where everything of a picture is, in pixels from the top left. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Of each node. */
  readonly boxes: readonly Box[];
  /** Of an edge, by its place: the points that it passes, from the edge of a box to that of another. Made when asked for: there are many. */
  readonly pathOf: (edge: number) => readonly Point[];
}

/** Its middle and size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

export const NAME_SIZE = 12;
export const DETAIL_SIZE = 10;
export const LINE_HEIGHT = 14;
/** No line of text is wider. */
export const MOST_TEXT_WIDTH = 190;
const GAP = 18;
const ROW_GAP = 44;
const BEND_WIDTH = 10;
/** A layer of more nodes takes several rows, more of them side by side the more nodes there are. */
const LEAST_WIDEST = 12;
const SWEEPS = 3;

/** What came before stands above. Linear in nodes and edges but for sorting rows. */
export function layoutOf({ nodes, edges }: Picture): Layout {
  const sizes = nodes.map(sizeOf);
  const widest = Math.max(LEAST_WIDEST, Math.ceil(Math.sqrt(nodes.length)));
  const rows = rowsOf(layersOf(nodes.length, edges), edges, widest);
  const x = columnsOf(rows, sizes);
  const y = new Float64Array(rows.cells);
  let top = GAP;
  let right = 0;
  for (const row of rows.rows) {
    let height = 0;
    for (const cell of row) height = Math.max(height, sizes[cell]?.height ?? 0);
    for (const cell of row) {
      y[cell] = top + height / 2;
      right = Math.max(right, x[cell]! + widthOf(cell, sizes) / 2);
    }
    top += height + ROW_GAP;
  }
  const boxes = nodes.map((_, i) => ({ x: x[i] as number, y: y[i] as number, ...(sizes[i] as Size) }));
  const pathOf = (edge: number) => {
    const { from, to } = edges[edge] as Picture["edges"][number];
    const [start, end] = [boxes[from] as Box, boxes[to] as Box];
    const side = Math.sign(start.y - end.y) || 1;
    const [first, count] = [rows.bends.first[edge]!, rows.bends.count[edge]!];
    const path: Point[] = [[start.x, start.y - (side * start.height) / 2]];
    for (let i = 0; i < count; i++) {
      const bend = side < 0 ? first + count - 1 - i : first + i;
      path.push([x[bend]!, y[bend]!]);
    }
    path.push([end.x, end.y + (side * end.height) / 2]);
    return path;
  };
  return { width: right + GAP, height: Math.max(0, top - ROW_GAP) + GAP, boxes, pathOf };
}

type Size = Pick<Box, "width" | "height">;

/** An ellipse needs more around its text than a box. */
function sizeOf({ lines, shape }: PictureNode): Size {
  const text = lines.reduce((most, line, i) => Math.max(most, textWidth(line, i === 0 ? NAME_SIZE : DETAIL_SIZE)), 0);
  const [width, height] = [Math.min(text, MOST_TEXT_WIDTH), lines.length * LINE_HEIGHT];
  const [wider, higher] = AROUND[shape];
  return { width: Math.round(width * wider + 24), height: Math.round(height * higher + 12) };
}
const AROUND = { entity: [1.22, 1.3], activity: [1, 1], agent: [1, 1.5] } as const;

function widthOf(cell: number, sizes: readonly Size[]): number {
  return sizes[cell]?.width ?? BEND_WIDTH;
}

/** Each cell as near as can be to the mean of those that it is joined to, in the order of its row, and none on another. */
function columnsOf({ rows, cells, above, below }: Rows, sizes: readonly Size[]): Float64Array {
  const width = Float64Array.from({ length: cells }, (_, cell) => widthOf(cell, sizes));
  const x = new Float64Array(cells);
  for (const row of rows) {
    let at = 0;
    for (const cell of row) {
      x[cell] = at + width[cell]! / 2;
      at += width[cell]! + GAP;
    }
  }
  const [fromLeft, fromRight] = [new Float64Array(cells), new Float64Array(cells)];
  const move = (row: Int32Array, near: Joined) => {
    const apart = (i: number) => (width[row[i - 1]!]! + width[row[i]!]!) / 2 + GAP;
    for (let i = 0; i < row.length; i++) fromLeft[i] = fromRight[i] = meanOf(near, row[i]!, x);
    for (let i = 1; i < row.length; i++) fromLeft[i] = Math.max(fromLeft[i]!, fromLeft[i - 1]! + apart(i));
    for (let i = row.length - 2; i >= 0; i--) fromRight[i] = Math.min(fromRight[i]!, fromRight[i + 1]! - apart(i + 1));
    for (let i = 0; i < row.length; i++) x[row[i]!] = (fromLeft[i]! + fromRight[i]!) / 2;
  };
  for (let turn = 0; turn < SWEEPS; turn++) {
    for (const row of rows) move(row, above);
    for (let i = rows.length - 1; i >= 0; i--) move(rows[i]!, below);
  }
  const least = x.reduce((most, at, cell) => Math.min(most, at - width[cell]! / 2), Number.POSITIVE_INFINITY);
  return x.map((at) => at - least + GAP);
}
