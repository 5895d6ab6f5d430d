import type { LineageDifference, PlainValue, RunComparison } from "../../query/index.ts";
import { xmlText } from "../text/escape.ts";
import { type HtmlCell, htmlTable, valueText } from "./table.ts";

/** Digests and commits are told apart by their beginning. */
const SHOWN_DIGITS = 12;

/** What is not the same for all runs: a row for each thing, a column for each run. */
export function differencesHtml({ fields, runs, parting }: RunComparison, labels: readonly string[]): string {
  const differing = fields.filter(({ isSame }) => !isSame);
  const rows = differing.map(({ aspect, name }): HtmlCell[] => [
    aspect,
    name,
    ...runs.map((run) => cellOf(run[aspect][name])),
  ]);
  const table =
    rows.length === 0 ? "<p>Nothing that is recorded differs.</p>" : htmlTable(["what", "name", ...labels], rows);
  return parting?.firstCause === undefined ? table : `<p>${causeHtml(parting.firstCause, labels)}</p>\n${table}`;
}

function causeHtml({ kind, name, step, sides }: LineageDifference, labels: readonly string[]): string {
  const [one, other] = sides.map(({ value }) => (value === undefined ? "nothing" : shown(value)));
  const where = `${kind} <b>${xmlText(name)}</b> of the step ${xmlText(step.name)}`;
  const values = `${xmlText(String(one))} for ${xmlText(labels[0] ?? "")}, ${xmlText(String(other))} for ${xmlText(labels[1] ?? "")}`;
  return `The first thing in which their lineages differ: the ${where}, ${values}.`;
}

function cellOf(value: PlainValue | undefined): HtmlCell {
  return typeof value === "number" ? value : shown(value);
}

function shown(value: PlainValue | undefined): string {
  return valueText(value).replace(/\b[0-9a-f]{40,64}\b/g, (digest) => `${digest.slice(0, SHOWN_DIGITS)}…`);
}
