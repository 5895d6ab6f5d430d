import type { DifferenceSide, LineageDifference, RunComparison } from "../query/index.ts";
import { localTime, shownId, wholeValue } from "./graph-text.ts";
import { counted, plainText } from "./output.ts";

const MOST_SHOWN = 10;

/** Where two lineages part, as sentences; of more than two nothing. */
export function partingLines({ parting, runs }: RunComparison): string[] {
  if (parting === undefined) return [];
  const { firstCause, differences, firstResult } = parting;
  if (firstCause === undefined) {
    if (firstResult === undefined) return ["the lineages are the same in all that is recorded, and so are the results"];
    return [
      `nothing that is recorded differs in the lineages, but the results do, first in ${told(firstResult, runs)}`,
    ];
  }
  const others = differences.slice(1, 1 + MOST_SHOWN).map((one) => `  then ${told(one, runs)}`);
  const more = differences.length - 1 - others.length;
  const rest = more > 0 ? [`  and ${counted(more, "difference")} more; --json has all`] : [];
  return [`first cause: ${told(firstCause, runs)}`, ...others, ...rest];
}

type Names = RunComparison["runs"];

function told(difference: LineageDifference, runs: Names): string {
  const { step, sides } = difference;
  const when = step.startedAt === undefined ? "" : ` at ${localTime(step.startedAt)}`;
  const what =
    difference.kind === "step"
      ? onlyOne(difference, runs)
      : `${whatOf(difference)}: ${sides.map(valueText).join(" | ")}`;
  return plainText(`${what} (${step.workflow}${when}, ${shownId(step.id)})`);
}

function onlyOne({ name, sides: [first] }: LineageDifference, [one, other]: Names): string {
  const owner = first.step === undefined ? other : one;
  return `the step ${name}, which only the lineage of ${owner?.name} has`;
}

function whatOf({ kind, name, step, sides }: LineageDifference): string {
  switch (kind) {
    case "data":
      return `the content of ${sides[0].path ?? sides[1].path ?? name}, used by ${step.name}`;
    case "parameter":
    case "hyperparameter":
    case "seed":
      return `the ${kind} ${name} of ${step.name}`;
    case "source":
    case "software":
    case "environment":
      return `${name} (${kind}) of the execution`;
    case "result":
      return `${name}, of ${step.name}`;
    case "step":
      return name;
    default:
      return kind satisfies never;
  }
}

function valueText({ value }: DifferenceSide): string {
  if (value === undefined) return "none";
  const text = String(wholeValue(value));
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text.slice(0, 12) : text;
}
