import { ProvenanceError } from "../model/error.ts";
import type { Quad } from "../rdf/terms.ts";
import type { QueryResult, SelectResult } from "./store.ts";

/* The answer to a query of which the form was known; of another form it is a `bad-query`. */

export function tableOf(result: QueryResult): SelectResult {
  if (result.form === "select") return { variables: result.variables, rows: result.rows };
  throw otherForm("SELECT");
}

export function answerOf(result: QueryResult): boolean {
  if (result.form === "ask") return result.answer;
  throw otherForm("ASK");
}

export function triplesOf(result: QueryResult): readonly Quad[] {
  if (result.form === "graph") return result.quads;
  throw otherForm("CONSTRUCT or DESCRIBE");
}

export function otherForm(expected: string): ProvenanceError {
  return new ProvenanceError("bad-query", `this is no ${expected} query; ask it with query()`);
}
