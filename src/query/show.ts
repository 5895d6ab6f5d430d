import { definedName } from "../model/names.ts";
import type { Term } from "../rdf/terms.ts";
import type { SolutionRow } from "../store/store.ts";
import { prov } from "../vocab/prov.ts";
import { rdf, rdfs } from "../vocab/rdf.ts";
import { describe, type Facts, factsAbout, factsOf, hasType, labelOf, present, textOf, typeNames } from "./facts.ts";
import { findOne } from "./find.ts";
import { compareIds } from "./ids.ts";
import { type RunStatus, statusesOf } from "./runs/status.ts";
import { type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";
import { shortName } from "./things.ts";
import { type PlainValue, recordedValue } from "./values.ts";

/** What is stated of one thing: an entity, an activity, an agent or a definition. */
export interface Statements {
  readonly id: string;
  readonly label: string;
  /** Qualified names such as `provml:Model`. */
  readonly types: readonly string[];
  /** Of an activity. */
  readonly status?: RunStatus;
  /** Literal values, by qualified name; a name may come several times. */
  readonly attributes: readonly { readonly name: string; readonly value: PlainValue }[];
  /** What it points to, and what points to it. */
  readonly relations: readonly Relation[];
}

export interface Relation {
  /** `out`: this thing is the subject, as in PROV (`model wasGeneratedBy step`). `in`: it is the object. */
  readonly direction: "out" | "in";
  /** A qualified name such as `prov:wasGeneratedBy`. */
  readonly relation: string;
  readonly id: string;
  readonly label: string;
  readonly types: readonly string[];
  /** What the relation itself carries: role, time, plan. */
  readonly role?: string;
  readonly time?: string;
  readonly plan?: string;
}

/** All that is stated of a thing. */
export const STATEMENTS_OF = (thing: string): Sparql => sparql`
SELECT ?p ?o WHERE { ${{ iri: thing }} ?p ?o }`;

/** All that is stated of others about it. */
export const STATEMENTS_ABOUT = (thing: string): Sparql => sparql`
SELECT ?s ?p WHERE { ?s ?p ${{ iri: thing }} }`;

const QUALIFIED = sparql`(
  prov:qualifiedUsage | prov:qualifiedGeneration | prov:qualifiedAssociation | prov:qualifiedDerivation | prov:qualifiedInvalidation
)`;

/** The nodes of its relations, which carry roles, times and plans. */
const NODES_OF = (thing: string): Sparql => sparql`
SELECT ?subject ?node ?p ?o WHERE {
  BIND(${{ iri: thing }} AS ?subject)
  ${{ iri: thing }} ${QUALIFIED} ?node .
  ?node ?p ?o
}`;

/** The nodes of others' relations to it. */
const NODES_ABOUT = (thing: string): Sparql => sparql`
SELECT ?subject ?node ?p ?o WHERE {
  ?node (prov:entity | prov:activity | prov:agent) ${{ iri: thing }} .
  ?subject ${QUALIFIED} ?node .
  ?node ?p ?o
}`;

/** @throws {ProvenanceError} `not-found`, `ambiguous` (with the ids of what the name fits) */
export async function readStatements(source: Source, name: string): Promise<Statements> {
  const id = await findOne(source, name);
  const own = factsOf(
    (await select(source, STATEMENTS_OF(id))).map((row) => ({ ...row, s: { kind: "iri" as const, value: id } })),
  );
  const facts = factsAbout(own, id);
  const about = await select(source, STATEMENTS_ABOUT(id));
  const nodes = nodesOf([...(await select(source, NODES_OF(id))), ...(await select(source, NODES_ABOUT(id)))]);
  const relations = [...outRelations(facts), ...inRelations(about)];
  const others = await describe(
    source,
    relations.map((relation) => relation.id),
    [rdf.type, rdfs.label],
  );
  const isNode = (thing: string) => typeNames(factsAbout(others, thing)).some((type) => NODE_TYPES.has(type));
  const isActivity = hasType(facts, prov.Activity);
  const status = isActivity ? (await statusesOf(source, new Map([[id, facts]]))).get(id)?.status : undefined;
  return {
    id,
    label: labelOf(facts, id),
    types: typeNames(facts),
    ...present({ status }),
    attributes: attributesOf(facts),
    relations: relations
      .filter((relation) => !isNode(relation.id))
      .map((relation) => ({ ...relation, ...named(factsAbout(others, relation.id), relation.id) }))
      .map((relation) => ({ ...relation, ...qualification(nodes, id, relation) }))
      .sort(
        (a, b) =>
          compareText(b.direction, a.direction) || compareText(a.relation, b.relation) || compareIds(a.id, b.id),
      ),
  };
}

type Bare = Pick<Relation, "direction" | "relation" | "id">;

function outRelations(facts: Facts): Bare[] {
  const relations: Bare[] = [];
  for (const [property, terms] of facts) {
    if (property === rdf.type || property.startsWith(QUALIFIED_PROPERTY)) continue;
    for (const term of terms) {
      if (isThing(term)) relations.push({ direction: "out", relation: shortName(property), id: term.value });
    }
  }
  return relations;
}

function inRelations(rows: readonly SolutionRow[]): Bare[] {
  return rows.flatMap(({ s, p }) =>
    s && p ? [{ direction: "in" as const, relation: shortName(p.value), id: s.value }] : [],
  );
}

function attributesOf(facts: Facts): Statements["attributes"] {
  const attributes: { name: string; value: PlainValue }[] = [];
  for (const [property, terms] of facts) {
    for (const term of terms)
      if (!isThing(term)) attributes.push({ name: shortName(property), value: recordedValue(term) });
  }
  return attributes.sort((a, b) => compareText(a.name, b.name) || compareText(String(a.value), String(b.value)));
}

const QUALIFIED_PROPERTY = "http://www.w3.org/ns/prov#qualified";

/** What stands between two things to say more about their relation; the relation itself is stated beside it. */
const NODE_TYPES: ReadonlySet<string> = new Set(
  ["Usage", "Generation", "Association", "Delegation", "Derivation", "Invalidation", "Start", "End", "Communication"]
    .concat(["Attribution", "Influence"])
    .map((name) => `prov:${name}`),
);

/** rdf:nil is the value null. */
function isThing(term: Term): boolean {
  return term.kind === "iri" && term.value !== rdf.nil;
}

function named(facts: Facts, id: string): Pick<Relation, "label" | "types"> {
  return { label: labelOf(facts, id), types: typeNames(facts) };
}

interface Node {
  readonly subject: string;
  readonly facts: Facts;
}

function nodesOf(rows: readonly SolutionRow[]): Node[] {
  const facts = factsOf(rows.map((row) => ({ ...row, ...(row.node ? { s: row.node } : {}) })));
  const subjects = new Map(rows.map(({ node, subject }) => [node?.value ?? "", subject?.value ?? ""]));
  return Array.from(facts, ([node, its]) => ({ subject: subjects.get(node) ?? "", facts: its }));
}

/** The role, time and plan of a relation, from the node that qualifies it: `prov:used` is qualified by a `prov:Usage`. */
function qualification(nodes: readonly Node[], id: string, relation: Bare): Pick<Relation, "role" | "time" | "plan"> {
  const [type, target] = QUALIFICATIONS.get(relation.relation) ?? [];
  if (type === undefined || target === undefined) return {};
  const [subject, object] = relation.direction === "out" ? [id, relation.id] : [relation.id, id];
  const node = nodes.find(
    ({ subject: its, facts }) => its === subject && hasType(facts, type) && textOf(facts, target) === object,
  );
  if (!node) return {};
  const role = textOf(node.facts, prov.hadRole);
  return present({
    role: role === undefined ? undefined : definedName(role),
    time: textOf(node.facts, prov.atTime),
    plan: textOf(node.facts, prov.hadPlan),
  });
}

const QUALIFICATIONS = new Map<string, readonly [type: string, target: string]>([
  ["prov:used", [prov.Usage, prov.entity]],
  ["prov:wasGeneratedBy", [prov.Generation, prov.activity]],
  ["prov:wasAssociatedWith", [prov.Association, prov.agent]],
  ["prov:wasDerivedFrom", [prov.Derivation, prov.entity]],
  ["prov:wasInvalidatedBy", [prov.Invalidation, prov.activity]],
]);

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
