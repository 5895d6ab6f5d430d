import { definedName } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { rdf, rdfs } from "../../vocab/rdf.ts";
import { describe, type Facts, factsAbout, groupBy, hasType, labelOf } from "../facts.ts";
import { LinksReader } from "../lineage/lineage-links.ts";
import { PARTS } from "../lineage/lineage-queries.ts";
import { selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { heldValue, THING_PROPERTIES, type Thing, thingKind, thingOf } from "../things.ts";
import type { PlainValue } from "../values.ts";
import { USAGE_ROLES } from "./surroundings.ts";

/** What went into a run. */
export interface Ingredients {
  /** The files that it used, and those that what it had in memory was made of, back to the nearest. */
  readonly inputs: readonly Thing[];
  /** What its steps took, and those that made what it had in memory, as `step.name`; without hyperparameters of trainings. */
  readonly parameters: readonly (readonly [name: string, value: PlainValue])[];
  readonly seeds: readonly (readonly [name: string, value: PlainValue])[];
}

/**
 * What went into each of these runs. All of them are looked at together, level by level, with a handful of queries each: first the run and the steps inside
 * it, then what made the things that they used and that no file is known of. A file ends the way: what made that one, `lineage` says.
 */
export async function ingredientsOf(source: Source, runs: readonly string[]): Promise<Map<string, Ingredients>> {
  const reader = new Reader(source);
  const walks = runs.map((run) => new IngredientWalk(run, reader));
  for (let going = walks; going.length > 0; going = going.filter(({ next }) => next.size > 0)) {
    await reader.load(new Set(going.flatMap(({ next }) => [...next])));
    for (const walk of going) walk.step();
  }
  return new Map(walks.map((walk) => [walk.run, walk.found]));
}

/** What is known of activities, and of what they used, read once for all runs. */
class Reader {
  readonly links: LinksReader;
  readonly facts = new Map<string, Facts>();
  readonly parts = new Map<string, readonly string[]>();
  readonly roles = new Map<string, ReadonlyMap<string, string>>();
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
    this.links = new LinksReader(source);
  }

  async load(activities: ReadonlySet<string>): Promise<void> {
    const unknown = [...activities].filter((id) => !this.parts.has(id));
    const parts = groupBy(await selectInBatches(this.#source, unknown, PARTS), "o");
    const roles = groupBy(await selectInBatches(this.#source, unknown, USAGE_ROLES), "s");
    await this.links.load(unknown);
    for (const id of unknown) {
      this.parts.set(id, parts.get(id)?.map(({ s }) => s?.value ?? "") ?? []);
      const named = roles.get(id)?.map(({ o, role }) => [o?.value ?? "", definedName(role?.value ?? "")] as const);
      this.roles.set(id, new Map(named));
    }
    const used = await this.#worthKnowing(unknown.flatMap((id) => [...this.links.of(id).used]));
    await this.#describe([...unknown, ...used]);
    await this.links.load(used);
    // What a thing in memory was made of, where a program says so without naming a step.
    await this.#loadOrigins(used);
  }

  /** Without hyperparameters, which are most of what trainings use, and are known of runs. */
  async #worthKnowing(things: readonly string[]): Promise<string[]> {
    const unknown = [...new Set(things)].filter((id) => !this.facts.has(id));
    const types = await describe(this.#source, unknown, [rdf.type]);
    return unknown.filter((id) => {
      const facts = factsAbout(types, id);
      return !hasType(facts, provml.LearningHyperparameterValue) || hasType(facts, provml.RandomSeed);
    });
  }

  async #loadOrigins(things: readonly string[]): Promise<void> {
    for (let next = things, levels = 0; next.length > 0 && levels < MOST_DERIVATIONS; levels++) {
      const inMemory = next.filter((id) => !isFile(this.facts.get(id)));
      const origins = [...new Set(inMemory.flatMap((id) => [...this.links.of(id).derivedFrom]))];
      next = origins.filter((id) => !this.facts.has(id));
      await this.links.load(next);
      await this.#describe(next);
    }
  }

  async #describe(things: readonly string[]): Promise<void> {
    const unknown = things.filter((id) => !this.facts.has(id));
    const found = await describe(this.#source, unknown, PROPERTIES);
    for (const id of unknown) this.facts.set(id, factsAbout(found, id));
  }
}

const PROPERTIES = [...new Set([...THING_PROPERTIES, rdfs.label])];
/** Derivations that are followed without a step between them. */
const MOST_DERIVATIONS = 20;

/** A file, or a thing whose bytes are known. */
function isFile(facts: Facts | undefined): boolean {
  return facts !== undefined && (facts.has(prov.specializationOf) || facts.has(provml.path));
}

class IngredientWalk {
  readonly run: string;
  /** Activities to look at. */
  next: Set<string>;
  readonly #reader: Reader;
  readonly #inside = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #inputs = new Map<string, Thing>();
  readonly #parameters: [string, PlainValue][] = [];
  readonly #seeds: [string, PlainValue][] = [];

  constructor(run: string, reader: Reader) {
    this.run = run;
    this.next = new Set([run]);
    this.#inside.add(run);
    this.#reader = reader;
  }

  get found(): Ingredients {
    const made = (id: string) => [...this.#reader.links.of(id).generatedBy].some((step) => this.#inside.has(step));
    const inputs = [...this.#inputs].filter(([id]) => !made(id)).map(([, thing]) => thing);
    return { inputs, parameters: this.#parameters, seeds: this.#seeds };
  }

  step(): void {
    const now = [...this.next];
    this.next = new Set();
    for (const id of now) this.#seen.add(id);
    for (const id of now) {
      for (const part of this.#reader.parts.get(id) ?? []) {
        if (this.#inside.has(id)) this.#inside.add(part);
        this.#visit(part);
      }
    }
    for (const id of now) for (const thing of this.#reader.links.of(id).used) this.#use(id, thing);
  }

  #use(activity: string, thing: string): void {
    const { facts: known, roles } = this.#reader;
    const facts = known.get(thing);
    if (facts === undefined || SURROUNDING.has(thingKind(facts))) return;
    const value = heldValue(facts);
    const name = labelOf(facts, thing);
    if (value === undefined) this.#take(thing, roles.get(activity)?.get(thing));
    else if (hasType(facts, provml.RandomSeed)) this.#seeds.push([name, value]);
    else this.#parameters.push([`${labelOf(known.get(activity) as Facts, activity)}.${name}`, value]);
  }

  /** A file is an input; what was in memory only, is what it was made of. */
  #take(thing: string, role: string | undefined, seen = new Set<string>()): void {
    const { facts: known, links } = this.#reader;
    const facts = known.get(thing);
    if (facts === undefined || seen.has(thing)) return;
    seen.add(thing);
    if (isFile(facts)) {
      this.#inputs.set(thing, thingOf(thing, facts, role));
      return;
    }
    const { generatedBy, derivedFrom } = links.of(thing);
    for (const activity of generatedBy) this.#visit(activity);
    for (const origin of derivedFrom) this.#take(origin, undefined, seen);
  }

  #visit(activity: string): void {
    if (!this.#seen.has(activity)) this.next.add(activity);
  }
}

/** What has places of its own in a comparison. */
const SURROUNDING: ReadonlySet<string> = new Set(["environment", "source", "series", "stopping", "measure"]);
