import { ProvenanceError } from "../../model/error.ts";
import { readQuads } from "../../rdf/read-quads.ts";
import { CHUNK_BYTES, lineChunks } from "../line-chunks.ts";
import { unionLines } from "../union-lines.ts";
import type { Endpoints } from "./address.ts";
import { type Dialect, UNKEPT, type Union } from "./dialects.ts";

/** One request that brings quads. */
export interface Write {
  readonly url: URL;
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** The requests that bring these lines of N-Quads, each triple into its graph and into the union. */
export function writesOf(
  nquads: Uint8Array,
  dialect: Dialect,
  union: Union,
  { graphStore, update }: Endpoints,
): Write[] {
  switch (dialect.writes) {
    case "quads": {
      const body = union === "default" ? joined(unionLines(nquads).triples, nquads) : nquads.slice();
      const url = new URL(graphStore);
      if (dialect.bulk !== undefined) url.search += `${url.search === "" ? "" : "&"}${dialect.bulk}`;
      return [{ url, type: "application/n-quads", body }];
    }
    case "graphs":
      return Array.from(byGraph(nquads, union, dialect.keeps), ([graph, lines]) => {
        const url = new URL(graphStore);
        if (graph === DEFAULT_GRAPH) url.searchParams.set("default", "");
        else url.searchParams.set("graph", graph);
        return { url, type: "text/turtle", body: TURTLE_START + lines.map(withoutTags).join("\n") };
      });
    case "insert": {
      const parts = Array.from(byGraph(nquads, union, dialect.keeps), ([graph, lines]) => {
        const triples = lines.join("\n");
        return graph === DEFAULT_GRAPH ? triples : `GRAPH <${graph}> {\n${triples}\n}`;
      });
      const body = new URLSearchParams({ update: `INSERT DATA {\n${parts.join("\n")}\n}` }).toString();
      return [{ url: update, type: "application/x-www-form-urlencoded", body }];
    }
  }
}

/**
 * N-Triples are Turtle. Virtuoso 7 guesses from the first thousands of bytes what it was sent, whatever it is told: a prefix
 * makes it Turtle, unless there is something like a tag of HTML, so literals have none.
 */
const TURTLE_START = "@prefix provml: <https://w3id.org/prov-ml#> .\n";

function withoutTags(triple: string): string {
  const start = triple.indexOf('"');
  const end = triple.lastIndexOf('"');
  if (start < 0 || !triple.slice(start, end).includes("<")) return triple;
  return triple.slice(0, start) + triple.slice(start, end).replaceAll("<", "\\u003C") + triple.slice(end);
}

const DEFAULT_GRAPH = "";

function byGraph(nquads: Uint8Array, union: Union, keeps: Dialect["keeps"] = {}): Map<string, string[]> {
  const lines = text(nquads).split("\n");
  const triples = text(unionLines(nquads).triples).split("\n");
  const graphs = new Map<string, string[]>();
  const names = new Map<string, string>();
  const place = (graph: string) => graphs.get(graph) ?? (graphs.set(graph, []).get(graph) as string[]);
  lines.forEach((line, i) => {
    const whole = triples[i] ?? "";
    if (/^\s*(?:#|$)/.test(line)) return;
    const graph = whole === line ? undefined : line.slice(whole.length - " .".length);
    const triple = unaltered(whole, keeps);
    if (graph !== undefined) {
      const name = names.get(graph) ?? graphName(graph);
      names.set(graph, name);
      place(name).push(triple);
    }
    if (union === "default" || graph === undefined) place(DEFAULT_GRAPH).push(triple);
    else if (union !== "server") place(union.graph).push(triple);
  });
  return graphs;
}

const XSD_LITERAL = /"\^\^<http:\/\/www\.w3\.org\/2001\/XMLSchema#(\w+)>\s*\.\s*$/;

/** A triple whose literal comes back as it is. */
function unaltered(triple: string, keeps: NonNullable<Dialect["keeps"]>): string {
  const match = XSD_LITERAL.exec(triple);
  const kept = match?.[1] !== undefined && Object.hasOwn(keeps, match[1]) ? keeps[match[1]] : undefined;
  if (match === null || kept === undefined) return triple;
  const lexical = triple.slice(triple.indexOf('"') + 1, match.index);
  return kept.test(lexical) ? triple : triple.slice(0, match.index) + match[0].replace("^^<", `^^<${UNKEPT}`);
}

/** The IRI at the end of a line, without its escapes. */
function graphName(end: string): string {
  return readQuads(`<a:s> <a:p> <a:o> ${end}`)[0]?.graph?.value ?? DEFAULT_GRAPH;
}

/**
 * Reads all lines, so that nothing of an input with a fault is sent.
 * @throws {ProvenanceError} `unreadable` with the number of the line
 */
export async function checkLines(nquads: Uint8Array): Promise<void> {
  let linesBefore = 0;
  for await (const chunk of lineChunks([nquads], CHUNK_BYTES)) {
    const { lines, blankLine } = unionLines(chunk);
    if (blankLine > 0) throw unreadable(`line ${linesBefore + blankLine} has a blank node; name it with an IRI`);
    try {
      readQuads(text(chunk));
    } catch (cause) {
      const message = (cause as Error).message.replace(
        /\bline (\d+)/,
        (_, line) => `line ${linesBefore + Number(line)}`,
      );
      throw unreadable(message, cause);
    }
    linesBefore += lines;
  }
}

function unreadable(message: string, cause?: unknown): ProvenanceError {
  return new ProvenanceError("unreadable", `what was to be loaded is not N-Quads: ${message}`, { cause });
}

function text(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Lines in two halves; undefined for one line. */
export function halves(nquads: Uint8Array): readonly [Uint8Array, Uint8Array] | undefined {
  const middle = nquads.indexOf(LINE_END, nquads.length >> 1) + 1;
  const cut =
    middle > 0 && middle < nquads.length ? middle : nquads.lastIndexOf(LINE_END, (nquads.length >> 1) - 1) + 1;
  return cut > 0 && cut < nquads.length ? [nquads.subarray(0, cut), nquads.subarray(cut)] : undefined;
}

const LINE_END = 10;
