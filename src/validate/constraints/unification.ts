import { COLUMNS, ID, type Instance, KINDS, WIDTH } from "./instance.ts";
import { enlarged, IntList } from "./int-list.ts";
import { createPairIndex } from "./pair-index.ts";
import { MISSING } from "./terms.ts";
import { isSameTime } from "./times.ts";
import { INFLUENCES, isKeyColumn, PAIR_KEYS } from "./uniqueness.ts";

/** By term, a row; -1 where there is none. */
function createTermIndex(size: number) {
  let rows = new Int32Array(size).fill(-1);
  return {
    get: (term: number) => rows[term] ?? -1,
    set(term: number, row: number) {
      if (term >= rows.length) {
        const known = rows.length;
        rows = enlarged(rows, 2 * term).fill(-1, known);
      }
      rows[term] = row;
    },
  };
}

/** The statements of an instance after the uniqueness constraints: rows that are one statement are one row. */
export interface Unified {
  readonly instance: Instance;
  /** The row that a row has become part of; itself where it has not. */
  rowOf(row: number): number;
  /** The row that first filled a cell which the row itself left open. */
  cellSource(row: number, column: number): number;
  readonly clashes: readonly Clash[];
}

/** Two rows that must be one statement, and cannot be. */
export interface Clash {
  readonly first: number;
  readonly second: number;
  readonly column: number;
  /** 22 or 23 for an id in common, 24-27 for the same pair, 15 for an id in common with another relation. */
  readonly because: number;
}

/**
 * Applies the key constraints 22 and 23 (statements with the same id are one statement) and the uniqueness constraints 24-27 until nothing
 * changes, as congruence closure does: each row stands in an index by its id and by its pair; when terms become equal, the rows that watch
 * them are looked up again. Since the smaller class always moves, a row moves O(log n) times, however long the chain of consequences is.
 *
 * Inferences 5-10 and 13-14 need no rows here: what they state has ids, times and one more argument that nothing else names, so that becoming
 * one with it (24-27) changes no other statement. Inference 11 does, for it repeats given ids, and its rows are there from the start.
 * Inference 15 gives each relation an influence of the same id, which is a statement by itself: rows of different kinds with one id must
 * agree on influencee and influencer. They are not made one otherwise.
 */
export function unify(instance: Instance): Unified {
  const { rows, terms } = instance;
  const { kinds, cells, count } = rows;
  const parents = Int32Array.from({ length: count }, (_, row) => row);
  const hasClashed = new Uint8Array(count);
  /** By term, the first row with that id; by row, the next one. */
  const firstWithId = createTermIndex(terms.size);
  const nextWithId = new Int32Array(count).fill(-1);
  const pairs = createPairIndex();
  const filledBy = new Map<number, number>();
  const clashes: Clash[] = [];
  /** Pairs of rows whose clash is known: they can meet by their id and by their pair. */
  const told = new Set<number>();
  const pending = new IntList();
  const moved = (row: number) => void pending.push(row);

  for (let row = 0; row < count; row++) watchKeys(row);
  for (let row = 0; row < count; row++) {
    settle(row);
    while (pending.length > 0) settle(pending.pop());
  }

  function rowOf(row: number): number {
    let at = row;
    while (parents[at] !== at) {
      const up = parents[parents[at] as number] as number;
      parents[at] = up;
      at = up;
    }
    return at;
  }

  function watchKeys(row: number): void {
    const kind = kinds[row] as number;
    watchCell(row, ID);
    for (const column of PAIR_KEYS[kind]?.columns ?? []) watchCell(row, column);
  }

  function watchCell(row: number, column: number): void {
    const term = cells[row * WIDTH + column] as number;
    if (term > 0) terms.watch(term, row);
  }

  /** Puts a row where its id and its pair belong; what stands there already becomes one with it. */
  function settle(given: number): void {
    const row = rowOf(given);
    if (hasClashed[row] === CLASHED) return; // it stays as it is, and is reported once
    const id = cells[row * WIDTH + ID] as number;
    if (id !== MISSING) settleId(row, terms.find(id));
    const current = rowOf(row);
    const pair = PAIR_KEYS[kinds[row] as number];
    if (pair === undefined || hasClashed[current] === CLASHED) return;
    const [a, b] = [
      cells[current * WIDTH + pair.columns[0]] as number,
      cells[current * WIDTH + pair.columns[1]] as number,
    ];
    if (a === MISSING || b === MISSING) return;
    const other = rowOf(pairs.add(kinds[row] as number, terms.find(a), terms.find(b), current));
    if (other !== current) merge(other, current, pair.constraint);
  }

  function settleId(row: number, id: number): void {
    const kind = kinds[row] as number;
    let relation = -1;
    for (let at = firstWithId.get(id); at !== -1; at = nextWithId[at] as number) {
      const other = rowOf(at);
      if (other === row) return;
      if (kinds[other] === kind) {
        merge(other, row, INFLUENCES[kind] ? 23 : 22);
        return;
      }
      if (INFLUENCES[kinds[other] as number]) relation = other;
    }
    nextWithId[row] = firstWithId.get(id);
    firstWithId.set(id, row);
    if (relation !== -1 && INFLUENCES[kind]) agree(relation, row);
  }

  /** Makes two rows one, the second part of the first; where a cell of theirs clashes they stay two. */
  function merge(first: number, second: number, because: number): void {
    if (!unifyCells(first, second, ID, because)) return;
    const columns = COLUMNS[kinds[first] as number] as (typeof COLUMNS)[number];
    for (let column = 0; column < columns.length; column++) {
      const isTime = columns[column]?.[1] === "time";
      if (!(isTime ? unifyTimes(first, second, column, because) : unifyCells(first, second, column, because))) return;
    }
    parents[second] = first;
  }

  /**
   * Inference 15: influencee and influencer, the first two arguments of every relation with an id, are those of one influence. Where neither
   * names one, nothing is lost: no two kinds that may leave it out may share an id (53).
   */
  function agree(first: number, second: number): void {
    if (hasClashed[second] !== 0) return;
    for (const column of [0, 1]) if (!unifyCells(first, second, column, 15)) return;
  }

  function unifyCells(first: number, second: number, column: number, because: number): boolean {
    const [a, b] = [cells[first * WIDTH + column] as number, cells[second * WIDTH + column] as number];
    if (a === MISSING && b === MISSING) return true;
    if (a === MISSING) fill(first, column, b, second);
    else if (b === MISSING) fill(second, column, a, first);
    else if (!terms.unify(a, b, moved)) return clash(first, second, column, because);
    return true;
  }

  /** Times are no keys: it is enough that one of them is kept. */
  function unifyTimes(first: number, second: number, column: number, because: number): boolean {
    const [a, b] = [cells[first * WIDTH + column] as number, cells[second * WIDTH + column] as number];
    if (a === MISSING) cells[first * WIDTH + column] = b;
    if (a === MISSING || b === MISSING || isSameTime(timeText(instance, a, column), timeText(instance, b, column)))
      return true;
    return clash(first, second, column, because);
  }

  function fill(row: number, column: number, term: number, source: number): void {
    cells[row * WIDTH + column] = term;
    filledBy.set(row * WIDTH + column, source);
    if (!isKeyColumn(kinds[row] as number, column)) return;
    if (term > 0) terms.watch(term, row);
    moved(row);
  }

  function clash(first: number, second: number, column: number, because: number): false {
    const pair = Math.min(first, second) * count + Math.max(first, second);
    if (!told.has(pair)) clashes.push({ first, second, column, because });
    told.add(pair);
    hasClashed[second] = because === 15 ? DISAGREES : CLASHED;
    return false;
  }

  return {
    instance,
    rowOf,
    cellSource(row, column) {
      let at = row;
      for (
        let next = filledBy.get(at * WIDTH + column);
        next !== undefined && next !== at;
        next = filledBy.get(at * WIDTH + column)
      )
        at = next;
      return at;
    },
    clashes,
  };
}

const CLASHED = 1;
/** Its id is that of another relation, which is about other things: reported once, and otherwise a row like all others. */
const DISAGREES = 2;

/** The lexical form of a time: that of the row which states it. */
export function timeText({ statements, rows }: Instance, row: number, column: number): string {
  const values = statements[rows.sources[row] as number] as unknown as Readonly<Record<string, string>>;
  return values[
    KINDS[rows.kinds[row] as number] === "activity" ? (column === 0 ? "startTime" : "endTime") : "time"
  ] as string;
}
