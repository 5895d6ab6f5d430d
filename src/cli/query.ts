import { readFileSync } from "node:fs";
import { writeTurtle } from "../formats/rdf/turtle.ts";
import { ProvenanceError } from "../model/error.ts";
import { PREFIXES } from "../model/names.ts";
import type { Graph } from "../query/index.ts";
import type { Term } from "../rdf/terms.ts";
import type { QueryResult } from "../store/store.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, plainLines } from "./output.ts";
import { resultsJson } from "./results-json.ts";
import { STORE_OPTION } from "./store.ts";
import { printCsv, table } from "./table.ts";

const TIMEOUT_SECONDS = 30;

export const command: Command = {
  name: "query",
  summary: "ask the union of all graphs in SPARQL 1.1 (SELECT, ASK, CONSTRUCT, DESCRIBE)",
  usage: "SPARQL | --file FILE | - [--timeout SECONDS] [--json | --csv]",
  arguments: { least: 0, most: 1 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print the rows of a SELECT as CSV" },
    file: { type: "string", value: "FILE", summary: "read the query from a file; - reads it from standard input" },
    timeout: { type: "string", value: "SECONDS", summary: `when to give up (${TIMEOUT_SECONDS})` },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const { options } = input;
    const seconds = secondsOf(options.timeout as string | undefined);
    const text = queryText(input.positionals[0], options.file as string | undefined);
    await using graph = await openRecorded(input);
    const result = await answer(graph, text, seconds);
    if (options.csv === true && result.form !== "select") {
      throw new ProvenanceError("bad-option", "--csv is for the rows of a SELECT; leave it out, or ask with --json");
    }
    if (options.json === true) process.stdout.write(resultsJson(result));
    else if (result.form === "graph") process.stdout.write(plainLines(writeTurtle(result.quads, PREFIXES)));
    else print(result, options.csv === true);
    return result.form === "ask" && !result.answer ? EXIT.no : EXIT.done;
  },
};

async function answer(graph: Graph, text: string, seconds: number): Promise<QueryResult> {
  try {
    return await graph.query(text, { timeoutMs: 1000 * seconds });
  } catch (cause) {
    if (!(cause instanceof ProvenanceError) || cause.code !== "query-timeout") throw cause;
    const advice = "narrow it, or give it longer with --timeout SECONDS";
    throw new ProvenanceError(cause.code, `the query did not end within ${seconds} s and was stopped; ${advice}`, {
      cause,
    });
  }
}

/** setTimeout counts to 2³¹ ms. */
const MOST_SECONDS = 2_000_000;

function secondsOf(text: string | undefined): number {
  const seconds = text === undefined ? TIMEOUT_SECONDS : Number(text);
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds;
  throw new ProvenanceError(
    "bad-option",
    `--timeout is ${JSON.stringify(text)}; give seconds above 0, ${MOST_SECONDS} at most`,
  );
}

function print(result: Exclude<QueryResult, { form: "graph" }>, asCsv: boolean): void {
  if (result.form === "ask") {
    console.log(result.answer ? "yes" : "no");
    return;
  }
  const rows = result.rows.map((row) => result.variables.map((name) => cell(row[name], asCsv)));
  if (asCsv) printCsv(result.variables, rows);
  else console.log(`${table(result.variables, rows)}\n${counted(rows.length, "row")}`);
}

/** CSV has full IRIs, as the SPARQL results format asks; the table has qualified names. */
function cell(term: Term | undefined, asCsv: boolean): string {
  if (term === undefined) return "";
  if (term.kind === "iri" && !asCsv) {
    for (const [prefix, namespace] of Object.entries(PREFIXES)) {
      if (term.value.startsWith(namespace)) return `${prefix}:${term.value.slice(namespace.length)}`;
    }
  }
  return term.kind === "blank" ? `_:${term.value}` : term.value;
}

function queryText(argument: string | undefined, file: string | undefined): string {
  if ((argument === undefined) === (file === undefined)) {
    throw new ProvenanceError(
      "bad-argument",
      "give the query as an argument, with --file FILE, or as - on standard input",
    );
  }
  if (argument !== undefined && argument !== "-") return argument;
  try {
    return readFileSync(file === undefined || file === "-" ? 0 : file, "utf8");
  } catch (cause) {
    throw new ProvenanceError(
      "unreadable",
      `the query in ${file ?? "standard input"} cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}
