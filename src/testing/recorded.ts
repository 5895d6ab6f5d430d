import { type Brief, expand } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Prefixes } from "../model/names.ts";
import type { Statement } from "../model/statement.ts";
import type { RecordedRow } from "./memory-sink.ts";
import { isValue, shortName, type Thing, thingsOf } from "./things.ts";

/** One call of a step. Objects and files are told by their labels. */
export interface RecordedStep {
  readonly id: string;
  readonly name: string;
  /** Undefined while it runs. */
  readonly status: "Completed" | "Failed" | "EndedEarly" | undefined;
  readonly error: { readonly type: string; readonly message: string } | undefined;
  /** The step around it, or the workflow. */
  readonly partOf: string | undefined;
  /** Hyperparameters of a training, parameters of any other step. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Values that it came to; of an evaluation its measures. */
  readonly results: Readonly<Record<string, unknown>>;
  /** Data sets, models, files and objects that it used, and that it made. */
  readonly used: readonly string[];
  readonly generated: readonly string[];
}

/**
 * Questions about recorded statements. Things are named by their label, or by their id. What asks for the only one throws `not-found` where there
 * is none and `ambiguous` where there are several.
 */
export class Recorded {
  readonly statements: readonly Statement[];
  readonly briefs: readonly Brief[];
  readonly rows: readonly RecordedRow[];
  readonly #things: ReadonlyMap<string, Thing>;

  constructor(briefs: readonly Brief[], rows: readonly RecordedRow[], prefixes: Prefixes) {
    this.briefs = briefs;
    this.rows = rows;
    this.statements = briefs.flatMap((brief) => expand(brief, prefixes));
    this.#things = thingsOf(this.statements);
  }

  /** The only call of a step of this name. */
  step(name: string): RecordedStep {
    return only(this.steps(name), name);
  }

  /** Every call of a step of this name, in the order of their beginnings. */
  steps(name: string): RecordedStep[] {
    return this.things(name).flatMap((thing) => (thing.kind === "activity" ? [this.#stepOf(thing)] : []));
  }

  #stepOf(activity: Thing): RecordedStep {
    const { id, label } = activity;
    const [used, generated] = [this.usedBy(id), this.generatedBy(id)];
    const part = activity.get("dcterms:isPartOf");
    const status = activity.get("provml:status");
    const type = activity.get("provml:errorType");
    const message = String(activity.get("provml:errorMessage") ?? "");
    return {
      id,
      name: label,
      status: status === undefined ? undefined : (String(status).replace("provml:", "") as RecordedStep["status"]),
      error: type === undefined ? undefined : { type: String(type), message },
      partOf: part === undefined ? undefined : this.#things.get(String(part))?.label,
      parameters: heldBy(used),
      results: heldBy(generated),
      used: labelsOf(used),
      generated: labelsOf(generated),
    };
  }

  /** Activities, entities and agents of this label, or the one of this id. */
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
    return shortName(iri);
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
}

function only<T>(things: readonly T[], label: string): T {
  const [thing, ...more] = things;
  if (thing !== undefined && more.length === 0) return thing;
  const found = `${things.length} things of this kind are named ${label}`;
  throw thing === undefined
    ? new ProvenanceError("not-found", found)
    : new ProvenanceError("ambiguous", `${found}; ask for all of them, or name one by its id`);
}

/** Of what is no value and no series. */
function labelsOf(things: readonly Thing[]): string[] {
  const objects = things.filter((thing) => !isValue(thing) && !thing.types.includes("provml:MetricSeries"));
  return objects.map(({ label }) => label);
}

function heldBy(things: readonly Thing[]): Record<string, unknown> {
  return Object.fromEntries(things.flatMap((thing) => (isValue(thing) ? [[thing.label, thing.value]] : [])));
}

function valuesOf(things: readonly Thing[]): Record<string, unknown> {
  return Object.fromEntries(
    things.flatMap((t) => (isValue(t) ? [[t.label, t.get("prov:value") ?? t.get("mls:hasValue")]] : [])),
  );
}
