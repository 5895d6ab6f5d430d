import type { Arc } from "./layers.ts";

/** What stands side by side, and which of them are joined to those of other rows. Beside nodes there are the bends of arcs that pass a row. */
export interface Rows {
  /** The cells of each row, from left to right: below the count of nodes they are nodes, the others bends. */
  readonly rows: readonly Int32Array[];
  /** How many cells there are. */
  readonly cells: number;
  /** The cells above and below each cell that it is joined to. */
  readonly above: Joined;
  readonly below: Joined;
  /** The first bend of each arc, below its lower end, and how many follow on the way up; none where it goes straight. */
  readonly bends: { readonly first: Int32Array; readonly count: Int32Array };
}

/** The cells joined to cell n: `cells[start[n]]` to `cells[start[n + 1] - 1]`. */
export interface Joined {
  readonly start: Int32Array;
  readonly cells: Int32Array;
}

/** So many bends there are for each node and arc; where that is too few, the longest arcs go straight. */
const BENDS_PER_THING = 1;
/** A small picture may have more. */
const LEAST_BENDS = 2000;
/** Sweeps over all rows, down and up; more change little. */
const SWEEPS = 3;

/** Rows of nodes with few crossings: each is put in the order of the means of those that it is joined to, again and again. Linear but for sorting rows. */
export function rowsOf(layers: Int32Array, arcs: readonly Arc[], widest: number): Rows {
  const count = layers.length;
  const rowOf = wrapped(layers, widest);
  const lengths = Int32Array.from(arcs, ({ from, to }) => Math.abs(rowOf[from]! - rowOf[to]!));
  const shortestFirst = Uint32Array.from(arcs.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  let left = Math.max(LEAST_BENDS, BENDS_PER_THING * (count + arcs.length));
  const bends = { first: new Int32Array(arcs.length), count: new Int32Array(arcs.length) };
  const rowOfCell = Array.from(rowOf);
  const [uppers, lowers]: [number[], number[]] = [[], []];
  for (const arc of shortestFirst) {
    const { from, to } = arcs[arc] as Arc;
    const [lower, upper] = (rowOf[from] as number) >= (rowOf[to] as number) ? [from, to] : [to, from];
    const between = (rowOf[lower] as number) - (rowOf[upper] as number) - 1;
    if (between < 0) continue;
    let at = lower;
    if (between > 0 && between <= left) {
      left -= between;
      bends.first[arc] = rowOfCell.length;
      bends.count[arc] = between;
      for (let row = (rowOf[lower] as number) - 1; row > (rowOf[upper] as number); row--) {
        uppers.push(rowOfCell.length);
        lowers.push(at);
        at = rowOfCell.length;
        rowOfCell.push(row);
      }
    }
    uppers.push(upper);
    lowers.push(at);
  }
  const cells = rowOfCell.length;
  const rows = rowsOfCells(rowOfCell);
  const above = joined(cells, lowers, uppers);
  const below = joined(cells, uppers, lowers);
  order(rows, cells, above, below);
  return { rows, cells, above, below, bends };
}

/** A layer that is too wide takes several rows. */
function wrapped(layers: Int32Array, widest: number): Int32Array {
  const sizes = new Int32Array(layers.reduce((most, layer) => Math.max(most, layer + 1), 0));
  for (const layer of layers) sizes[layer]!++;
  const first = new Int32Array(sizes.length + 1);
  for (const [layer, size] of sizes.entries()) first[layer + 1] = first[layer]! + Math.max(1, Math.ceil(size / widest));
  const seen = new Int32Array(sizes.length);
  return layers.map((layer) => first[layer]! + (seen[layer]!++ % (first[layer + 1]! - first[layer]!)));
}

function rowsOfCells(rowOfCell: readonly number[]): Int32Array[] {
  const sizes: number[] = [];
  for (const row of rowOfCell) sizes[row] = (sizes[row] ?? 0) + 1;
  const rows = Array.from(sizes, (size) => new Int32Array(size ?? 0));
  const next = new Int32Array(rows.length);
  for (const [cell, row] of rowOfCell.entries()) rows[row]![next[row]!++] = cell;
  return rows;
}

/** To each cell those that `others` has at the places where `ones` has it. */
function joined(cells: number, ones: readonly number[], others: readonly number[]): Joined {
  const start = new Int32Array(cells + 1);
  for (const one of ones) start[one + 1]!++;
  for (let i = 0; i < cells; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const to = new Int32Array(ones.length);
  for (let i = 0; i < ones.length; i++) to[next[ones[i]!]!++] = others[i]!;
  return { start, cells: to };
}

function order(rows: readonly Int32Array[], cells: number, above: Joined, below: Joined): void {
  const place = new Float64Array(cells);
  const mean = new Float64Array(cells);
  const compare = (a: number, b: number) => mean[a]! - mean[b]! || a - b;
  const keep = (row: Int32Array) => {
    for (let i = 0; i < row.length; i++) place[row[i]!] = (i + 0.5) / row.length;
  };
  const sweep = (row: Int32Array, near: Joined) => {
    if (row.length < 2) return;
    for (const cell of row) mean[cell] = meanOf(near, cell, place);
    row.sort(compare);
    keep(row);
  };
  for (const row of rows) keep(row);
  for (let turn = 0; turn < SWEEPS; turn++) {
    for (const row of rows) sweep(row, above);
    for (let i = rows.length - 1; i >= 0; i--) sweep(rows[i]!, below);
  }
}

/** The mean of what a cell is joined to; its own value where that is nothing. */
export function meanOf({ start, cells }: Joined, cell: number, values: Float64Array): number {
  const [first, end] = [start[cell]!, start[cell + 1]!];
  if (first === end) return values[cell]!;
  let sum = 0;
  for (let i = first; i < end; i++) sum += values[cells[i]!]!;
  return sum / (end - first);
}
