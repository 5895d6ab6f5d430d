import type { Term } from "n3";
import { describe, expect, test } from "vitest";
import { definedTerms, NAMESPACE, readOntology } from "./read.ts";

const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const SKOS = "http://www.w3.org/2004/02/skos/core#";
const DCTERMS = "http://purl.org/dc/terms/";
const OWL = "http://www.w3.org/2002/07/owl#";

const ontology = readOntology("prov-ml.ttl");
const terms = [...definedTerms(ontology)];
const objects = (term: string, property: string) => ontology.getObjects(term, property, null);
const english = (values: Term[]) =>
  values.map((value) => (value.termType === "Literal" ? value.language : value.termType));

describe("every term of the ontology", () => {
  test("has one English label", () => {
    const without = terms.filter((term) => String(english(objects(term, `${RDFS}label`))) !== "en");
    expect(without).toEqual([]);
  });

  test("has one label that no other term of its sort has", () => {
    const seen = terms.map((term) => {
      const label = objects(term, `${RDFS}label`)[0]?.value;
      return `${objects(term, RDF_TYPE)[0]?.value} ${label}`;
    });
    expect(seen.filter((label, index) => seen.indexOf(label) !== index)).toEqual([]);
  });

  test("has one English definition, which is a sentence", () => {
    const bad = terms.filter((term) => {
      const definitions = objects(term, `${SKOS}definition`);
      return String(english(definitions)) !== "en" || !/^[A-Z].*\.$/.test(definitions[0]?.value ?? "");
    });
    expect(bad).toEqual([]);
  });

  test("has an example or a note on its use", () => {
    const bad = terms.filter((t) => objects(t, `${SKOS}example`).length + objects(t, `${SKOS}scopeNote`).length === 0);
    expect(bad).toEqual([]);
  });

  test("says that this ontology defines it", () => {
    const bad = terms.filter((term) => String(objects(term, `${RDFS}isDefinedBy`).map((o) => o.value)) !== NAMESPACE);
    expect(bad).toEqual([]);
  });

  test("says which one of the three origins it has, and more exactly which where it is the papers", () => {
    const origins = ontology.getSubjects(RDF_TYPE, `${NAMESPACE}TermOrigin`, null).map((s) => s.value);
    expect(origins.length).toBe(3);
    const bad = terms.filter((term) => {
      const sources = objects(term, `${DCTERMS}source`).map((o) => o.value);
      const fromPapers = sources[0] === `${NAMESPACE}OriginPaper`;
      return sources.length !== 1 || !origins.includes(sources[0] ?? "") || (fromPapers && !noted(term));
    });
    expect(bad).toEqual([]);
  });

  test("is of one sort: a class, a property, an individual or a datatype", () => {
    const sorts = ["Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual"].map((name) => `${OWL}${name}`);
    sorts.push(`${RDFS}Datatype`);
    const ofSorts = (term: string) => objects(term, RDF_TYPE).filter((type) => sorts.includes(type.value));
    expect(terms.filter((term) => ofSorts(term).length !== 1)).toEqual([]);
  });
});

function noted(term: string): boolean {
  return objects(term, `${SKOS}editorialNote`).length === 1;
}

describe("the ontology", () => {
  test("names itself, its licence and its version", () => {
    expect(objects(NAMESPACE, RDF_TYPE).map((o) => o.value)).toEqual([`${OWL}Ontology`]);
    expect(objects(NAMESPACE, `${DCTERMS}license`)[0]?.value).toBe("https://creativecommons.org/licenses/by/4.0/");
    const version = objects(NAMESPACE, `${OWL}versionInfo`)[0]?.value;
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(objects(NAMESPACE, `${OWL}versionIRI`)[0]?.value).toBe(`https://w3id.org/prov-ml/${version}`);
  });

  test("uses no term of its namespace that it does not define, nor does its alignment with ML Schema", () => {
    const whole = readOntology("prov-ml.ttl", "align-mls.ttl");
    const used = whole.getQuads(null, null, null, null).flatMap((quad) => {
      const datatype = quad.object.termType === "Literal" ? [quad.object.datatype.value] : [];
      return [quad.subject.value, quad.predicate.value, quad.object.value, ...datatype];
    });
    const own = new Set(used.filter((iri) => iri.startsWith(NAMESPACE) && iri !== NAMESPACE));
    expect([...own].filter((iri) => !definedTerms(ontology).has(iri))).toEqual([]);
  });

  test("names in its notes only terms that it defines", () => {
    const texts = ontology.getObjects(null, null, null).filter((object) => object.termType === "Literal");
    const names = texts.flatMap((text) => text.value.match(/provml:[A-Za-z0-9]+/g) ?? []);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !terms.includes(name.replace("provml:", NAMESPACE)))).toEqual([]);
  });

  test("puts every superclass, domain and range on a class that it defines or declares", () => {
    const classes = new Set(ontology.getSubjects(RDF_TYPE, `${OWL}Class`, null).map((s) => s.value));
    const xsd = "http://www.w3.org/2001/XMLSchema#";
    const used = ["subClassOf", "domain", "range"].flatMap((name) => ontology.getObjects(null, `${RDFS}${name}`, null));
    expect(used.filter(({ value }) => !value.startsWith(xsd) && !classes.has(value))).toEqual([]);
  });
});
