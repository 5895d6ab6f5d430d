import { DataFactory, type Store } from "n3";
import { describe, expect, test } from "vitest";
import { readOntology } from "./read.ts";

const RDFS = "http://www.w3.org/2000/01/rdf-schema#";
const OWL = "http://www.w3.org/2002/07/owl#";
const NAMESPACES: Readonly<Record<string, string>> = {
  prov: "http://www.w3.org/ns/prov#",
  mls: "http://www.w3.org/ns/mls#",
  provml: "https://w3id.org/prov-ml#",
};

/** The superclasses that PROV-O states itself, as far as PROV-ML is below them. */
const PROV_O_SUPERCLASSES: Readonly<Record<string, string>> = {
  "prov:Plan": "prov:Entity",
  "prov:SoftwareAgent": "prov:Agent",
};

/** Classes of which no two share a member, whether PROV-O states it as an axiom or PROV-DM in words; ML Schema's stand in its file. */
const PROV_DISJOINT = [
  ["prov:Activity", "prov:Entity", "prov:InstantaneousEvent"],
  ["prov:Agent", "prov:InstantaneousEvent"],
  ["prov:Activity", "prov:Agent"],
].map((group) => group.map((name) => full(name)));

function full(name: string): string {
  return name.replace(/^\w+:/, (prefix) => NAMESPACES[prefix.slice(0, -1)] ?? prefix);
}

/** The groups that the files state by owl:AllDisjointClasses, and PROV's. */
function disjointGroups(store: Store): string[][] {
  const lists = store.extractLists();
  const stated = store
    .getObjects(null, `${OWL}members`, null)
    .map(({ value }) => lists[value]?.map((m) => m.value) ?? []);
  return [...PROV_DISJOINT, ...stated];
}

function superclasses(store: Store, ...classes: string[]): Set<string> {
  const found = new Set(classes);
  for (const class_ of found) {
    for (const { value } of store.getObjects(class_, `${RDFS}subClassOf`, null)) found.add(value);
  }
  return found;
}

/** The group of disjoint classes of which two stand above, or undefined. */
function contradiction(store: Store, ...classes: string[]): string[] | undefined {
  const above = superclasses(store, ...classes);
  return disjointGroups(store).find((group) => group.filter((class_) => above.has(class_)).length > 1);
}

function everything(): Store {
  const store = readOntology("prov-ml.ttl", "align-mls.ttl", "align-fair4ml.ttl", "../scripts/reasoner/ml-schema.ttl");
  for (const [below, above] of Object.entries(PROV_O_SUPERCLASSES)) addSuperclass(store, below, above);
  return store;
}

function addSuperclass(store: Store, below: string, above: string): void {
  const { namedNode } = DataFactory;
  store.addQuad(namedNode(full(below)), namedNode(`${RDFS}subClassOf`), namedNode(full(above)));
}

function emptyClasses(store: Store): string[] {
  const classes = store.getSubjects(`${RDFS}subClassOf`, null, null).map((subject) => subject.value);
  return [...new Set(classes)].filter((class_) => contradiction(store, class_));
}

describe("over PROV-ML, PROV-O and ML Schema", () => {
  const store = everything();

  test("no class stands below two disjoint ones", () => {
    expect(emptyClasses(store)).toEqual([]);
  });

  test.each([
    ["provml:Study", "mls:Study"],
    ["provml:TrainingExecution", "mls:Experiment"],
    ["provml:Model", "mls:Run"],
    ["provml:AttributeValue", "prov:Activity"],
  ])("a %s below %s would be found to be empty", (below, above) => {
    const planted = everything();
    addSuperclass(planted, below, above);
    expect(emptyClasses(planted)).toContain(full(below));
  });

  test("no property has domains or ranges that nothing can be in", () => {
    for (const side of ["domain", "range"]) {
      const properties = store.getSubjects(`${RDFS}${side}`, null, null);
      expect(properties.length).toBeGreaterThan(5);
      const impossible = properties.filter((property) => {
        const classes = store.getObjects(property, `${RDFS}${side}`, null).map((object) => object.value);
        return contradiction(store, ...classes);
      });
      expect(impossible).toEqual([]);
    }
  });

  test("every execution is an activity, and everything else of PROV-ML that PROV-O knows is an entity, agent or location", () => {
    const own = new Set(store.getSubjects(`${RDFS}subClassOf`, null, null).map((subject) => subject.value));
    for (const class_ of own) {
      if (!class_.startsWith(NAMESPACES.provml ?? "")) continue;
      const above = superclasses(store, class_);
      const isActivity = above.has(full("prov:Activity"));
      expect([class_, isActivity]).toEqual([class_, class_.endsWith("Execution")]);
      const others = ["prov:Entity", "prov:Agent", "prov:Location"].filter((name) => above.has(full(name)));
      expect([class_, others.length]).toEqual([class_, isActivity ? 0 : 1]);
    }
  });

  test.each([
    ["provml:StudyExecution", "mls:Study"],
    ["provml:LearningExperimentExecution", "mls:Experiment"],
    ["provml:TrainingExecution", "mls:Run"],
    ["provml:Checkpoint", "mls:Model"],
    ["provml:LearningDataSetReference", "mls:Data"],
    ["provml:Study", "prov:Plan"],
    ["provml:InferenceExecution", "provml:DataTransformationExecution"],
  ])("a %s is a %s", (below, above) => {
    expect(superclasses(store, full(below)).has(full(above))).toBe(true);
  });
});
