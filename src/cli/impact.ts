import type { Impact, LineageNode, RedoneStep } from "../query/index.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownId, shownValue } from "./graph-text.ts";
import { subjectOf } from "./lineage.ts";
import { counted, plainText, printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { CSV_OPTION, printAnswersCsv, table } from "./table.ts";

export const command: Command = {
  name: "impact",
  summary: "list what is affected if something is wrong, and in which order to redo it",
  usage: "ID | NAME | FILE | SHA-256 [--json | --csv]",
  arguments: { least: 1, most: 1 },
  options: { ...JSON_OPTION, ...CSV_OPTION, ...DIRECTORY_OPTION, ...STORE_OPTION },
  async run(input) {
    checkNotation(input, "json", "csv");
    await using graph = await openRecorded(input);
    const impact = await graph.impact(subjectOf(input.positionals[0] as string));
    if (input.options.json === true) printJson(impact);
    else if (input.options.csv === true) {
      const { datasets, models, evaluations, others } = impact;
      printAnswersCsv([...datasets, ...models, ...evaluations, ...others]);
    } else console.log(listOf(impact));
    return EXIT.done;
  },
};

function listOf({ datasets, models, evaluations, redo, people, others }: Impact): string {
  const parts = [
    part(counted(datasets.length, "data set or file", "data sets and files"), things(datasets)),
    part(counted(models.length, "model"), things(models)),
    part(counted(evaluations.length, "evaluation"), things(evaluations)),
    part(`${counted(redo.length, "program")} to execute again, in this order`, programs(redo)),
    part(
      counted(people.length, "person", "people"),
      table(
        ["who", "programs"],
        people.map((one) => [one.name, one.executions.length]),
      ),
    ),
  ];
  const told = parts.filter((text) => text !== "");
  if (told.length === 0 && others.length === 0) return "nothing recorded came of it";
  const rest =
    others.length === 0
      ? []
      : [`and ${counted(others.length, "object, value or series", "objects, values and series")} in between`];
  return [...told, ...rest].join("\n\n");
}

function part(head: string, body: string): string {
  return head.startsWith("0 ") ? "" : `${head}\n${body}`;
}

function things(nodes: readonly LineageNode[]): string {
  return table(
    ["what", "value", "path", "when", "id"],
    nodes.map(({ label, value, path, time, id }) => [label, shownValue(value), path, localTime(time), shownId(id)]),
  );
}

function programs(redo: Impact["redo"]): string {
  return table(
    ["", "workflow", "what", "who", "when", "id"],
    redo.map(({ workflow, runs, steps, person, startedAt, id }, i) => [
      i + 1,
      workflow,
      names([...runs, ...steps]),
      person,
      localTime(startedAt),
      shownId(id),
    ]),
  );
}

/** Steps of the same name are counted. */
function names(steps: readonly RedoneStep[]): string {
  const counts = new Map<string, number>();
  for (const { name } of steps) counts.set(name, (counts.get(name) ?? 0) + 1);
  return plainText(Array.from(counts, ([name, count]) => (count === 1 ? name : `${name} × ${count}`)).join(", "));
}
