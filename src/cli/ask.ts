import { ProvenanceError } from "../model/error.ts";
import type { AnalysisClass, QuestionAnswer, QuestionId } from "../query/index.ts";
import { QUESTIONS } from "../query/questions/questions.ts";
import { answerTables, isEmptyAnswer } from "./ask-tables.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { subjectOf } from "./lineage.ts";
import { printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { printCsv, table } from "./table.ts";

/** The parameters of all questions, each once; what it says of several questions is the first one's. */
const PARAMETERS = Object.fromEntries(
  Object.entries(QUESTIONS)
    .reverse()
    .flatMap(([id, { parameters }]) =>
      Object.entries(parameters).map(([name, { summary }]) => [name, { id, summary }]),
    ),
) as Readonly<Record<string, { readonly id: string; readonly summary: string }>>;

export const command: Command = {
  name: "ask",
  summary: "answer a question of the PROV-ML papers, Q1 to Q7; without one list them",
  usage: "[Q1 | … | Q7] [--PARAMETER VALUE …] [--json | --csv | --sparql]",
  arguments: { least: 0, most: 1 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print the first table of the answer as CSV, with whole ids and numbers" },
    sparql: { type: "boolean", summary: "print the queries behind the answer, as provml query takes them" },
    ...Object.fromEntries(
      Object.entries(PARAMETERS).map(([name, { id, summary }]) => [
        name,
        { type: "string", value: name.toUpperCase(), summary: `${id}: ${summary}` } as const,
      ]),
    ),
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv", "sparql");
    const [name] = input.positionals;
    if (name === undefined) return listQuestions(input);
    const id = name.toUpperCase();
    if (!Object.hasOwn(QUESTIONS, id)) {
      const ids = Object.keys(QUESTIONS).join(", ");
      throw new ProvenanceError("bad-argument", `there is no question ${JSON.stringify(name)}; there are ${ids}`);
    }
    return await answer(id as QuestionId, input);
  },
};

async function answer<Q extends QuestionId>(id: Q, input: CommandInput): Promise<number> {
  const { json, csv: asCsv, sparql } = input.options;
  const parameters = parametersOf(id, input);
  await using graph = await openRecorded(input);
  const asked = graph.ask(id, parameters as never);
  const found = (await asked) as QuestionAnswer<QuestionId>;
  if (sparql === true) for (const query of await asked.sparql()) console.log(`${query}\n`);
  else if (json === true) printJson(found);
  else {
    const tables = answerTables(id, found, asCsv === true);
    const [first] = tables;
    if (asCsv === true) printCsv(first?.head ?? [], first?.rows ?? []);
    else console.log(tables.map(({ title, head, rows }) => `${title}\n${table(head, rows)}`.trimEnd()).join("\n\n"));
  }
  return isEmptyAnswer(id, found) ? EXIT.no : EXIT.done;
}

/** What was given of what the question takes; the question itself says what it lacks. */
function parametersOf(id: QuestionId, { options }: CommandInput): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(PARAMETERS)) {
    const value = options[name];
    if (typeof value !== "string") continue;
    if (SUBJECTS.has(name)) given[name] = subjectOf(value);
    else given[name] = name === "limit" ? Number(value) : value;
  }
  for (const [name, { isRequired, summary }] of Object.entries(QUESTIONS[id].parameters))
    if (isRequired && given[name] === undefined)
      throw new ProvenanceError("bad-option", `${id} needs --${name}, ${summary}`);
  return given;
}

const SUBJECTS: ReadonlySet<string> = new Set(["model", "dataset", "file"]);

function listQuestions(input: CommandInput): number {
  if (input.options.json === true) {
    printJson(QUESTIONS);
    return EXIT.done;
  }
  const head = ["question", "answers", "class", "parameters"];
  const rows = Object.entries(QUESTIONS).map(([id, { title, class: its, parameters }]) => {
    const names = Object.entries(parameters).map(([name, { isRequired }]) =>
      isRequired ? `--${name}` : `[--${name}]`,
    );
    return [id, title, classText(its), names.join(" ")];
  });
  if (input.options.csv === true) printCsv(head, rows);
  else {
    const blocks = rows.map(([id, title, its, names]) => `${id}  ${title}\n    ${its}\n    provml ask ${id} ${names}`);
    console.log(blocks.join("\n"));
  }
  return EXIT.done;
}

/** By the local names of the concepts; of a dimension of which the papers say nothing nothing. */
function classText({ data, execution, training }: AnalysisClass): string {
  const names = (iris: readonly string[]) => iris.map((iri) => iri.slice(iri.indexOf("#") + 1)).join(", ");
  return [data, execution, training]
    .map(names)
    .filter((text) => text !== "")
    .join(" · ");
}
