import { readQuads } from "../../rdf/read-quads.ts";
import { lineEnd, NOT_PLAIN, plainLine, readPlainLine } from "../plain-line.ts";
import { unionLines } from "../union-lines.ts";
import type { Union } from "./dialects.ts";

export const DEFAULT_GRAPH = "";

export interface Form {
  /** What stands before the triples of each graph. */
  readonly begin: string;
  /** What becomes of a triple, as a line without its end, whose object has a datatype, a language, or `<`; others stay. */
  readonly rewritten: (triple: string) => string;
}

/** The triples of checked lines of N-Quads by their graphs, as N-Triples, and those of all in the union, where that is a graph. */
export function byGraph(nquads: Uint8Array, union: Union, { begin, rewritten }: Form): Map<string, Triples> {
  const bytes = Buffer.from(nquads.buffer, nquads.byteOffset, nquads.length);
  const graphs = new Map<string, Triples>();
  const place = (graph: string) => graphs.get(graph) ?? (graphs.set(graph, new Triples(begin)).get(graph) as Triples);
  const placesOf = (graph: string): Triples[] => {
    const places = graph === DEFAULT_GRAPH ? [] : [place(graph)];
    if (graph === DEFAULT_GRAPH || union === "default") places.push(place(DEFAULT_GRAPH));
    else if (union !== "server") places.push(place(union.graph));
    return places;
  };
  const line = plainLine();
  let last = { start: 0, end: 0, places: [] as Triples[] };
  for (let start = 0; start < bytes.length; ) {
    let end = readPlainLine(bytes, start, line);
    if (end === NOT_PLAIN) {
      end = lineEnd(bytes, start);
      const { triple, graph } = looseLine(bytes.subarray(start, end)) ?? {};
      if (triple !== undefined && graph !== undefined)
        for (const one of placesOf(graph)) one.addText(rewritten(triple));
    } else {
      const { objectEnd, graphEnd, isSimple } = line;
      if (last.places.length === 0 || !isSame(bytes, last.start, last.end, objectEnd, graphEnd)) {
        const places = placesOf(graphName(`${bytes.toString("utf8", objectEnd, graphEnd)} .`));
        last = { start: objectEnd, end: graphEnd, places };
      }
      const text = isSimple ? undefined : rewritten(`${bytes.toString("utf8", start, objectEnd)} .`);
      for (const one of last.places) {
        if (text === undefined) one.add(bytes, start, objectEnd);
        else one.addText(text);
      }
    }
    start = end + 1;
  }
  return graphs;
}

function isSame(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  // From behind: the ends of IRIs differ first.
  for (let at = end - start - 1; at >= 0; at--) if (bytes[start + at] !== bytes[otherStart + at]) return false;
  return true;
}

/** A line of any other form; undefined for an empty one, or a comment. */
function looseLine(line: Buffer): { triple: string; graph: string } | undefined {
  const text = line.toString();
  if (/^\s*(?:#|$)/.test(text)) return undefined;
  const triple = Buffer.from(unionLines(line).triples).toString().replace(/\n$/, "");
  return { triple, graph: triple === text ? DEFAULT_GRAPH : graphName(text.slice(triple.length - " .".length)) };
}

/** The IRI at the end of a line, without its escapes. */
function graphName(end: string): string {
  return readQuads(`<a:s> <a:p> <a:o> ${end}`)[0]?.graph?.value ?? DEFAULT_GRAPH;
}

const FIRST_BYTES = 4096;

/** Lines of N-Triples that become more. */
export class Triples {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  constructor(begin: string) {
    this.#append(begin);
  }

  /** A triple whose three terms stand here. */
  add(source: Buffer, start: number, end: number): void {
    this.#reserve(end - start + TRIPLE_END.length);
    source.copy(this.#bytes, this.#length, start, end);
    this.#length += end - start;
    for (const byte of TRIPLE_END) this.#bytes[this.#length++] = byte;
  }

  addText(triple: string): void {
    this.#append(`${triple}\n`);
  }

  /** All of it, without the last line's end. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length - 1);
  }

  #append(text: string): void {
    this.#reserve(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const TRIPLE_END = Buffer.from(" .\n");
