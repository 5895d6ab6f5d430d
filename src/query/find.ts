import { ProvenanceError } from "../model/error.ts";
import { isIri } from "../model/names.ts";
import { prov } from "../vocab/prov.ts";
import { provml } from "../vocab/provml.ts";
import { rdf, rdfs } from "../vocab/rdf.ts";
import { describe, type Facts, hasType, labelOf, typeNames, valuesOf } from "./facts.ts";
import { shortId } from "./ids.ts";
import { idsStarting } from "./numbered.ts";
import { type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

/** Things named so: by their label, their recorded path, or a name that a person gave them. */
const NAMED = (name: string): Sparql => sparql`
SELECT DISTINCT ?s ?given WHERE {
  { ?s rdfs:label ${name} } UNION { ?s provml:path ${name} }
  UNION { ?given prov:value ${name} . ?given a provml:GivenName . ?given dcterms:subject ?s }
} LIMIT 1000`;

const SHOWN = [rdf.type, rdfs.label, provml.path, prov.specializationOf, prov.startedAtTime, prov.generatedAtTime];

/** A thing that an answer may be about. */
export interface Candidate {
  readonly id: string;
  readonly facts: Facts;
}

/** The things that an id, the start of one, a label or a recorded path fits, the best kind of fit only. */
export async function candidatesFor(source: Source, name: string): Promise<Candidate[]> {
  if (isIri(name)) {
    const exact = await describe(source, [name], SHOWN);
    if (exact.size > 0) return listed(exact);
  }
  const named = await select(source, NAMED(name));
  const numbered = /^[\w%.@:/-]+$/.test(name) ? await idsStarting(source, name) : [];
  const found = await describe(source, [...named.map(({ s }) => s?.value ?? ""), ...numbered], SHOWN);
  const all = listed(found);
  // A plan names what is to happen as what happens is named, and a column, or a remark, may be called anything.
  const happened = all.filter(({ id }) => !PLANNED.test(id));
  const renamed = new Set(named.flatMap(({ s, given }) => (s && given ? [s.value] : [])));
  return bestFits(happened.length > 0 ? happened : all, name, renamed);
}

/** Plans, schemas and their parts, and what people say of things. */
const PLANNED = /[/#]((plan|schema)\.[0-9a-f]{32}|curation\.[0-9a-f]{8}-)[^/]*$/;

function listed(found: ReadonlyMap<string, Facts>): Candidate[] {
  return Array.from(found, ([id, facts]) => ({ id, facts })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A whole id counts before a name, and a name before the start of an id. */
function bestFits(candidates: readonly Candidate[], name: string, renamed: ReadonlySet<string>): Candidate[] {
  const whole = candidates.filter(({ id }) => id.endsWith(`/${name}`) || id.endsWith(`/${name}/execution`));
  if (whole.length > 0) return whole;
  const named = candidates.filter(
    ({ id, facts }) =>
      renamed.has(id) || valuesOf(facts, rdfs.label).includes(name) || valuesOf(facts, provml.path).includes(name),
  );
  // The graph of an execution bears the workflow's name, but who names something means what is in it.
  const inGraphs = named.filter(({ facts }) => !hasType(facts, prov.Bundle));
  if (inGraphs.length > 0) return inGraphs;
  return named.length > 0 ? named : [...candidates];
}

/**
 * The one thing that a name fits.
 * @throws {ProvenanceError} `not-found`, `ambiguous` (with the ids of what it fits)
 */
export async function findOne(source: Source, name: string): Promise<string> {
  const candidates = await candidatesFor(source, checkName(name));
  const [only] = candidates;
  if (only === undefined) throw notFound(`nothing recorded has the id, label or path ${quoted(name)}`);
  if (candidates.length > 1) throw ambiguous(name, candidates);
  return only.id;
}

export function checkName(name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new ProvenanceError(
    "bad-argument",
    `give an id, a label or a path as text, not ${String(name) || "an empty one"}`,
  );
}

export function notFound(what: string): ProvenanceError {
  return new ProvenanceError("not-found", `${what}; list what there is: provml runs, provml models`);
}

export function badOption(name: string, value: unknown, expected: string): ProvenanceError {
  return new ProvenanceError("bad-option", `${name} is ${JSON.stringify(value)}; give ${expected}`);
}

export function ambiguous(name: string, candidates: readonly Candidate[]): ProvenanceError {
  const told = candidates.map(
    ({ id, facts }) => `${shortId(id)} (${labelOf(facts, id)}, ${typeNames(facts).join(" ")})`,
  );
  return fitsSeveral(name, "things", told);
}

const MOST_SHOWN = 8;

export function fitsSeveral(name: string, what: string, told: readonly string[]): ProvenanceError {
  const more = told.length > MOST_SHOWN ? ` and ${told.length - MOST_SHOWN} more` : "";
  return new ProvenanceError(
    "ambiguous",
    `${quoted(name)} fits ${told.length} ${what}; name one by its id: ${told.slice(0, MOST_SHOWN).join(", ")}${more}`,
  );
}

/** The names in `candidates` by the contents that they specialise: several readings of the same bytes are one thing. */
export function haveOneContent(candidates: readonly Candidate[]): boolean {
  const [first, ...rest] = candidates.map(({ facts }) => contentOf(facts));
  return first !== undefined && rest.every((content) => content === first);
}

/** The content that an entity is a state of. */
export function contentOf(facts: Facts): string | undefined {
  return valuesOf(facts, prov.specializationOf).find((iri) => iri.startsWith("ni:"));
}

export function entitiesAmong(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ facts }) => hasType(facts, prov.Entity));
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
