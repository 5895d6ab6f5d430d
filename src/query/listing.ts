import { ProvenanceError } from "../model/error.ts";
import { timeOf } from "./facts.ts";
import { checkFilter, isTimeField, matches, type RunFilter } from "./runs/run-filter.ts";
import { parseRunFilter } from "./runs/run-filter-text.ts";
import type { PlainValue } from "./values.ts";

/** Which things of a list are wanted, and in which order. */
export interface ListOptions {
  /** Which; as text as `--where` takes it. Default: all. */
  readonly where?: RunFilter | string;
  /** Fields as a filter names them, with - before one whose greatest value comes first; what has no value comes last. Default: newest first. */
  readonly sort?: string | readonly string[];
  /** How many at most. */
  readonly limit?: number;
  /** How many to leave out before. */
  readonly offset?: number;
}

/** The same, looked through: nothing in it is left to be refused. */
export interface Listing {
  readonly filter: RunFilter | undefined;
  readonly orders: readonly Order[];
  readonly from: number;
  readonly to: number | undefined;
  /** The fields that are asked for. */
  readonly fields: ReadonlySet<string>;
}

interface Order {
  readonly field: string;
  readonly sign: 1 | -1;
}

/** @throws {ProvenanceError} `bad-argument` for a filter that cannot be read, `bad-option` */
export function checkListing({ where, sort = [], limit, offset = 0 }: ListOptions): Listing {
  const filter =
    where === undefined ? undefined : typeof where === "string" ? parseRunFilter(where) : checkFilter(where);
  const orders = [sort].flat().map(orderOf);
  const from = whole("offset", offset);
  const to = limit === undefined ? undefined : from + whole("limit", limit);
  const fields = new Set([...orders.map(({ field }) => field), ...(filter === undefined ? [] : fieldsIn(filter))]);
  return { filter, orders, from, to, fields };
}

/** The things that are wanted, in the order that is wanted, a page of them. */
export function listed<T>(
  all: readonly T[],
  { filter, orders, from, to }: Listing,
  valuesOf: (thing: T, field: string) => readonly PlainValue[],
): T[] {
  const wanted = filter === undefined ? all : all.filter((thing) => matches(filter, (field) => valuesOf(thing, field)));
  return (orders.length === 0 ? wanted : sorted(wanted, orders, valuesOf)).slice(from, to);
}

/** The fields that a filter asks for. */
export function* fieldsIn(filter: RunFilter): Generator<string> {
  if ("field" in filter) yield filter.field;
  else for (const one of "and" in filter ? filter.and : "or" in filter ? filter.or : [filter.not]) yield* fieldsIn(one);
}

function orderOf(text: string): Order {
  const field = String(text).replace(/^-/, "");
  if (field === "") throw new ProvenanceError("bad-option", 'sort names no field; give one, e.g. "-accuracy"');
  return { field, sign: field === text ? 1 : -1 };
}

/** The keys of each thing are made once. */
function sorted<T>(
  things: readonly T[],
  orders: readonly Order[],
  valuesOf: (thing: T, field: string) => readonly PlainValue[],
): T[] {
  const keyed = things.map((thing) => ({
    thing,
    keys: orders.map(({ field }) => keyOf(field, valuesOf(thing, field))),
  }));
  keyed.sort((a, b) => {
    for (const [i, { sign }] of orders.entries()) {
      const order = compareKeys(a.keys[i], b.keys[i], sign);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ thing }) => thing);
}

/** Numbers and times as numbers, else texts as texts; NaN counts as no value. */
function keyOf(field: string, values: readonly PlainValue[]): number | string | undefined {
  const value = values.find((one) => typeof one === "number") ?? values[0];
  if (isTimeField(field)) return timeOf(value as string | undefined);
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  return typeof value === "string" || typeof value === "boolean" ? String(value) : undefined;
}

/** Numbers before texts, and what has no value last whatever the direction. */
function compareKeys(a: number | string | undefined, b: number | string | undefined, sign: 1 | -1): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a === b ? 0 : a < b ? -sign : sign;
}

/** @throws {ProvenanceError} `bad-option` */
export function whole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new ProvenanceError("bad-option", `${name} is ${JSON.stringify(value)}; give a whole number, 0 or more`);
}
