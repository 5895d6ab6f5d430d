import { microseconds, type SeriesColumns, sequenceOf } from "../../series/columns.ts";
import { RowDigest } from "../../series/digest.ts";
import { listSeriesFiles } from "../../series/layout.ts";
import { readRows } from "../../series/merge.ts";
import type { ComparedRows, Comparing } from "./comparison.ts";

/** How often a place is compared again of which something is missing, while there is something new to bring. */
export const MOST_MORE_ROUNDS = 10;

interface RowsOptions {
  /** Called where rows are missing, or cannot be read: whether the source has changed, so that they are compared again. */
  readonly bringMore?: () => boolean;
  /** The executions that were deleted, whose rows are looked for nowhere. */
  readonly deleted?: ReadonlySet<string>;
}

/** Holds the rows of each writer against those that another directory has under the same numbers, whatever files they lie in. */
export async function compareRows(
  comparing: Comparing,
  source: string,
  target: string,
  { bringMore = () => false, deleted = new Set() }: RowsOptions = {},
): Promise<void> {
  const writers = new Map<string, { readonly execution: string; readonly writer: string }>();
  try {
    for (const { execution, writer } of await listSeriesFiles(source))
      if (!deleted.has(execution)) writers.set(`${execution}/${writer}`, { execution, writer });
  } catch (error) {
    comparing.trouble(`rows cannot be compared: ${(error as Error).message}`);
  }
  for (const [place, writer] of writers) {
    let found = await comparedOrWhy(source, target, writer);
    for (let round = 1; !isWhole(found) && round <= MOST_MORE_ROUNDS && bringMore(); round++)
      found = await comparedOrWhy(source, target, writer);
    if (typeof found === "string") comparing.trouble(`rows of ${place} cannot be compared: ${found}`);
    else comparing.addRows(`rows of ${place}`, found);
  }
}

function isWhole(found: ComparedRows | string): boolean {
  return typeof found !== "string" && found.missing === 0;
}

async function comparedOrWhy(
  source: string,
  target: string,
  writer: { readonly execution: string; readonly writer: string },
): Promise<ComparedRows | string> {
  try {
    return await comparedRows(readRows(source, writer), new Rows(readRows(target, writer)));
  } catch (error) {
    return (error as Error).message;
  }
}

async function comparedRows(given: AsyncGenerator<SeriesColumns>, there: Rows): Promise<ComparedRows> {
  const [here, other] = [new RowDigest([]), new RowDigest([])];
  const numbers = new Map<string, number>();
  let [rows, missing] = [0, 0];
  for await (const columns of given) {
    for (let at = 0; at < columns.index.length; at++) {
      const row = rowAt(columns, at, numbers);
      const found = there.numbered(row[SEQUENCE], numbers);
      const same = found instanceof Promise ? await found : found; // a turn for each row would take longest
      here.add(...row);
      if (same !== undefined) other.add(...same);
      if (same === undefined || !row.every((part, i) => Object.is(part, same[i]))) missing++;
      rows++;
    }
  }
  return { rows, missing, here: here.hex(), there: other.hex() };
}

/** The number of its series, step, value, time in milliseconds, sequence. */
type RowParts = [series: number, step: number, value: number, time: number, sequence: number];
const SEQUENCE = 4;

function rowAt(columns: SeriesColumns, row: number, numbers: Map<string, number>): RowParts {
  const { id, name, activity } = columns.series[columns.index[row] as number] as SeriesColumns["series"][number];
  const series = `${id}\n${activity}\n${name}`;
  const number = numbers.get(series) ?? numbers.size;
  if (number === numbers.size) numbers.set(series, number);
  const time = microseconds(columns.time[row] as number) / 1000;
  return [number, columns.step[row] as number, columns.value[row] as number, time, sequenceOf(columns, row)];
}

/** A writer's rows in the order of their numbers. */
class Rows {
  readonly #batches: AsyncGenerator<SeriesColumns>;
  #columns: SeriesColumns | undefined;
  #row = 0;
  #isOver = false;

  constructor(batches: AsyncGenerator<SeriesColumns>) {
    this.#batches = batches;
  }

  /** The row of this number, which is larger than any asked for before; undefined where there is none. */
  numbered(sequence: number, numbers: Map<string, number>): RowParts | undefined | Promise<RowParts | undefined> {
    const columns = this.#columns;
    if (columns === undefined || this.#row >= columns.index.length)
      return this.#isOver ? undefined : this.#nextBatch().then(() => this.numbered(sequence, numbers));
    while (this.#row < columns.index.length && sequenceOf(columns, this.#row) < sequence) this.#row++;
    if (this.#row === columns.index.length) return this.numbered(sequence, numbers);
    return sequenceOf(columns, this.#row) === sequence ? rowAt(columns, this.#row, numbers) : undefined;
  }

  async #nextBatch(): Promise<void> {
    const { value, done } = await this.#batches.next();
    this.#columns = done ? undefined : value;
    this.#row = 0;
    this.#isOver = done === true;
  }
}
