// The JSON-LD 1.1 context of PROV-ML, made from the terms of PROV-O, ML Schema and PROV-ML. What vocab.mjs writes to ontology/context.jsonld and src/vocab/context.ts.

/** Terms of these vocabularies go by their local name; all others by prefix, so that no later version of them can change what a name here means. */
const BARE = ["prov", "provml"];

/** Properties of other vocabularies whose values are IRIs; the rest (`rdfs:label`, say) needs no more than its prefix. */
const OTHER_LINKS = ["isPartOf", "license", "replaces", "source", "subject"].map((name) => `dcterms:${name}`);

const PREFIXES = {
  provml: "https://w3id.org/prov-ml#",
  prov: "http://www.w3.org/ns/prov#",
  mls: "http://www.w3.org/ns/mls#",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
  dcterms: "http://purl.org/dc/terms/",
};

/** Properties that a thing usually has several values of: always an array, so that a program need not ask. */
const MANY = new Set([
  ...[
    "used",
    "generated",
    "invalidated",
    "influenced",
    "hadMember",
    "alternateOf",
    "specializationOf",
    "actedOnBehalfOf",
  ],
  ...[
    "declaresInput",
    "declaresOutput",
    "declaresParameter",
    "declaresMeasure",
    "allowedValue",
    "gpuModel",
    "variable",
  ],
]);
const MANY_PATTERN = /^(qualified|was)[A-Z]/;

/**
 * @param vocabularies `{ name, terms }` for each vocabulary; a term is `{ sort: { word }, local, iri, range? }`, the range a datatype's IRI.
 * @returns the context document.
 * @throws {Error} when two terms would go by the same name.
 */
export function contextOf(vocabularies) {
  const context = { "@version": 1.1, ...PREFIXES };
  for (const { name, terms } of vocabularies) {
    for (const term of terms) {
      const definition = definitionOf(`${name}:${term.local}`, term);
      const key = BARE.includes(name) ? term.local : `${name}:${term.local}`;
      if (Object.hasOwn(context, key))
        throw new Error(`${key} is a term of two vocabularies; the context cannot hold both`);
      if (definition !== key) context[key] = definition;
    }
  }
  for (const name of OTHER_LINKS) context[name] = { "@id": name, "@type": "@id" };
  return { "@context": context };
}

/** A name alone for what is a class, an individual, a datatype or a property of any literal; else with the type of its values. */
function definitionOf(compact, { sort, local, range }) {
  const container = MANY.has(local) || MANY_PATTERN.test(local) ? { "@container": "@set" } : {};
  if (sort.word === "object-property") return { "@id": compact, "@type": "@id", ...container };
  const type = range === undefined || range.endsWith("#string") ? {} : { "@type": shortened(range) };
  const definition = { "@id": compact, ...type, ...(sort.word === "data-property" ? container : {}) };
  return Object.keys(definition).length === 1 ? compact : definition;
}

function shortened(iri) {
  const [prefix, namespace] = Object.entries(PREFIXES).find(([, namespace]) => iri.startsWith(namespace)) ?? [];
  if (prefix === undefined) throw new Error(`${iri} has no prefix in the context`);
  return `${prefix}:${iri.slice(namespace.length)}`;
}

/** As JSON with one term a line. */
export function contextText({ "@context": context }) {
  const lines = Object.entries(context).map(([key, value]) => {
    const text =
      typeof value === "object"
        ? `{ ${Object.entries(value)
            .map(([name, its]) => `${JSON.stringify(name)}: ${JSON.stringify(its)}`)
            .join(", ")} }`
        : JSON.stringify(value);
    return `    ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n  "@context": {\n${lines.join(",\n")}\n  }\n}\n`;
}
