import { readFileSync } from "node:fs";
import { Parser } from "n3";
import { expect, test } from "vitest";
import { quadFromRdfJs } from "../../src/rdf/rdfjs.ts";
import { readStatements } from "../../src/rdf/read-statements.ts";
import { checkConstraints } from "../../src/validate/constraints/check.ts";
import { checkShapes } from "../../src/validate/shapes.ts";
import { definedTerms, NAMESPACE, readOntology } from "./read.ts";

const read = (file: string) => readFileSync(new URL(`../../ontology/${file}`, import.meta.url), "utf8");
const example = read("example.ttl");
const quads = new Parser().parse(example).map(quadFromRdfJs);

test("the worked example is valid PROV, well-formed, and lacks nothing", async () => {
  expect(await checkShapes(quads)).toEqual([]);
  expect(checkConstraints(readStatements(quads, {}).document)).toMatchObject({ violations: [], suspicions: [] });
});

test("the worked example uses terms of the ontology only, and of both sides", () => {
  const used = new Set([...example.matchAll(/provml:(\w+)/g)].map(([, name]) => name as string));
  const defined = definedTerms(readOntology("prov-ml.ttl"));
  expect([...used].filter((name) => !defined.has(NAMESPACE + name))).toEqual([]);
  for (const name of ["LearningExperiment", "Training", "TrainingExecution", "Model"]) expect(used).toContain(name);
});

test("the worked example of the README is the file", () => {
  const block = /```turtle\n([\s\S]*?)```/.exec(read("README.md"))?.[1];
  const withoutPrefixes = example.replace(/^@prefix.*\n/gm, "").trimStart();
  expect(block).toBe(withoutPrefixes);
});
