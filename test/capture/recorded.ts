import { type Brief, expand } from "../../src/model/brief.ts";
import { PREFIXES, type Prefixes, shortenName } from "../../src/model/names.ts";
import type { Statement, Value } from "../../src/model/statement.ts";
import type { MemoryRow } from "./memory-sink.ts";

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
  /** The only value of an attribute, or undefined. */
  get(attribute: string): unknown;
}

/** Questions about recorded statements. Things are named by their label, or by their id. */
export class Recorded {
  readonly statements: readonly Statement[];
  readonly briefs: readonly Brief[];
  readonly rows: readonly MemoryRow[];
  readonly #things: ReadonlyMap<string, Thing>;

  constructor(briefs: readonly Brief[], rows: readonly MemoryRow[], prefixes: Prefixes) {
    this.briefs = briefs;
    this.rows = rows;
    this.statements = briefs.flatMap((brief) => expand(brief, prefixes));
    this.#things = this.#collect();
  }

  things(label: string): Thing[] {
    return [...this.#things.values()].filter((thing) => thing.label === label || thing.id === label);
  }

  /** The only activity of this label. */
  activity(label: string): Thing {
    return only(
      this.things(label).filter((thing) => thing.kind === "activity"),
      label,
    );
  }

  /** The only entity of this label that is an object or file, and no value. */
  entity(label: string): Thing {
    return only(
      this.things(label).filter((thing) => thing.kind === "entity" && !isValue(thing)),
      label,
    );
  }

  agent(label: string): Thing {
    return only(
      this.things(label).filter((thing) => thing.kind === "agent"),
      label,
    );
  }

  ofType(type: string): Thing[] {
    return [...this.#things.values()].filter((thing) => thing.types.includes(type));
  }

  usedBy(activity: string): Thing[] {
    const ids = new Set(this.#each("used", "activity", this.activity(activity).id).map((s) => s.entity));
    return this.#resolve([...ids]);
  }

  generatedBy(activity: string): Thing[] {
    return this.#resolve(this.#each("wasGeneratedBy", "activity", this.activity(activity).id).map((s) => s.entity));
  }

  /** Labels of what the activity used, values and their origin left out. */
  objectsUsedBy(activity: string): string[] {
    return this.usedBy(activity).flatMap((t) => (isValue(t) ? [] : [t.label]));
  }

  objectsGeneratedBy(activity: string): string[] {
    return this.generatedBy(activity).flatMap((t) => (isValue(t) ? [] : [t.label]));
  }

  /** The values that the activity took, by name. */
  valuesUsedBy(activity: string): Record<string, unknown> {
    return valuesOf(this.usedBy(activity));
  }

  valuesGeneratedBy(activity: string): Record<string, unknown> {
    return valuesOf(this.generatedBy(activity));
  }

  makersOf(entity: Thing): string[] {
    return this.#resolve(this.#each("wasGeneratedBy", "entity", entity.id).map((s) => s.activity)).map((t) => t.label);
  }

  sourcesOf(entity: Thing): Thing[] {
    return this.#resolve(this.#each("wasDerivedFrom", "generatedEntity", entity.id).map((s) => s.usedEntity));
  }

  contentOf(entity: Thing): Thing | undefined {
    return this.#resolve(this.#each("specializationOf", "specificEntity", entity.id).map((s) => s.generalEntity))[0];
  }

  /** The label of the activity that an activity is part of. */
  partOf(activity: string): string | undefined {
    const parent = this.activity(activity).get("dcterms:isPartOf");
    return parent === undefined ? undefined : this.#things.get(String(parent))?.label;
  }

  status(activity: string): unknown {
    return this.activity(activity).get("provml:status");
  }

  ofKind(kind: Statement["kind"]): Record<string, string>[] {
    return this.statements.filter((s) => s.kind === kind) as unknown as Record<string, string>[];
  }

  /** The rows of a series as `[step, value]`. */
  series(name: string): [number, number][] {
    return this.rows.filter((row) => row.series === name).map(({ step, value }) => [step, value]);
  }

  short(iri: string): string {
    return shortenName(iri, PREFIXES) ?? iri;
  }

  #each(kind: Statement["kind"], formal: string, id: string): Record<string, string>[] {
    return this.ofKind(kind).filter((s) => s[formal] === id);
  }

  #resolve(ids: readonly (string | undefined)[]): Thing[] {
    return ids.flatMap((id) => {
      const thing = id === undefined ? undefined : this.#things.get(id);
      return thing ? [thing] : [];
    });
  }

  #collect(): Map<string, Thing> {
    const things = new Map<string, Thing>();
    const attributes = new Map<string, [string, unknown][]>();
    for (const statement of this.statements) {
      if (statement.kind !== "entity" && statement.kind !== "activity" && statement.kind !== "agent") continue;
      const { id } = statement;
      const stated = attributes.get(id) ?? [];
      attributes.set(id, stated);
      for (const [name, value] of statement.attributes ?? []) stated.push([this.short(name), this.#plain(value)]);
      const all = (name: string) => stated.flatMap(([n, value]) => (n === name ? [value] : []));
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
      });
    }
    return things;
  }

  #plain(value: Value): unknown {
    if (typeof value !== "object") return value;
    if ("iri" in value) return this.short(value.iri);
    return "type" in value ? `${value.value} ${this.short(value.type)}` : value.value;
  }
}

function only(things: readonly Thing[], label: string): Thing {
  const [thing, ...more] = things;
  if (!thing || more.length > 0) throw new Error(`${things.length} of this kind are labelled ${label}`);
  return thing;
}

/** A value of a list, as opposed to an object. */
function isValue(thing: Thing): boolean {
  return thing.get("prov:value") !== undefined || thing.get("mls:hasValue") !== undefined;
}

function valuesOf(things: readonly Thing[]): Record<string, unknown> {
  return Object.fromEntries(
    things.flatMap((t) => (isValue(t) ? [[t.label, t.get("prov:value") ?? t.get("mls:hasValue")]] : [])),
  );
}
