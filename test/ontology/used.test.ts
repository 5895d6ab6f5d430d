import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { definedTerms, NAMESPACE, readOntology } from "./read.ts";

const SOURCE = "http://purl.org/dc/terms/source";
const ontology = readOntology("prov-ml.ttl");
const src = new URL("../../src/", import.meta.url);
const programs = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("vocab"))
  .map((file) => readFileSync(new URL(file, src), "utf8"))
  .join("\n");

/** As `provml:Name` in a statement or a query, or as `provml.Name` of the vocabulary. */
const inPrograms = new Set([...programs.matchAll(/provml[:.]([A-Za-z]\w*)/g)].map(([, name]) => NAMESPACE + name));

function isFromPapers(term: string): boolean {
  return ontology.getObjects(term, SOURCE, null).some(({ value }) => value === `${NAMESPACE}OriginPaper`);
}

/** Whether another term needs it: as its class, range, datatype or origin. */
function isNeeded(term: string): boolean {
  const asObject = ontology.getQuads(null, null, term, null).filter(({ subject }) => subject.value !== term);
  const asDatatype = ontology
    .getQuads(null, null, null, null)
    .filter(({ object }) => object.termType === "Literal" && object.datatype.value === term);
  return asObject.length + asDatatype.length > 0;
}

test("every term of the ontology is from the papers, or used by the programs, or needed by another term", () => {
  expect(inPrograms.size).toBeGreaterThan(60);
  const idle = [...definedTerms(ontology)].filter(
    (term) => !isFromPapers(term) && !inPrograms.has(term) && !isNeeded(term),
  );
  expect(idle).toEqual([]);
});
