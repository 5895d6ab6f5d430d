import { ProvenanceError } from "../../model/error.ts";
import { type Quad, termKey } from "../../rdf/terms.ts";
import type { QueryText } from "../query-text.ts";
import { RESULT_TYPES, readResult } from "../results.ts";
import type { QueryResult } from "../store.ts";
import type { Endpoints } from "./address.ts";
import { type Answer, placeText, type Request } from "./connection.ts";
import type { Dialect, Union } from "./dialects.ts";
import { ServerFault, storeFailed } from "./fault.ts";
import { filteredValues, unionQuery } from "./union-query.ts";
import { readVirtuosoTurtle, VIRTUOSO_TURTLE } from "./virtuoso-turtle.ts";

/** A server as it was found. */
export interface Found {
  readonly dialect: Dialect;
  readonly union: Union;
  readonly endpoints: Endpoints;
}

/** How a query is asked of this server, within this time. */
export function questionOf(
  sparql: string,
  { form, namesGraphs, fromCount }: QueryText,
  { dialect, union, endpoints }: Found,
  limitMs: number,
): Request {
  const isRewritten = typeof union === "object" && namesGraphs && fromCount === 0;
  const asked = dialect.losesValues ? filteredValues(sparql) : sparql;
  const body = new URLSearchParams({ query: isRewritten ? unionQuery(asked, union.graph, union.besides) : asked });
  const defaultGraph = typeof union === "object" ? union.graph : union === "server" ? dialect.serverUnion : undefined;
  if (defaultGraph !== undefined && !namesGraphs) body.set("default-graph-uri", defaultGraph);
  if (dialect.timeout !== undefined) {
    // Later than the limit here, so that an answer that the server cuts short is never taken for a whole one.
    const seconds = Math.ceil(limitMs / 1000) + 1;
    body.set(dialect.timeout.name, String(seconds * dialect.timeout.perSecond));
  }
  return {
    method: "POST",
    url: endpoints.ask,
    accept: dialect.answers === "virtuoso-turtle" ? VIRTUOSO_TURTLE : RESULT_TYPES[form],
    type: "application/x-www-form-urlencoded",
    body: body.toString(),
    timeoutMs: limitMs,
  };
}

/** @throws {ServerFault} for an answer to something else, or not a whole one */
export function readAnswer(form: QueryResult["form"], answer: Answer, { url, accept }: Request): QueryResult {
  const { type, text, headers } = answer;
  if (type !== accept) {
    const what = type === "" ? "nothing that says what it is" : type;
    const advice = type.includes("html") ? "; is this the address of a SPARQL endpoint?" : "";
    throw new ServerFault("foreign", `${placeText(url)} answered a query with ${what}${advice}`);
  }
  if (headers.has("x-sql-state")) {
    throw new ServerFault("timeout", `${placeText(url)} cut its answer short at its own time limit`);
  }
  try {
    const result = type === VIRTUOSO_TURTLE ? readVirtuosoTurtle(form, text) : readResult(form, text);
    return result.form === "graph" ? { form: result.form, quads: distinct(result.quads) } : result;
  } catch (cause) {
    if (cause instanceof ProvenanceError && cause.code === "bad-query") throw cause;
    throw new ServerFault("network", `the answer of ${placeText(url)} ends in the middle, or is damaged`, { cause });
  }
}

function distinct(quads: readonly Quad[]): readonly Quad[] {
  const seen = new Map<string, Quad>();
  for (const quad of quads) {
    seen.set(`${termKey(quad.subject)}\n${quad.predicate.value}\n${termKey(quad.object)}`, quad);
  }
  return [...seen.values()];
}

/** What whoever asked sees of a fault. */
export function queryError(fault: ServerFault, limitMs: number, { overtime }: Dialect): ProvenanceError {
  const options = { cause: fault };
  if (fault.what === "timeout" || overtime?.test(fault.message)) {
    const message = `the query did not end within ${limitMs} ms and was stopped; narrow it, or give it a larger timeoutMs`;
    return new ProvenanceError("query-timeout", message, options);
  }
  if (fault.what === "too-large") return new ProvenanceError("too-large", fault.message, options);
  const isBad = fault.what === "status" && (fault.status === 400 || /\bError (?:22|37|42)\d{3}\b/.test(fault.message));
  if (isBad) return new ProvenanceError("bad-query", `the query was refused: ${fault.message}`, options);
  return storeFailed(fault);
}
