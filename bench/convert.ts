/**
 * `node --max-old-space-size=8192 dist/bench/convert.js [--statements 1000000] [--seed 1] [--rounds 3]`: how long a document of so many statements
 * takes to become TriG, and how long n3's writer alone takes for the same quads. Prints the best round of each in milliseconds, and the ratio of
 * their speeds.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { DataFactory, type Quad, Writer } from "n3";
import { trig } from "../src/formats/rdf-notations.ts";
import { documentQuads } from "../src/rdf/document-quads.ts";
import type { Term } from "../src/rdf/terms.ts";
import { generatedDocument } from "./generated-document.ts";

const { values } = parseArgs({
  options: {
    statements: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
  },
});
const document = generatedDocument(Number(values.statements), Number(values.seed));
const quads = documentQuads(document).map(toN3);
const prefixes = { ...document.prefixes, prov: "http://www.w3.org/ns/prov#", xsd: "http://www.w3.org/2001/XMLSchema#" };

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  ours.push(timed(() => lengthOf(trig.write(trig.lose(document).document))));
  theirs.push(timed(writeWithN3));
}
const [our = 0, their = 0] = [Math.min(...ours), Math.min(...theirs)];
console.log(
  `${document.statements.length} statements, ${quads.length} quads: lost and written as TriG in ${our} ms, ` +
    `by n3's writer alone in ${their} ms, ratio ${(their / our).toFixed(2)} (Node ${process.version})`,
);

function lengthOf(pieces: Iterable<string>): number {
  let length = 0;
  for (const piece of pieces) length += Buffer.byteLength(piece);
  return length;
}

function writeWithN3(): void {
  const pieces = { write: (piece: string) => Buffer.byteLength(piece), end: () => {} };
  const writer = new Writer(pieces as never, { format: "TriG", prefixes });
  for (const quad of quads) writer.addQuad(quad);
  writer.end();
}

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return Math.round(performance.now() - begun);
}

function toN3({ subject, predicate, object }: ReturnType<typeof documentQuads>[number]): Quad {
  const term = (one: Term) => {
    if (one.kind === "iri") return DataFactory.namedNode(one.value);
    if (one.kind === "blank") return DataFactory.blankNode(one.value);
    return DataFactory.literal(one.value, one.language ?? DataFactory.namedNode(one.type));
  };
  return DataFactory.quad(term(subject) as never, term(predicate) as never, term(object) as never);
}
