import { ProvenanceError } from "../../model/error.ts";
import { timeOf } from "../facts.ts";
import type { Source } from "../source.ts";
import type { PlainValue } from "../values.ts";
import { foldRestarts } from "./restarts.ts";
import { checkFilter, matches, type RunFilter, valuesOfField } from "./run-filter.ts";
import { parseRunFilter } from "./run-filter-text.ts";
import { type Run, readRuns } from "./runs.ts";

export interface RunsOptions {
  /** Which runs; as text as `provml runs --where` takes it. Default: all. */
  readonly where?: RunFilter | string;
  /** Fields as a filter names them, with - before one whose greatest value comes first; runs without a value come last. Default: newest first. */
  readonly sort?: string | readonly string[];
  /** How many at most. */
  readonly limit?: number;
  /** How many to leave out before. */
  readonly offset?: number;
}

/**
 * The runs that are wanted, in the order that is wanted, a page of them.
 * @throws {ProvenanceError} `bad-argument`, `bad-option`
 */
export async function listRuns(source: Source, options: RunsOptions = {}): Promise<Run[]> {
  const { where, sort = [], limit, offset = 0 } = options;
  const filter =
    where === undefined ? undefined : typeof where === "string" ? parseRunFilter(where) : checkFilter(where);
  const orders = [sort].flat().map(orderOf);
  const from = whole("offset", offset);
  const to = limit === undefined ? undefined : from + whole("limit", limit);
  const runs = await foldRestarts(source, await readRuns(source));
  const wanted = filter === undefined ? runs : runs.filter((run) => matches(run, filter));
  return (orders.length === 0 ? wanted : sorted(wanted, orders)).slice(from, to);
}

interface Order {
  readonly field: string;
  readonly sign: 1 | -1;
}

function orderOf(text: string): Order {
  const field = String(text).replace(/^-/, "");
  if (field === "") throw new ProvenanceError("bad-option", 'sort names no field; give one, e.g. "-accuracy"');
  return { field, sign: field === text ? 1 : -1 };
}

/** Each run's keys are made once. */
function sorted(runs: readonly Run[], orders: readonly Order[]): Run[] {
  const keyed = runs.map((run) => ({ run, keys: orders.map(({ field }) => keyOf(run, field)) }));
  keyed.sort((a, b) => {
    for (const [i, { sign }] of orders.entries()) {
      const order = compareKeys(a.keys[i], b.keys[i], sign);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ run }) => run);
}

/** Numbers and times as numbers, else texts as texts; NaN counts as no value. */
function keyOf(run: Run, field: string): number | string | undefined {
  const values: readonly (PlainValue | undefined)[] = valuesOfField(run, field);
  const value = values.find((one) => typeof one === "number") ?? values[0];
  if (field === "startedAt" || field === "endedAt") return timeOf(value as string | undefined);
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  return typeof value === "string" || typeof value === "boolean" ? String(value) : undefined;
}

/** Numbers before texts, and what has no value last whatever the direction. */
function compareKeys(a: number | string | undefined, b: number | string | undefined, sign: 1 | -1): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a === b ? 0 : a < b ? -sign : sign;
}

function whole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new ProvenanceError("bad-option", `${name} is ${JSON.stringify(value)}; give a whole number, 0 or more`);
}
