/**
 * `node --max-old-space-size=8192 dist/bench/convert.js [--statements 1000000] [--seed 1] [--rounds 3]`: how long a PROV-JSON document of so many
 * statements takes to become TriG, and how long n3's writer alone takes for the same quads. Prints the best round of each in milliseconds, the
 * steps of ours, and the ratio of their speeds.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { DataFactory, type Quad, Writer } from "n3";
import { provJson } from "../src/formats/prov-json/prov-json.ts";
import { trig } from "../src/formats/rdf/notations.ts";
import type { Document } from "../src/model/document.ts";
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

const json = [...provJson.write(provJson.lose(document).document)].join("");
const ours: Record<string, number>[] = [];
const theirs: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const [read, reading] = timed(() => provJson.read(json) as Document);
  const [lossy, losing] = timed(() => trig.lose(read));
  const [, writing] = timed(() => lengthOf(trig.write(lossy.document)));
  ours.push({ all: reading + losing + writing, reading, losing, writing });
  theirs.push(timed(writeWithN3)[1]);
}
const best = ours.sort((a, b) => (a.all ?? 0) - (b.all ?? 0))[0] ?? {};
const their = Math.min(...theirs);
console.log(
  `${document.statements.length} statements, ${quads.length} quads: PROV-JSON to TriG in ${best.all} ms ` +
    `(read ${best.reading}, lose ${best.losing}, write ${best.writing}), n3's writer alone in ${their} ms, ` +
    `ratio ${(their / (best.all ?? 0)).toFixed(2)} (Node ${process.version})`,
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

function timed<T>(work: () => T): [result: T, milliseconds: number] {
  const begun = performance.now();
  const result = work();
  return [result, Math.round(performance.now() - begun)];
}

function toN3({ subject, predicate, object }: ReturnType<typeof documentQuads>[number]): Quad {
  const term = (one: Term) => {
    if (one.kind === "iri") return DataFactory.namedNode(one.value);
    if (one.kind === "blank") return DataFactory.blankNode(one.value);
    return DataFactory.literal(one.value, one.language ?? DataFactory.namedNode(one.type));
  };
  return DataFactory.quad(term(subject) as never, term(predicate) as never, term(object) as never);
}
