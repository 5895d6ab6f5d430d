import { PREFIXES, shortenName } from "../model/names.ts";
import type { Term } from "../rdf/terms.ts";
import type { SolutionRow } from "../store/store.ts";
import { prov } from "../vocab/prov.ts";
import { rdf, rdfs } from "../vocab/rdf.ts";
import { selectInBatches } from "./lookup.ts";
import type { Source } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

/** What the graph says of one thing: its properties' values, by the property's IRI. */
export type Facts = ReadonlyMap<string, readonly Term[]>;

const NO_FACTS: Facts = new Map();

/** All statements about these things with one of these properties. */
export const DESCRIBE = (things: readonly string[], properties: readonly string[]): Sparql => sparql`
SELECT ?s ?p ?o WHERE {
  VALUES ?s { ${iris(things)} }
  ?s ?p ?o .
  FILTER(?p IN (${listed(properties)}))
}`;

/** The facts about things. Things that are not in the graph are not in the answer. */
export async function describe(
  source: Source,
  things: Iterable<string>,
  properties: readonly string[],
): Promise<Map<string, Facts>> {
  const all = [...new Set(things)];
  const index = all.length === 0 ? undefined : await source.index?.holding(properties, all.length);
  if (index === undefined) return factsOf(await selectInBatches(source, all, (batch) => DESCRIBE(batch, properties)));
  const described = new Map<string, Facts>();
  for (const thing of all) {
    let facts: Map<string, Term[]> | undefined;
    index.visit(thing, properties, (property, value) => {
      facts ??= new Map();
      const values = facts.get(property);
      if (values) values.push(value);
      else facts.set(property, [value]);
    });
    if (facts) described.set(thing, facts);
  }
  return described;
}

/** Rows ?s ?p ?o as facts by subject. */
export function factsOf(rows: readonly SolutionRow[]): Map<string, Facts> {
  const all = new Map<string, Map<string, Term[]>>();
  for (const { s, p, o } of rows) {
    if (!s || !p || !o) continue;
    let facts = all.get(s.value);
    if (!facts) {
      facts = new Map();
      all.set(s.value, facts);
    }
    const values = facts.get(p.value);
    if (values) values.push(o);
    else facts.set(p.value, [o]);
  }
  return all;
}

export function factsAbout(all: ReadonlyMap<string, Facts>, thing: string): Facts {
  return all.get(thing) ?? NO_FACTS;
}

/** One value of a property; of several the first in the order of their text, so that it is always the same. */
export function oneOf(facts: Facts, property: string): Term | undefined {
  const terms = facts.get(property);
  if (!terms || terms.length < 2) return terms?.[0];
  return [...terms].sort((a, b) => (a.value < b.value ? -1 : 1))[0];
}

export function textOf(facts: Facts, property: string): string | undefined {
  return oneOf(facts, property)?.value;
}

export function valuesOf(facts: Facts, property: string): readonly string[] {
  return facts.get(property)?.map(({ value }) => value) ?? [];
}

/** Of several labels the longest: what a program names later it names more fully. Without one a short form of the IRI. */
export function labelOf(facts: Facts, thing: string): string {
  const labels = facts.get(rdfs.label);
  if (labels?.length === 1) return (labels[0] as Term).value;
  const [label] = [...valuesOf(facts, rdfs.label)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return label ?? shortenName(thing, PREFIXES) ?? thing.slice(thing.lastIndexOf("/") + 1);
}

export function hasType(facts: Facts, type: string): boolean {
  return facts.get(rdf.type)?.some(({ value }) => value === type) ?? false;
}

/** Types as qualified names, the general ones of PROV left out where there is a special one. */
export function typeNames(facts: Facts): string[] {
  const types = valuesOf(facts, rdf.type);
  const special = types.filter((type) => !GENERAL.has(type));
  return (special.length > 0 ? special : [...types]).map(typeName).sort();
}

/** There are few types, and many things of each. */
function typeName(type: string): string {
  let name = namesOfTypes.get(type);
  if (name === undefined) {
    if (namesOfTypes.size >= MOST_NAMES) namesOfTypes.clear();
    name = shortenName(type, PREFIXES) ?? type;
    namesOfTypes.set(type, name);
  }
  return name;
}
const namesOfTypes = new Map<string, string>();
const MOST_NAMES = 1024;

const GENERAL: ReadonlySet<string> = new Set([prov.Entity, prov.Activity, prov.Agent]);

/** Milliseconds since 1970 of an xsd:dateTime, or undefined when it is none. */
export function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Orders xsd:dateTimes by what they say: their canonical forms have fractions of different lengths. What is no time comes first. */
export function compareTimes(a: string | undefined, b: string | undefined): number {
  return (timeOf(a) ?? Number.MIN_SAFE_INTEGER) - (timeOf(b) ?? Number.MIN_SAFE_INTEGER);
}

/** IRIs with commas between them, as IN takes them. A second VALUES would make the engine try every pair. */
function listed(things: readonly string[]): Sparql {
  const [first = "", ...rest] = things;
  return rest.reduce((list, iri) => sparql`${list}, ${{ iri }}`, sparql`${{ iri: first }}`);
}

export function iris(things: Iterable<string>): { readonly iri: string }[] {
  return Array.from(things, (iri) => ({ iri }));
}

/** Rows by the value of one of their variables. */
export function groupBy(rows: readonly SolutionRow[], variable: string): Map<string, SolutionRow[]> {
  const groups = new Map<string, SolutionRow[]>();
  for (const row of rows) {
    const key = row[variable]?.value;
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** The properties of an object that are not undefined. */
export function present<T extends object>(properties: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const all: Record<string, unknown> = {};
  for (const name of Object.keys(properties)) {
    const value = properties[name as keyof T];
    if (value !== undefined) all[name] = value;
  }
  return all as never;
}
