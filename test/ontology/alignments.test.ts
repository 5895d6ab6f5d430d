import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { definedTerms, NAMESPACE, readOntology } from "./read.ts";

const folder = new URL("../../ontology/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.startsWith("align-"));
const OWL = "http://www.w3.org/2002/07/owl#";
const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const SKOS = "http://www.w3.org/2004/02/skos/core#";
const MLS = "http://www.w3.org/ns/mls#";

/** The names of a vocabulary's terms, as its list in ontology/terms has them. */
function listed(name: string): Set<string> {
  const lines = readFileSync(new URL(`terms/${name}.txt`, folder), "utf8").split("\n");
  const namespace = lines.find((line) => line.startsWith("namespace "))?.slice("namespace ".length);
  return new Set(lines.flatMap((line) => (/^[a-z-]+ \w/.test(line) ? [`${namespace}${line.split(" ")[1]}`] : [])));
}

const FOREIGN: readonly (readonly [namespace: string, terms: ReadonlySet<string>])[] = [
  [MLS, listed("ml-schema")],
  ["http://www.w3.org/ns/prov#", listed("prov-o")],
  ["https://w3id.org/fair4ml#", listed("fair4ml")],
];

describe.each(files)("%s", (file) => {
  const alignment = readOntology(file);
  const objects = (subject: string, property: string) =>
    alignment.getObjects(subject, property, null).map(({ value }) => value);
  const used = new Set(
    alignment
      .getQuads(null, null, null, null)
      .flatMap(({ subject, predicate, object }) => [subject.value, predicate.value, object.value]),
  );

  test("names itself, its licence and its version", () => {
    const iri = `https://w3id.org/prov-ml/${file.replace(".ttl", "")}`;
    expect(objects(iri, "http://purl.org/dc/terms/license")).toEqual(["https://creativecommons.org/licenses/by/4.0/"]);
    expect(objects(iri, `${OWL}versionIRI`)).toEqual([`${iri}/${objects(iri, `${OWL}versionInfo`)}`]);
  });

  test("names only terms that this ontology and the others have", () => {
    const defined = definedTerms(readOntology("prov-ml.ttl"));
    const own = [...used].filter((iri) => iri.startsWith(NAMESPACE));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((iri) => !defined.has(iri))).toEqual([]);
    for (const [namespace, terms] of FOREIGN) {
      expect([...used].filter((iri) => iri.startsWith(namespace) && !terms.has(iri))).toEqual([]);
    }
  });

  test("puts only executions below the processes of ML Schema, one each, and nothing that is planned below anything", () => {
    for (const { subject, object } of alignment.getQuads(null, `${RDFS}subClassOf`, null, null)) {
      const isProcess = ["Study", "Experiment", "Run", "Process"].some((name) => object.value === MLS + name);
      if (subject.value.startsWith(NAMESPACE)) expect(subject.value.endsWith("Execution")).toBe(isProcess);
    }
    const planned = ["Study", "LearningExperiment", "LearningStage", "Training", "Algorithm", "LearningHyperparameter"];
    for (const name of planned) expect(objects(NAMESPACE + name, `${RDFS}subClassOf`)).toEqual([]);
  });

  test.runIf(["align-schema.ttl", "align-dcat.ttl"].includes(file))("lets nothing follow", () => {
    const axioms = alignment
      .getQuads(null, null, null, null)
      .filter(({ subject }) => subject.value.startsWith(NAMESPACE))
      .map(({ predicate }) => predicate.value);
    expect(axioms.length).toBeGreaterThan(5);
    expect(new Set(axioms)).toEqual(new Set([`${SKOS}closeMatch`, `${SKOS}relatedMatch`]));
  });
});
