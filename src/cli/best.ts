import { ProvenanceError } from "../model/error.ts";
import type { Best, BestOptions, Goal } from "../query/index.ts";
import { parseRunFilter } from "../query/runs/run-filter-text.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId, shownValue, wholeValue } from "./graph-text.ts";
import { countOf, LIST_OPTIONS } from "./listing.ts";
import { printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, CSV_OPTION, printCsv, table } from "./table.ts";

export const command: Command = {
  name: "best",
  summary: "list the runs, or models, with the best values of a measure",
  usage: "--measure NAME [--goal minimize | maximize] [--where FILTER] [--limit N] [--models] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    measure: { type: "string", value: "NAME", summary: "the measure, e.g. accuracy" },
    goal: { type: "string", value: "GOAL", summary: "minimize or maximize (default: what the measure's name says)" },
    where: { ...LIST_OPTIONS.where, summary: "among these only, e.g. 'study = rates and status = completed'" },
    limit: { ...LIST_OPTIONS.limit, summary: "list that many at most (1)" },
    models: { type: "boolean", summary: "models, each by its own measures" },
    ...JSON_OPTION,
    ...CSV_OPTION,
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const wanted = wantedOf(input);
    await using graph = await openRecorded(input);
    const best = await graph.best(wanted);
    if (input.options.json === true) printJson(best);
    else if (input.options.csv === true) printCsv(...cellsOf(best, wanted, true));
    else if (best.length > 0) console.log(table(...cellsOf(best, wanted, false)));
    else
      console.log(
        `nothing that is recorded here${wanted.where === undefined ? "" : " and fits the filter"} has a value of ${JSON.stringify(wanted.measure)}`,
      );
    return best.length > 0 ? EXIT.done : EXIT.no;
  },
};

function wantedOf(input: CommandInput): BestOptions {
  const { measure, goal, where, models } = input.options;
  if (measure === undefined) throw new ProvenanceError("bad-option", "name a measure, e.g. --measure accuracy");
  const limit = countOf(input, "limit");
  return {
    measure: String(measure),
    of: models === true ? "models" : "runs",
    ...(goal === undefined ? {} : { goal: goal as Goal }),
    ...(where === undefined ? {} : { where: parseRunFilter(String(where)) }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function cellsOf(
  best: readonly Best[],
  { measure, of }: BestOptions,
  isWhole: boolean,
): [head: string[], rows: Cell[][]] {
  const value = isWhole ? wholeValue : shownValue;
  const id = (iri: string | undefined) => (iri === undefined || isWhole ? iri : shownId(iri));
  const names = [...new Set(best.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  const head = ["rank", measure, ...(of === "models" ? ["model", "label"] : []), "run", "name", "workflow", ...names];
  const rows = best.map(({ rank, value: found, run, model, hyperparameters }) => [
    rank,
    value(found),
    ...(of === "models" ? [id(model?.id), model?.label] : []),
    ...[id(run?.id), run?.name, run?.workflow],
    ...names.map((name) => value(Object.hasOwn(hyperparameters, name) ? hyperparameters[name] : undefined)),
  ]);
  return [head, rows];
}
