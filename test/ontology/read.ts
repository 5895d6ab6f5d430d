import { readFileSync } from "node:fs";
import { Parser, Store } from "n3";

export const NAMESPACE = "https://w3id.org/prov-ml#";

/** The quads of files below `ontology/`, together. */
export function readOntology(...files: string[]): Store {
  const store = new Store();
  for (const file of files) {
    const text = readFileSync(new URL(`../../ontology/${file}`, import.meta.url), "utf8");
    store.addQuads(new Parser({ blankNodePrefix: `_:${file.replaceAll("/", "-")}-` }).parse(text));
  }
  return store;
}

/** The IRIs of the terms that the files define: subjects with a type in the namespace, without the ontology itself. */
export function definedTerms(store: Store): Set<string> {
  const subjects = store.getSubjects("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", null, null).map((s) => s.value);
  return new Set(subjects.filter((iri) => iri.startsWith(NAMESPACE) && iri !== NAMESPACE));
}
