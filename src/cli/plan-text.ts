import type { Plan, PlannedStep, PlannedThing, PlannedValue } from "../model/plan.ts";
import { plainText } from "./output.ts";
import { type Cell, table } from "./table.ts";

/** A plan as people read it: what it is, and a line for each step. */
export function planText(plan: Plan, origin: string): string {
  const { name, experiment, study, complete, ordered } = plan;
  const about = [
    experiment && `experiment ${experiment}`,
    study && `study ${study}`,
    complete && "complete: what it does not name is not planned",
    ordered && "its steps begin in this order",
  ].filter(Boolean);
  const head = plainText(`${name}, ${origin}${about.length === 0 ? "" : `; ${about.join("; ")}`}`);
  return `${head}\n\n${stepsTable(plan.steps)}`;
}

type Column = readonly [head: string, cell: (step: PlannedStep) => string | undefined];

const COLUMNS: readonly Column[] = [
  ["step", ({ name, optional }) => (optional ? `${name} (optional)` : name)],
  ["kind", ({ kind, within }) => (within === undefined ? kind : `${kind} in ${within}`)],
  ["takes", ({ parameters }) => listText(parameters)],
  ["reads", ({ inputs }) => listText(inputs)],
  ["makes", ({ outputs }) => listText(outputs)],
  ["measures", ({ measures }) => listText(measures)],
  ["sections", ({ sections }) => sections?.join(", ")],
  ["how", ({ algorithm, task, procedure }) => [task, algorithm, procedure].filter(Boolean).join("; ") || undefined],
];

/** Columns that no step has anything in are left out. */
function stepsTable(steps: readonly PlannedStep[]): string {
  const rows = steps.map((step) => COLUMNS.map(([, cell]): Cell => cell(step)));
  const filled = COLUMNS.map((_, i) => rows.some((row) => row[i] !== undefined));
  const keep = <T>(cells: readonly T[]) => cells.filter((_, i) => filled[i]);
  return table(keep(COLUMNS.map(([head]) => head)), rows.map(keep));
}

function listText(entries: readonly (string | (PlannedValue & PlannedThing))[] = []): string | undefined {
  return entries.length === 0 ? undefined : entries.map(entryText).join(", ");
}

function entryText(entry: string | (PlannedValue & PlannedThing)): string {
  if (typeof entry === "string") return entry;
  const { name, optional, kind, split, values, minimum, maximum, default: usual } = entry;
  const said = [
    optional && "optional",
    kind && (split === undefined ? kind : `${split} ${kind}`),
    values?.map((value) => JSON.stringify(value)).join(" | "),
    minimum === undefined && maximum === undefined ? undefined : `${minimum ?? ""}…${maximum ?? ""}`,
    usual === undefined ? undefined : `default ${JSON.stringify(usual)}`,
  ].filter(Boolean);
  return said.length === 0 ? name : `${name} (${said.join(", ")})`;
}
