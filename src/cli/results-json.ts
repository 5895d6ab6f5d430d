import type { Quad, Term } from "../rdf/terms.ts";
import type { QueryResult } from "../store/store.ts";

/** The SPARQL 1.1 Query Results JSON Format; for a graph, a list of its quads in the same terms. */
export function resultsJson(result: QueryResult): string {
  return `${JSON.stringify(content(result), null, 2)}\n`;
}

function content(result: QueryResult): unknown {
  switch (result.form) {
    case "ask":
      return { head: {}, boolean: result.answer };
    case "select":
      return {
        head: { vars: result.variables },
        results: { bindings: result.rows.map((row) => mapValues(row, termJson)) },
      };
    case "graph":
      return result.quads.map((quad: Quad) => mapValues(quad as unknown as Record<string, Term | undefined>, termJson));
    default:
      return result satisfies never;
  }
}

function mapValues(
  row: Readonly<Record<string, Term | undefined>>,
  map: (term: Term) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, term]) => (term === undefined ? [] : [[name, map(term)]])),
  );
}

function termJson(term: Term): unknown {
  if (term.kind === "iri") return { type: "uri", value: term.value };
  if (term.kind === "blank") return { type: "bnode", value: term.value };
  const { value, language, type } = term;
  if (language !== undefined) return { type: "literal", value, "xml:lang": language };
  const isString = type === "http://www.w3.org/2001/XMLSchema#string";
  return isString ? { type: "literal", value } : { type: "literal", value, datatype: type };
}
