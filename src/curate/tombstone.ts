import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { EXECUTION_ACTIVITY, EXECUTION_GRAPH, PREFIXES } from "../model/names.ts";
import type { Quad, Term } from "../rdf/terms.ts";
import { mls } from "../vocab/mls.ts";
import { prov } from "../vocab/prov.ts";
import { provml } from "../vocab/provml.ts";
import { dcterms, rdf, rdfs } from "../vocab/rdf.ts";
import { type Act, actStatements } from "./said.ts";

export interface Deletion {
  readonly act: Act;
  readonly reason?: string;
  /** The namespace of the execution. */
  readonly namespace: string;
  /** All that it stated. */
  readonly quads: readonly Quad[];
}

/**
 * What stays known of an execution that is deleted: who deleted it, when and why; the execution and its runs; and each model and each thing that is known by its content, with
 * its name, kind and digest and which run made or used it, so that the lineage of what others made of it goes through. Each of these is marked `provml:isDeleted`, and is no
 * run and no model any more: what it was is its `dcterms:type`.
 */
export function tombstoneStatements({ act, reason, namespace, quads }: Deletion): Brief[] {
  const index = indexOf(quads);
  const root = `${namespace}execution`;
  const runs = [...index.keys()].filter((id) => has(index, id, rdf.type, mls.Run));
  const kept = new Set([...index.keys()].filter((id) => isKept(index, id)));
  const runOf = (activity: string) => nearestRun(index, activity, root);
  const statements: Brief[] = [...actStatements(act, "delete", reason)];
  statements.push(
    {
      kind: "entity",
      id: EXECUTION_GRAPH,
      attributes: [["prov:type", { name: "prov:Bundle" }], ["dcterms:subject", { name: EXECUTION_ACTIVITY }], DELETED],
    },
    { kind: "wasInvalidatedBy", entity: EXECUTION_GRAPH, activity: act.name, time: act.time },
  );
  for (const id of new Set([root, ...runs])) {
    statements.push({ kind: "activity", id: named(id), ...timesOf(index, id), attributes: shown(index, id) });
    if (id !== root) statements.push(partOf(id, root));
  }
  const contents = new Set<string>();
  const said = new Set<string>();
  const once = (key: string, brief: Brief) => {
    if (said.size < said.add(key).size) statements.push(brief);
  };
  for (const id of kept) {
    statements.push({ kind: "entity", id: named(id), attributes: shown(index, id) });
    for (const content of iris(index, id, prov.specializationOf)) {
      if (content.startsWith("ni:")) contents.add(content);
      statements.push({ kind: "specializationOf", specificEntity: named(id), generalEntity: named(content) });
    }
    for (const activity of iris(index, id, prov.wasGeneratedBy).slice(0, 1))
      statements.push({ kind: "wasGeneratedBy", entity: named(id), activity: named(runOf(activity)) });
    for (const earlier of iris(index, id, prov.wasDerivedFrom).filter((one) => kept.has(one)))
      once(`${id} ${earlier}`, { kind: "wasDerivedFrom", generatedEntity: named(id), usedEntity: named(earlier) });
  }
  for (const activity of index.keys())
    for (const entity of iris(index, activity, prov.used).filter((one) => kept.has(one)))
      once(`${runOf(activity)} ${entity}`, { kind: "used", activity: named(runOf(activity)), entity: named(entity) });
  for (const content of contents)
    statements.push({ kind: "entity", id: named(content), attributes: aboutContent(index, content) });
  return statements;
}

type Index = ReadonlyMap<string, ReadonlyMap<string, readonly Term[]>>;
type Attributes = [Name, BriefValue][];

const DELETED: [Name, BriefValue] = ["provml:isDeleted", true];

function indexOf(quads: readonly Quad[]): Index {
  const index = new Map<string, Map<string, Term[]>>();
  for (const { subject, predicate, object } of quads) {
    const facts = index.get(subject.value) ?? new Map<string, Term[]>();
    index.set(subject.value, facts);
    facts.set(predicate.value, [...(facts.get(predicate.value) ?? []), object]);
  }
  return index;
}

function values(index: Index, id: string, property: string): readonly Term[] {
  return index.get(id)?.get(property) ?? [];
}

function iris(index: Index, id: string, property: string): string[] {
  return values(index, id, property).flatMap((term) => (term.kind === "iri" ? [term.value] : []));
}

function has(index: Index, id: string, property: string, value: string): boolean {
  return values(index, id, property).some((term) => term.value === value);
}

/** Models, and what is known by its content. */
function isKept(index: Index, id: string): boolean {
  if (!has(index, id, rdf.type, prov.Entity)) return false;
  if (has(index, id, rdf.type, provml.Model)) return true;
  return iris(index, id, prov.specializationOf).some((content) => content.startsWith("ni:"));
}

function nearestRun(index: Index, activity: string, root: string): string {
  const seen = new Set([activity]);
  for (const one of seen) {
    if (one === root || has(index, one, rdf.type, mls.Run)) return one;
    for (const above of iris(index, one, dcterms.isPartOf)) seen.add(above);
  }
  return root;
}

/** Its name and kind. */
function shown(index: Index, id: string): Attributes {
  const attributes: Attributes = [DELETED];
  for (const { value } of values(index, id, rdfs.label)) attributes.push(["rdfs:label", value]);
  for (const type of iris(index, id, rdf.type))
    if (!type.startsWith(PREFIXES.prov)) attributes.push(["dcterms:type", { name: named(type) }]);
  return attributes;
}

function timesOf(index: Index, id: string): { readonly startTime?: number; readonly endTime?: number } {
  const time = (property: string) => values(index, id, property).map(({ value }) => Date.parse(value))[0];
  const [startTime, endTime] = [time(prov.startedAtTime), time(prov.endedAtTime)];
  return { ...(startTime === undefined ? {} : { startTime }), ...(endTime === undefined ? {} : { endTime }) };
}

function partOf(id: string, whole: string): Brief {
  return { kind: "activity", id: named(id), attributes: [["dcterms:isPartOf", { name: named(whole) }]] };
}

function aboutContent(index: Index, content: string): Attributes {
  const attributes: Attributes = [["prov:type", { name: "provml:Content" }]];
  for (const [name, property] of CONTENT)
    for (const term of values(index, content, property))
      if (term.kind === "literal") attributes.push([name, { value: term.value, type: `<${term.type}>` }]);
  return attributes;
}
const CONTENT = [
  ["provml:sha256", provml.sha256],
  ["provml:byteSize", provml.byteSize],
  ["provml:mediaType", provml.mediaType],
] as const;

function named(iri: string): Name {
  return `<${iri}>`;
}
