import { ProvenanceError } from "../model/error.ts";
import { timeOf } from "./facts.ts";
import type { Run } from "./runs.ts";
import type { PlainValue } from "./values.ts";

/**
 * Which runs are wanted, as data: conditions, put together with `and`, `or` and `not`. A condition holds where any value of the field does; where a run
 * has none, no condition on it holds, `!=` neither, but `not` of it does.
 */
export type RunFilter =
  | { readonly and: readonly RunFilter[] }
  | { readonly or: readonly RunFilter[] }
  | { readonly not: RunFilter }
  | RunCondition;

export interface RunCondition {
  /**
   * `name`, `workflow`, `study`, `status`, `startedAt`, `endedAt`, `durationMs`, `person`, `host`, `software`, `commit`, `error`, `id`; `text` for all of a
   * run's texts; a hyperparameter or a measure by its name, and where it must be said which, `hyperparameters.x` or `measures.x`.
   */
  readonly field: string;
  /** `~`: contains this text, in capitals or not. Times are compared as times, and texts letter by letter. */
  readonly is: Comparison;
  readonly value: string | number | boolean;
}

export const COMPARISONS = ["=", "!=", "<=", ">=", "<", ">", "~"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Whether a run is among those that a filter wants. */
export function matches(run: Run, filter: RunFilter): boolean {
  if ("and" in filter) return filter.and.every((one) => matches(run, one));
  if ("or" in filter) return filter.or.some((one) => matches(run, one));
  if ("not" in filter) return !matches(run, filter.not);
  const values = valuesOfField(run, filter.field);
  if (filter.is === "!=") return values.length > 0 && values.every((value) => !holds(value, "=", filter));
  return values.some((value) => holds(value, filter.is, filter));
}

/** What a run has of a field: several values where it is also the name of a hyperparameter or a measure. */
export function valuesOfField(run: Run, field: string): readonly PlainValue[] {
  const own = Object.hasOwn(FIELDS, field) ? (FIELDS[field]?.(run) ?? []) : [];
  const [, record, name = field] = /^(hyperparameters|measures)\.(.*)$/s.exec(field) ?? [];
  const records = record === undefined ? [run.hyperparameters, run.measures] : [run[record as "measures"]];
  const named = records.flatMap((values) => (Object.hasOwn(values, name) ? [values[name] as PlainValue] : []));
  return [...own.filter((value) => value !== undefined), ...named];
}

const FIELDS: Readonly<Record<string, (run: Run) => (PlainValue | undefined)[]>> = {
  id: ({ id }) => [id],
  name: ({ name }) => [name],
  workflow: ({ workflow }) => [workflow],
  study: ({ study }) => [study],
  status: ({ status }) => [status],
  startedAt: ({ startedAt }) => [startedAt],
  endedAt: ({ endedAt }) => [endedAt],
  durationMs: ({ durationMs }) => [durationMs],
  person: ({ person }) => [person?.name, person?.id],
  host: ({ host }) => [host],
  software: ({ software }) => [software?.name, software?.id],
  commit: ({ software }) => [software?.commit],
  error: ({ error }) => [error?.type, error?.message],
  text: ({ name, workflow, study, person, error, models, hyperparameters }) => [
    ...[name, workflow, study, person?.name, error?.type, error?.message],
    ...models.map(({ label }) => label),
    ...Object.entries(hyperparameters).flatMap(([key, value]) => (typeof value === "string" ? [key, value] : [key])),
  ],
};
const TIMES: ReadonlySet<string> = new Set(["startedAt", "endedAt"]);

function holds(found: PlainValue, is: Comparison, { field, value: wanted }: RunCondition): boolean {
  if (is === "~")
    return typeof found !== "object" && String(found).toLowerCase().includes(String(wanted).toLowerCase());
  const [a, b] = TIMES.has(field) ? [timeOf(String(found)), timeOf(String(wanted))] : [found, wanted];
  if (a === undefined || b === undefined || typeof a !== typeof b) return false;
  switch (is) {
    case "=":
    case "!=":
      return (a === b) === (is === "=");
    case "<":
      return (a as number) < (b as number);
    case "<=":
      return (a as number) <= (b as number);
    case ">":
      return (a as number) > (b as number);
    case ">=":
      return (a as number) >= (b as number);
    default:
      return is satisfies never;
  }
}

/**
 * A filter as a program or a person gave it.
 * @throws {ProvenanceError} `bad-argument`
 */
export function checkFilter(filter: RunFilter): RunFilter {
  const fault = faultOf(filter, MOST_LEVELS);
  if (fault === undefined) return filter;
  throw new ProvenanceError(
    "bad-argument",
    `where has ${fault}; give { field, is, value }, { and: [...] }, { or: [...] }, { not: ... }, or a text such as "lr < 0.01 and status = completed"`,
  );
}

/** Deep enough for anyone who writes by hand. */
export const MOST_LEVELS = 100;

function faultOf(filter: RunFilter, levels: number): string | undefined {
  if (levels === 0) return `more than ${MOST_LEVELS} levels`;
  if (typeof filter !== "object" || filter === null) return `${JSON.stringify(filter)}, which is no filter`;
  const lists = "and" in filter ? filter.and : "or" in filter ? filter.or : "not" in filter ? [filter.not] : undefined;
  if (lists !== undefined) {
    if (!Array.isArray(lists)) return "something else than a list of filters";
    return lists.map((one) => faultOf(one, levels - 1)).find((fault) => fault !== undefined);
  }
  const { field, is, value } = filter as RunCondition;
  if (typeof field !== "string" || field === "") return "a condition without a field";
  if (!COMPARISONS.includes(is)) return `the comparison ${JSON.stringify(is)}, not one of ${COMPARISONS.join(" ")}`;
  if (!["string", "number", "boolean"].includes(typeof value))
    return `no text, number or boolean to compare ${field} with`;
  if (TIMES.has(field) && is !== "~" && timeOf(String(value)) === undefined)
    return `${JSON.stringify(value)}, which is no time, to compare ${field} with (2026-11-21, or with 2026-11-21T20:00:00Z the hour too; in UTC)`;
  return undefined;
}
