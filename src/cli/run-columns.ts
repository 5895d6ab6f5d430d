import type { Continuation, Run } from "../query/index.ts";
import { localTime, shownId, shownValue, wholeValue } from "./graph-text.ts";
import { duration } from "./output.ts";
import type { Cell } from "./table.ts";

/** How cells are written: short for people, or whole for files. */
export type Form = "shown" | "whole";

export interface RunColumn {
  readonly head: string;
  readonly cell: (run: Run) => Cell;
}

/** A column for each hyperparameter and each measure that any of these runs has; times of epochs only in files. */
export function usualColumns(runs: readonly Run[], form: Form): RunColumn[] {
  const own = [...USUAL[form], ...OPTIONAL.filter((name) => runs.some((run) => OWN[name]?.(run, form) !== undefined))];
  const parameters = namesIn(runs.map(({ hyperparameters }) => hyperparameters));
  const measures = namesIn(runs.map((run) => run.measures)).filter(
    (name) => form === "whole" || !name.endsWith(".durationMs"),
  );
  const all = [...own, ...parameters, ...measures];
  const isTwice = (name: string) => all.indexOf(name) !== all.lastIndexOf(name);
  const from = (place: Place) => (name: string) =>
    valueColumn(place, name, form, isTwice(name) ? `${place}.${name}` : name);
  return [
    ...own.flatMap((name) => ownColumns(name, form)),
    ...parameters.map(from("hyperparameters")),
    ...measures.map(from("measures")),
  ];
}

/**
 * The columns of these names, as filters have them or as the table has them: where several things have a name, a column for each. `all` are the runs that are
 * recorded, listed or not, so that the columns are the same whatever is listed; a name that none of them has is among the `missing`, its column empty.
 */
export function namedColumns(
  names: readonly string[],
  all: readonly Run[],
  form: Form,
): { readonly columns: RunColumn[]; readonly missing: string[] } {
  const missing: string[] = [];
  const columns = names.flatMap((name): RunColumn[] => {
    const found = columnsNamed(name, form).filter(({ cell }) => all.some((run) => cell(run) !== undefined));
    if (found.length === 0) missing.push(name);
    if (found.length < 2) return [{ head: name, cell: found[0]?.cell ?? (() => undefined) }];
    return found;
  });
  return { columns, missing };
}

export function cellsOf(columns: readonly RunColumn[], runs: readonly Run[]): [head: string[], rows: Cell[][]] {
  return [columns.map(({ head }) => head), runs.map((run) => columns.map(({ cell }) => cell(run)))];
}

/** All that may have this name, each under its own. */
function columnsNamed(name: string, form: Form): RunColumn[] {
  const [, place, inside = ""] = /^(hyperparameters|measures)\.(.*)$/s.exec(name) ?? [];
  if (place !== undefined) return [valueColumn(place as Place, inside, form, name)];
  const values = PLACES.map((one) => valueColumn(one, name, form, `${one}.${name}`));
  return [...ownColumns(name, form), ...values];
}

type Place = "hyperparameters" | "measures";
const PLACES: readonly Place[] = ["hyperparameters", "measures"];

function valueColumn(place: Place, name: string, form: Form, head: string): RunColumn {
  const value = form === "whole" ? wholeValue : shownValue;
  return {
    head,
    cell: ({ [place]: values }) => (Object.hasOwn(values, name) ? value(values[name]) : undefined),
  };
}

function ownColumns(name: string, form: Form): RunColumn[] {
  const cell = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  return cell === undefined ? [] : [{ head: name, cell: (run) => cell(run, form) }];
}

type OwnCell = (run: Run, form: Form) => Cell;

const id: OwnCell = (run, form) => (form === "whole" ? run.id : shownId(run.id));
const start: OwnCell = ({ startedAt }, form) => time(startedAt, form);
const took: OwnCell = ({ durationMs }, form) =>
  form === "whole" || durationMs === undefined ? durationMs : duration(durationMs);

/** What each run has, under the table's names and those of filters. */
const OWN: Readonly<{ [name: string]: OwnCell }> = {
  run: id,
  id,
  name: ({ name }) => name,
  workflow: ({ workflow }) => workflow,
  status: ({ status }) => status,
  started: start,
  startedAt: start,
  endedAt: ({ endedAt }, form) => time(endedAt, form),
  took,
  durationMs: took,
  study: ({ study }) => study,
  tags: ({ tags }) => tags?.join(", "),
  tag: ({ tags }) => tags?.join(", "),
  ranks: ({ ranks, rankCount }) =>
    ranks === undefined || rankCount === undefined || ranks === rankCount
      ? ranks?.toString()
      : `${ranks} of ${rankCount}`,
  restarts: ({ restarts }) => restarts?.toString(),
  continues: ({ continues }, form) => continues && continuation(continues, form),
  person: ({ person }) => person?.name,
  host: ({ host }) => host,
  software: ({ software }) => software?.name,
  commit: ({ software }) => software?.commit,
  error: ({ error }) => error && [error.type, error.message].filter((part) => part !== undefined).join(": "),
};

/** Columns that every table has. */
const USUAL: Readonly<{ [form in Form]: readonly string[] }> = {
  shown: ["run", "name", "workflow", "status", "started", "took"],
  whole: ["id", "name", "workflow", "status", "started", "durationMs"],
};

/** Columns that are there if any run has something in them. */
const OPTIONAL: readonly string[] = ["study", "tags", "ranks", "restarts", "continues"];

function time(text: string | undefined, form: Form): Cell {
  return form === "whole" || text === undefined ? text : localTime(text);
}

function continuation({ run, name, step }: Continuation, form: Form): string {
  return `${form === "whole" ? run : `${name} ${shownId(run)}`}${step === undefined ? "" : ` @${step}`}`;
}

function namesIn(all: readonly object[]): string[] {
  return [...new Set(all.flatMap((one) => Object.keys(one)))];
}
