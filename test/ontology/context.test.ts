import { readFileSync } from "node:fs";
import jsonld from "jsonld";
import { Parser, Writer } from "n3";
import { describe, expect, test } from "vitest";
import { PROV_ML_CONTEXT, PROV_ML_CONTEXT_IRI } from "../../src/vocab/context.ts";
import { mls } from "../../src/vocab/mls.ts";
import { prov } from "../../src/vocab/prov.ts";
import { provml } from "../../src/vocab/provml.ts";

const published = JSON.parse(readFileSync(new URL("../../ontology/context.jsonld", import.meta.url), "utf8"));

/** Knows the one context, and fetches nothing. */
const documentLoader = async (url: string) => {
  if (url !== PROV_ML_CONTEXT_IRI) throw new Error(`asked for ${url}`);
  return { documentUrl: url, document: published };
};

async function lines(document: object): Promise<string[]> {
  const text = (await jsonld.toRDF(document as jsonld.JsonLdDocument, {
    format: "application/n-quads",
    documentLoader,
  })) as unknown as string;
  return text.split("\n").filter(Boolean).sort();
}

function turtleLines(turtle: string): string[] {
  const writer = new Writer({ format: "N-Quads" });
  return new Parser()
    .parse(`@prefix x: <https://example.org/run/> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix provml: <https://w3id.org/prov-ml#> .
      @prefix mls: <http://www.w3.org/ns/mls#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
      @prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . ${turtle}`)
    .map((quad) => writer.quadToString(quad.subject, quad.predicate, quad.object, quad.graph).trim())
    .sort();
}

const JSON_LD = {
  "@context": [PROV_ML_CONTEXT_IRI, { x: "https://example.org/run/" }],
  "@id": "x:graph",
  "@graph": [
    {
      "@id": "x:w-1",
      "@type": ["Activity", "TrainingExecution", "mls:Run"],
      "rdfs:label": "fit",
      startedAtTime: "2026-11-21T07:37:17.298Z",
      status: "provml:Completed",
      "dcterms:isPartOf": "x:execution",
      used: ["x:w-2-1"],
      qualifiedUsage: [{ "@id": "x:w-3", "@type": "Usage", entity: "x:w-2-1", hadRole: "x:role" }],
    },
    {
      "@id": "x:w-2-1",
      "@type": ["Entity", "LearningHyperparameterValue"],
      "mls:hasValue": { "@value": "1.0E-2", "@type": "xsd:double" },
      "mls:specifiedBy": "x:rate",
    },
    { "@id": "x:w-4", "@type": "MetricSeries", rowCount: 40, minimum: "1.0E-1", lastStep: 39 },
    { "@id": "x:w-5", "@type": "SourceCode", isDirty: false, branch: "main" },
    { "@id": "x:w-6", "@type": "Environment", gpuModel: ["A100", "H200"], memoryBytes: "25769803776" },
  ],
};

const TURTLE = `x:graph {
  x:w-1 a prov:Activity, provml:TrainingExecution, mls:Run ; rdfs:label "fit" ; prov:startedAtTime "2026-11-21T07:37:17.298Z"^^xsd:dateTime ;
    provml:status provml:Completed ; dcterms:isPartOf x:execution ; prov:used x:w-2-1 ; prov:qualifiedUsage x:w-3 .
  x:w-3 a prov:Usage ; prov:entity x:w-2-1 ; prov:hadRole x:role .
  x:w-2-1 a prov:Entity, provml:LearningHyperparameterValue ; mls:hasValue "1.0E-2"^^xsd:double ; mls:specifiedBy x:rate .
  x:w-4 a provml:MetricSeries ; provml:rowCount 40 ; provml:minimum "1.0E-1"^^xsd:double ; provml:lastStep 39 .
  x:w-5 a provml:SourceCode ; provml:isDirty false ; provml:branch "main" .
  x:w-6 a provml:Environment ; provml:gpuModel "A100", "H200" ; provml:memoryBytes 25769803776 .
}`;

describe("the JSON-LD context", () => {
  test("is the one that the package holds as a constant", () => {
    expect(PROV_ML_CONTEXT).toEqual(published);
  });

  test("gives JSON its meaning: names, links, datatypes and several values", async () => {
    expect(await lines(JSON_LD)).toEqual(turtleLines(TURTLE));
  });

  test("shortens RDF to such JSON and back, without a change", async () => {
    const expanded = await jsonld.fromRDF(turtleLines(TURTLE).join("\n") as unknown as object, {
      format: "application/n-quads",
    });
    const compact = await jsonld.compact(expanded, PROV_ML_CONTEXT_IRI as never, { documentLoader });
    const text = JSON.stringify(compact);
    expect(text).toContain('"used":["https://example.org/run/w-2-1"]');
    expect(text).toContain('"minimum":"1.0E-1"');
    expect(await lines(compact)).toEqual(turtleLines(TURTLE));
  });

  test("names every term of PROV-O and PROV-ML without a prefix, and those of ML Schema with one", async () => {
    const classes = (terms: object, prefix: string) =>
      Object.entries(terms).flatMap(([local, iri]) => (/^[A-Z]/.test(local) ? [[`${prefix}${local}`, iri]] : []));
    const properties = (terms: object, prefix: string) =>
      Object.entries(terms).flatMap(([local, iri]) => (/^[a-z]/.test(local) ? [[`${prefix}${local}`, iri]] : []));
    const allClasses = [...classes(prov, ""), ...classes(provml, ""), ...classes(mls, "mls:")];
    const allProperties = [...properties(prov, ""), ...properties(provml, ""), ...properties(mls, "mls:")];
    const [node] = (await jsonld.expand(
      {
        "@context": PROV_ML_CONTEXT_IRI,
        "@type": allClasses.map(([name]) => name),
        ...Object.fromEntries(allProperties.map(([name]) => [name, "x:y"])),
      } as jsonld.JsonLdDocument,
      { documentLoader },
    )) as [Record<string, unknown>];
    expect(node["@type"]).toEqual(allClasses.map(([, iri]) => iri));
    for (const [, iri] of allProperties) expect(node).toHaveProperty([iri as string]);
  });
});
