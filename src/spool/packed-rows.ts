import { ROW_FIELDS } from "../model/row.ts";

/*
 * Rows in fewer bytes, column by column, as docs/spool-format.md says of frames of kind 5. Most rows go on where the one before was: the same
 * series, the next step, the same time; a run of them takes three doubles a column. Writing and check sum cost by the byte, 0.5 ns each.
 */

/** The columns that may be written as runs, by their place in a row; the values, in place 2, are written as they are. */
const IN_RUNS = [0, 1, 3] as const;
const VALUE = 2;
const RUN_DOUBLES = 3;
/** Packed rows that take a larger share than this are not worth it. */
const MOST_OF_ROWS = 0.75;
/** So much at the beginning tells whether the rest is worth trying. */
const TRIAL_DOUBLES = 256 * ROW_FIELDS;
/** How far runs may be behind single numbers before they are given up. */
const PATIENCE_DOUBLES = 64;

/** How many doubles the memory must hold that so many doubles of rows are packed into. */
export function packedRoom(rowDoubles: number): number {
  return rowDoubles + IN_RUNS.length;
}

/** Packs the first `end` doubles of rows; returns how many doubles that takes, or 0 where it spares too little. */
export function packRows(rows: Float64Array, end: number, packed: Float64Array): number {
  if (end > 2 * TRIAL_DOUBLES && packRows(rows, TRIAL_DOUBLES, packed) === 0) return 0;
  let at = 0;
  for (const field of IN_RUNS) {
    const after = packRuns(rows, field, end, packed, at);
    if (after > 0) at = after;
    else {
      packed[at++] = 0;
      at = copyColumn(rows, field, end, packed, at);
    }
  }
  at = copyColumn(rows, VALUE, end, packed, at);
  return at <= end * MOST_OF_ROWS ? at : 0;
}

function copyColumn(rows: Float64Array, field: number, end: number, packed: Float64Array, start: number): number {
  let at = start;
  for (let from = field; from < end; from += ROW_FIELDS) packed[at++] = rows[from] as number;
  return at;
}

/**
 * Writes how many runs a column has, and of each its first number, what each next one is more, and how many there are. 0 where single numbers
 * take less.
 */
function packRuns(rows: Float64Array, field: number, end: number, packed: Float64Array, start: number): number {
  let at = start + 1;
  for (let from = field; from < end; ) {
    if (at - start > from / ROW_FIELDS + PATIENCE_DOUBLES) return 0;
    const first = rows[from] as number;
    let next = from + ROW_FIELDS;
    // Told by adding up, as the reader does, so that every number comes back exactly; NaN and a zero of the other sign end a run.
    const step = next < end ? (rows[next] as number) - first : 0;
    for (let before = first; next < end; next += ROW_FIELDS) {
      const number = rows[next] as number;
      const expected = before + step;
      if (number !== expected || (number === 0 && !Object.is(number, expected))) break;
      before = number;
    }
    packed[at] = first;
    packed[at + 1] = step;
    packed[at + 2] = Math.ceil((next - from) / ROW_FIELDS);
    at += RUN_DOUBLES;
    from = next;
  }
  packed[start] = (at - start - 1) / RUN_DOUBLES;
  return at - start - 1 < end / ROW_FIELDS ? at : 0;
}

/** The rows again, as quadruples; undefined where these doubles are no `count` rows. */
export function unpackRows(packed: Float64Array, count: number): Float64Array | undefined {
  if (packed.length < count) return undefined; // each row has at least its value
  const rows = new Float64Array(count * ROW_FIELDS);
  let at = 0;
  for (const field of IN_RUNS) {
    const runs = packed[at++] ?? -1;
    const after = at + (runs === 0 ? count : runs * RUN_DOUBLES);
    if (!Number.isInteger(runs) || runs < 0 || after > packed.length) return undefined;
    let to = field;
    if (runs === 0) for (; to < rows.length; to += ROW_FIELDS) rows[to] = packed[at++] as number;
    for (; at < after; at += RUN_DOUBLES) {
      const [step, length] = [packed[at + 1] as number, packed[at + 2] as number];
      const end = to + length * ROW_FIELDS;
      if (!Number.isInteger(length) || length < 1 || end > rows.length + field) return undefined;
      for (let number = packed[at] as number; to < end; to += ROW_FIELDS, number += step) rows[to] = number;
    }
    if (to !== rows.length + field) return undefined;
  }
  if (packed.length - at !== count) return undefined;
  for (let to = VALUE; to < rows.length; to += ROW_FIELDS) rows[to] = packed[at++] as number;
  return rows;
}
