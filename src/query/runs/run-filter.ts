import { ProvenanceError } from "../../model/error.ts";
import { timeOf } from "../facts.ts";
import type { PlainValue } from "../values.ts";
import type { Run } from "./runs.ts";

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
   * `name` (also what it was called before), `tag`, `workflow`, `study`, `status`, `startedAt`, `endedAt`, `durationMs`, `person`, `host`, `software`, `commit`,
   * `error`, `id`; `dataset` for the name, path or digest of data that went in; of models also `label`, `kind`, `run`, `file`, `sha256`, `generatedAt`; `text`
   * for all of a run's texts; a hyperparameter or a measure by its name, and where it must be said which, `hyperparameters.x` or `measures.x`.
   */
  readonly field: string;
  /** `~`: contains this text, in capitals or not. Times are compared as times, and texts letter by letter; NaN equals NaN. */
  readonly is: Comparison;
  readonly value: string | number | boolean;
}

export const COMPARISONS = ["=", "!=", "<=", ">=", "<", ">", "~"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Whether a thing is among those that a filter wants, by what it has of each field. */
export function matches(filter: RunFilter, valuesOf: (field: string) => readonly PlainValue[]): boolean {
  if ("and" in filter) return filter.and.every((one) => matches(one, valuesOf));
  if ("or" in filter) return filter.or.some((one) => matches(one, valuesOf));
  if ("not" in filter) return !matches(filter.not, valuesOf);
  const values = valuesOf(filter.field);
  if (filter.is === "!=") return values.length > 0 && values.every((value) => !holds(value, "=", filter));
  return values.some((value) => holds(value, filter.is, filter));
}

/** What a run has of a field: several values where it is also the name of a hyperparameter or a measure. */
export function valuesOfField(run: Fielded, field: string): readonly PlainValue[] {
  const own = Object.hasOwn(FIELDS, field) ? (FIELDS[field]?.(run) ?? []) : [];
  const [, record, name = field] = /^(hyperparameters|measures)\.(.*)$/s.exec(field) ?? [];
  const records = record === undefined ? [run.hyperparameters, run.measures] : [run[record as "measures"]];
  const named = records.flatMap((values) => (Object.hasOwn(values, name) ? [values[name] as PlainValue] : []));
  return [...own.filter((value) => value !== undefined), ...named];
}

/** A run, or what stands for one that nobody recorded. */
export type Fielded = Partial<Run> & Pick<Run, "hyperparameters" | "measures" | "models">;

const NOT_OF_THE_RUN = () => [];
const FIELDS: Readonly<Record<string, (run: Fielded) => (PlainValue | undefined)[]>> = {
  id: ({ id }) => [id],
  name: ({ name, formerNames = [] }) => [name, ...formerNames],
  tag: ({ tags = [] }) => [...tags],
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
  text: ({ name, workflow, study, person, error, models, hyperparameters, formerNames, tags, notes }) => [
    ...(formerNames ?? []),
    ...(tags ?? []),
    ...(notes ?? []).map(({ text }) => text),
    ...[name, workflow, study, person?.name, error?.type, error?.message],
    ...models.map(({ label }) => label),
    ...Object.entries(hyperparameters).flatMap(([key, value]) => (typeof value === "string" ? [key, value] : [key])),
  ],
  // Looked up elsewhere, by those who list runs or models.
  ...{ dataset: NOT_OF_THE_RUN, label: NOT_OF_THE_RUN, kind: NOT_OF_THE_RUN, run: NOT_OF_THE_RUN },
  ...{ file: NOT_OF_THE_RUN, sha256: NOT_OF_THE_RUN },
};
const TIMES: ReadonlySet<string> = new Set(["startedAt", "endedAt", "generatedAt"]);

/** A field whose values are times. */
export function isTimeField(field: string): boolean {
  return TIMES.has(field);
}

/** A field of whose values, but for hyperparameters and measures of the same name, all are texts. */
export function isTextField(field: string): boolean {
  return Object.hasOwn(FIELDS, field) && field !== "durationMs" && !TIMES.has(field);
}

function holds(found: PlainValue, is: Comparison, { field, value: wanted }: RunCondition): boolean {
  if (is === "~")
    return typeof found !== "object" && String(found).toLowerCase().includes(String(wanted).toLowerCase());
  const [a, b] = TIMES.has(field) ? [timeOf(String(found)), wantedTime(String(wanted))] : [found, wanted];
  if (a === undefined || b === undefined || typeof a !== typeof b) return false;
  switch (is) {
    case "=":
    case "!=":
      return (a === b || (Number.isNaN(a) && Number.isNaN(b))) === (is === "=");
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
 * Milliseconds since 1970 of a year, a month, a day or a time of day as ISO 8601 writes them, in UTC where no zone is said. `Date.parse` also takes much that
 * was meant otherwise, and some forms in this machine's zone.
 */
function wantedTime(text: string): number | undefined {
  const [, year, month = "01", day = "01", time = "00:00", zone = "Z"] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  const midnight = timeOf(`${date}T00:00Z`);
  if (midnight === undefined || new Date(midnight).toISOString().slice(0, date.length) !== date) return undefined;
  return timeOf(`${date}T${time}${zone}`);
}

const TIME =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?$/;

/**
 * A filter as a program or a person gave it.
 * @throws {ProvenanceError} `bad-argument`
 */
export function checkFilter(filter: RunFilter): RunFilter {
  const fault = faultOf(filter, MOST_LEVELS_AS_DATA);
  if (fault === undefined) return filter;
  throw new ProvenanceError(
    "bad-argument",
    `where has ${fault}; give { field, is, value }, { and: [...] }, { or: [...] }, { not: ... }, or a text such as "lr < 0.01 and status = completed"`,
  );
}

/** Of `not` and brackets: deep enough for anyone who writes by hand. */
export const MOST_LEVELS = 100;
/** What is in brackets in a text may be an `or` of `and`s, and what comes of any text is taken as data. */
const MOST_LEVELS_AS_DATA = 3 * MOST_LEVELS;

function faultOf(filter: RunFilter, levels: number): string | undefined {
  if (levels === 0) return `more than ${MOST_LEVELS_AS_DATA} levels`;
  if (typeof filter !== "object" || filter === null) return `${JSON.stringify(filter)}, which is no filter`;
  const kinds = ["and", "or", "not", "field"].filter((kind) => kind in filter);
  if (kinds.length > 1) return `${kinds.join(" and ")} in one object`;
  const lists = "and" in filter ? filter.and : "or" in filter ? filter.or : "not" in filter ? [filter.not] : undefined;
  if (lists !== undefined) {
    if (!Array.isArray(lists)) return "something else than a list of filters";
    return lists.map((one) => faultOf(one, levels - 1)).find((fault) => fault !== undefined);
  }
  return conditionFault(filter as RunCondition);
}

/** What a condition cannot be asked for, as a part of a sentence. */
export function conditionFault({ field, is, value }: RunCondition): string | undefined {
  if (typeof field !== "string" || field === "") return "a condition without a field";
  if (!COMPARISONS.includes(is)) return `the comparison ${JSON.stringify(is)}, not one of ${COMPARISONS.join(" ")}`;
  if (!["string", "number", "boolean"].includes(typeof value))
    return `no text, number or boolean to compare ${field} with`;
  if (TIMES.has(field) && is !== "~" && wantedTime(String(value)) === undefined)
    return `${JSON.stringify(value)}, which is no time, to compare ${field} with (2026-11-21, or with 2026-11-21T20:00:00Z the hour too; in UTC)`;
  return undefined;
}
