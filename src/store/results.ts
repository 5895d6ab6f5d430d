import { ProvenanceError } from "../model/error.ts";
import { readQuads } from "../rdf/read-quads.ts";
import { literalTerm, type Term } from "../rdf/terms.ts";
import type { QueryResult, SolutionRow } from "./store.ts";

export type QueryForm = QueryResult["form"];

/** The media type that every engine can answer each form with. */
export const RESULT_TYPES: Readonly<Record<QueryForm, string>> = {
  select: "application/sparql-results+json",
  ask: "application/sparql-results+json",
  graph: "application/n-triples",
};

/** Reads an engine's answer in the media type of {@link RESULT_TYPES}. */
export function readResult(form: QueryForm, text: string): QueryResult {
  if (form === "graph") return { form, quads: readQuads(text) };
  const json = JSON.parse(text) as ResultsJson;
  if (form === "ask") return { form, answer: json.boolean === true };
  const rows = json.results?.bindings ?? [];
  for (const row of rows) {
    // In place: an answer may have a million rows.
    for (const name in row) (row as Record<string, unknown>)[name] = readTerm(row[name] as TermJson);
  }
  return { form, variables: json.head?.vars ?? [], rows: rows as unknown as readonly SolutionRow[] };
}

/** SPARQL 1.1 Query Results JSON Format, section 3. */
interface ResultsJson {
  readonly head?: { readonly vars?: readonly string[] };
  readonly boolean?: boolean;
  readonly results?: { readonly bindings?: readonly Readonly<Record<string, TermJson>>[] };
}

interface TermJson {
  readonly type: string;
  readonly value: string;
  readonly datatype?: string;
  readonly "xml:lang"?: string;
}

function readTerm(json: TermJson): Term {
  switch (json.type) {
    case "uri":
      return { kind: "iri", value: json.value };
    case "bnode":
      return { kind: "blank", value: json.value };
    case "literal":
    case "typed-literal": // as Virtuoso says it
      return literalTerm(json.value, { type: json.datatype, language: json["xml:lang"] });
    default:
      throw new ProvenanceError(
        "bad-query",
        `the query answers with a ${json.type}, which RDF 1.1 does not know; select its parts instead`,
      );
  }
}
