import { unionLines } from "../union-lines.ts";
import type { Endpoints } from "./address.ts";
import { byGraph, DEFAULT_GRAPH } from "./by-graph.ts";
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
      const body = union === "default" ? withUnion(nquads) : nquads.slice();
      const url = new URL(graphStore);
      if (dialect.bulk !== undefined) url.search += `${url.search === "" ? "" : "&"}${dialect.bulk}`;
      return [{ url, type: "application/n-quads", body }];
    }
    case "graphs": {
      const rewritten = (triple: string) => withoutTags(unaltered(triple, dialect.keeps));
      return Array.from(byGraph(nquads, union, { begin: TURTLE_START, rewritten }), ([graph, { bytes }]) => {
        const url = new URL(graphStore);
        if (graph === DEFAULT_GRAPH) url.searchParams.set("default", "");
        else url.searchParams.set("graph", graph);
        return { url, type: "text/turtle", body: bytes };
      });
    }
    case "insert": {
      const rewritten = (triple: string) => unaltered(triple, dialect.keeps);
      const parts = Array.from(byGraph(nquads, union, { begin: "", rewritten }), ([graph, { bytes }]) => {
        const triples = new TextDecoder().decode(bytes);
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

const XSD_LITERAL = /"\^\^<http:\/\/www\.w3\.org\/2001\/XMLSchema#(\w+)>\s*\.\s*$/;

/** A triple whose literal comes back as it is. */
function unaltered(triple: string, keeps: Dialect["keeps"] = {}): string {
  const match = XSD_LITERAL.exec(triple);
  const kept = match?.[1] !== undefined && Object.hasOwn(keeps, match[1]) ? keeps[match[1]] : undefined;
  if (match === null || kept === undefined) return triple;
  const lexical = triple.slice(triple.indexOf('"') + 1, match.index);
  return kept.test(lexical) ? triple : triple.slice(0, match.index) + match[0].replace("^^<", `^^<${UNKEPT}`);
}

/** The triples, and the quads behind them, in one piece of memory. */
function withUnion(nquads: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(2 * nquads.length + 1); // the last line may lack its end
  whole.set(nquads);
  const { length } = unionLines(nquads, whole).triples;
  whole.set(nquads, length);
  return whole.subarray(0, length + nquads.length);
}

/** Views of whole lines, of at most so many bytes, or one longer line. */
export function* pieces(nquads: Uint8Array, mostBytes: number): Generator<Uint8Array, void, void> {
  for (let start = 0; start < nquads.length; ) {
    let end = start + mostBytes;
    if (end < nquads.length) {
      const last = nquads.lastIndexOf(LINE_END, end - 1) + 1;
      end = last > start ? last : nquads.indexOf(LINE_END, end) + 1 || nquads.length;
    }
    yield nquads.subarray(start, end);
    start = end;
  }
}

/** Lines in two halves; undefined for one line. */
export function halves(nquads: Uint8Array): readonly [Uint8Array, Uint8Array] | undefined {
  const middle = nquads.indexOf(LINE_END, nquads.length >> 1) + 1;
  const cut =
    middle > 0 && middle < nquads.length ? middle : nquads.lastIndexOf(LINE_END, (nquads.length >> 1) - 1) + 1;
  return cut > 0 && cut < nquads.length ? [nquads.subarray(0, cut), nquads.subarray(cut)] : undefined;
}

const LINE_END = 10;
