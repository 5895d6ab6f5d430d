import { readFileSync } from "node:fs";
import { writeTurtle } from "../formats/turtle.ts";
import { ProvenanceError } from "../model/error.ts";
import { PREFIXES } from "../model/names.ts";
import type { Term } from "../rdf/terms.ts";
import type { QueryResult } from "../store/store.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import { openFlushed } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { csv, table } from "./output.ts";
import { resultsJson } from "./results-json.ts";

const TIMEOUT_SECONDS = 30;

export const command: Command = {
  name: "query",
  summary: "ask the union of all graphs in SPARQL 1.1 (SELECT, ASK, CONSTRUCT, DESCRIBE)",
  usage: "SPARQL | --file FILE | -",
  arguments: { least: 0, most: 1 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print CSV" },
    file: { type: "string", value: "FILE", summary: "read the query from a file" },
    timeout: { type: "string", value: "SECONDS", summary: `when to give up (${TIMEOUT_SECONDS})` },
  },
  async run(input) {
    const { options } = input;
    const sparql = queryText(input.positionals[0], options.file as string | undefined);
    const timeoutMs = 1000 * (options.timeout === undefined ? TIMEOUT_SECONDS : Number(options.timeout));
    if (!(timeoutMs > 0))
      throw new ProvenanceError("bad-option", `--timeout is ${String(options.timeout)}; give seconds above 0`);
    await using graph = await openFlushed(input);
    const result = await graph.query(sparql, { timeoutMs });
    if (result.form === "graph") {
      process.stdout.write(options.json === true ? resultsJson(result) : writeTurtle(result.quads, PREFIXES));
      return EXIT.done;
    }
    if (options.json === true) process.stdout.write(resultsJson(result));
    else print(result, options.csv === true);
    return result.form === "ask" && !result.answer ? EXIT.no : EXIT.done;
  },
};

function print(result: Exclude<QueryResult, { form: "graph" }>, asCsv: boolean): void {
  if (result.form === "ask") {
    console.log(result.answer ? "yes" : "no");
    return;
  }
  const rows = result.rows.map((row) => result.variables.map((name) => cell(row[name], asCsv)));
  if (asCsv) process.stdout.write(csv(result.variables, rows));
  else console.log(`${table(result.variables, rows)}\n${rows.length} rows`);
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
    return readFileSync(file ?? 0, "utf8");
  } catch (cause) {
    throw new ProvenanceError(
      "unreadable",
      `the query in ${file ?? "standard input"} cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}
