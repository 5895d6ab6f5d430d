import { PREFIXES, shortenName } from "../model/names.ts";
import type { Statement, Value } from "../model/statement.ts";

/** One entity, activity or agent with all that was stated of it. Names of PROV-ML and ML Schema are short: `provml:Model`. */
export interface Thing {
  readonly kind: "entity" | "activity" | "agent";
  readonly id: string;
  readonly label: string;
  readonly types: readonly string[];
  readonly startTime?: string;
  readonly endTime?: string;
  /** The values of an attribute: plain values as they are, IRIs and datatypes shortened. */
  all(attribute: string): readonly unknown[];
  /** The first value of an attribute, or undefined. */
  get(attribute: string): unknown;
  /** Of a parameter, measure or other value: what it holds. */
  readonly value: unknown;
}

/** Everything that statements are about, by id. */
export function thingsOf(statements: readonly Statement[]): Map<string, Thing> {
  const things = new Map<string, Thing>();
  const attributes = new Map<string, [string, Value][]>();
  for (const statement of statements) {
    if (statement.kind !== "entity" && statement.kind !== "activity" && statement.kind !== "agent") continue;
    const { id } = statement;
    const stated = attributes.get(id) ?? [];
    attributes.set(id, stated);
    for (const [name, value] of statement.attributes ?? []) stated.push([shortName(name), value]);
    const raw = (name: string) => stated.flatMap(([n, value]) => (n === name ? [value] : []));
    const all = (name: string) => raw(name).map((value) => plainValue(value));
    const known = things.get(id);
    const times = statement.kind === "activity" ? statement : undefined;
    const startTime = times?.startTime ?? known?.startTime;
    const endTime = times?.endTime ?? known?.endTime;
    things.set(id, {
      kind: statement.kind,
      id,
      get label() {
        return String(all("rdfs:label").at(-1) ?? "");
      },
      get types() {
        return [...new Set(all("prov:type").map(String))];
      },
      ...(startTime === undefined ? {} : { startTime }),
      ...(endTime === undefined ? {} : { endTime }),
      all,
      get: (name) => all(name)[0],
      get value() {
        const [held] = [...raw("prov:value"), ...raw("mls:hasValue")];
        return held === undefined ? undefined : heldValue(held);
      },
    });
  }
  return things;
}

/** A value of a list, as opposed to an object. */
export function isValue(thing: Thing): boolean {
  return thing.get("prov:value") !== undefined || thing.get("mls:hasValue") !== undefined;
}

export function shortName(iri: string): string {
  return shortenName(iri, PREFIXES) ?? iri;
}

function plainValue(value: Value): unknown {
  if (typeof value !== "object") return value;
  if ("iri" in value) return shortName(value.iri);
  return "type" in value ? `${value.value} ${shortName(value.type)}` : value.value;
}

/** A value as a program would have it: numbers and lists again, null for rdf:nil, what was left out as its description. */
function heldValue(value: Value): unknown {
  if (typeof value !== "object") return value;
  if ("iri" in value) return value.iri === `${PREFIXES.rdf}nil` ? null : value.iri;
  if (!("type" in value)) return value.value;
  if (value.type === `${PREFIXES.xsd}double`) return Number(value.value.replace("INF", "Infinity"));
  if (value.type === `${PREFIXES.xsd}integer`) return BigInt(value.value);
  return value.type === `${PREFIXES.rdf}JSON` ? JSON.parse(value.value) : value.value;
}
