import type { Document } from "../../model/document.ts";
import { documentLines } from "../../rdf/document-lines.ts";
import { StatementReader } from "../../rdf/read-statements.ts";
import type { Notation } from "../notation.ts";
import { documentRead } from "./document.ts";
import { loseInOneGraph, loseInRdf } from "./loss.ts";
import { type RdfFormat, readRdf } from "./text.ts";
import { turtleText } from "./turtle-text.ts";

/** PROV-O in Turtle 1.1: one graph, bundles dissolved in it. */
export const turtle: Notation = {
  name: "turtle",
  title: "Turtle",
  extensions: ["ttl"],
  mediaType: "text/turtle",
  read: reader("Turtle"),
  write: turtleText,
  lose: loseInOneGraph,
};

/** PROV-O in TriG 1.1, which has a named graph for each bundle. */
export const trig: Notation = {
  name: "trig",
  title: "TriG",
  extensions: ["trig"],
  mediaType: "application/trig",
  read: reader("TriG"),
  write: turtleText,
  lose: loseInRdf,
};

/** PROV-O in N-Triples 1.1: one graph, bundles dissolved in it, and no prefixes. */
export const nTriples: Notation = {
  name: "n-triples",
  title: "N-Triples",
  extensions: ["nt"],
  mediaType: "application/n-triples",
  read: reader("N-Triples"),
  write: linesText,
  lose: loseInOneGraph,
};

/** PROV-O in N-Quads 1.1, which has a named graph for each bundle, and no prefixes. */
export const nQuads: Notation = {
  name: "n-quads",
  title: "N-Quads",
  extensions: ["nq"],
  mediaType: "application/n-quads",
  read: reader("N-Quads"),
  write: linesText,
  lose: loseInRdf,
};

function reader(format: RdfFormat): Notation["read"] {
  return (text, ignored) => {
    const statements = new StatementReader();
    const prefixes = readRdf(text, format, (quad) => statements.add(quad));
    return documentRead(statements, prefixes, ignored);
  };
}

/** How many characters come in one piece, about. */
const PIECE = 1 << 16;

function* linesText(document: Document): Generator<string, void, void> {
  let piece = "";
  for (const lines of documentLines(document)) {
    for (const line of lines) piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}
