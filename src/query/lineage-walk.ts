import { prov } from "../vocab/prov.ts";
import { selectInBatches } from "./facts.ts";
import { GENERATIONS, LINKS_FROM, LINKS_TO, PARTS, SAME_CONTENT, USES, WHOLES } from "./lineage-queries.ts";
import { LineageTimes } from "./lineage-times.ts";
import type { Source } from "./source.ts";

export type LineageDirection = "up" | "down";

/** One step of a lineage, in the direction in which PROV states it: `from` came of `to`, or is part of it. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  /** `sameContent`: nobody stated it; `from` was used with the very bytes that `to` had been generated with before. */
  readonly relation: "wasGeneratedBy" | "used" | "wasDerivedFrom" | "isPartOf" | "sameContent";
  readonly byContent?: true;
}

export interface Walk {
  readonly nodes: readonly string[];
  readonly edges: readonly LineageEdge[];
  /** Whether the depth ended it before everything was reached. */
  readonly isCut: boolean;
}

/**
 * What is still to be asked about a node. `flows`: what it used or generated and was derived from. `wholes`, `parts`: the activities
 * around and inside it, whose flows count for it too. Each holds a bound in time, in which going on makes sense: what a
 * whole used after its part generated something is no input of that. Infinity: no bound.
 */
type Want = { [K in "flows" | "wholes" | "parts"]?: number };

const REACHED: Want = { flows: Number.POSITIVE_INFINITY };

/** Breadth first, a handful of queries a level, each node once. */
export async function walk(
  source: Source,
  roots: readonly string[],
  direction: LineageDirection,
  depth: number,
): Promise<Walk> {
  const walker = new Walker(source, direction);
  let frontier = new Map<string, Want>(
    roots.map((root) => [root, { ...REACHED, wholes: Number.POSITIVE_INFINITY, parts: Number.POSITIVE_INFINITY }]),
  );
  for (let level = 0; level < depth && frontier.size > 0; level++) frontier = await walker.level(frontier);
  return { ...walker.result(roots), isCut: frontier.size > 0 };
}

class Walker {
  readonly #source: Source;
  readonly #isUp: boolean;
  readonly #times: LineageTimes;
  readonly #done = new Map<string, Want>();
  readonly #edges = new Map<string, LineageEdge>();
  #next = new Map<string, Want>();

  constructor(source: Source, direction: LineageDirection) {
    this.#source = source;
    this.#isUp = direction === "up";
    this.#times = new LineageTimes(source);
  }

  /** Asks what a level wants, and returns what the next one wants. */
  async level(frontier: ReadonlyMap<string, Want>): Promise<Map<string, Want>> {
    this.#next = new Map();
    const wanting = (what: keyof Want) =>
      new Map(Array.from(frontier).flatMap(([id, want]) => (want[what] === undefined ? [] : [[id, want[what]]])));
    for (const [id, want] of frontier) this.#done.set(id, { ...this.#done.get(id), ...want });
    await this.#follow(wanting("flows"));
    await this.#climb(wanting("wholes"));
    await this.#descend(wanting("parts"));
    return this.#next;
  }

  result(roots: readonly string[]): { nodes: string[]; edges: LineageEdge[] } {
    const edges = [...this.#edges.values()];
    return { nodes: [...new Set([...roots, ...edges.flatMap(({ from, to }) => [from, to])])], edges };
  }

  async #follow(wanted: ReadonlyMap<string, number>): Promise<void> {
    const query = this.#isUp ? LINKS_FROM : LINKS_TO;
    const rows = await selectInBatches(this.#source, wanted.keys(), query);
    const links = rows.map(({ s, p, o }) => ({ from: s?.value ?? "", property: p?.value, to: o?.value ?? "" }));
    await this.#times.load(links.flatMap(({ from, to }) => [from, to]));
    for (const { from, property, to } of links) {
      const bound = wanted.get(this.#isUp ? from : to) as number;
      if (property === prov.used) this.#use(from, to, bound);
      else if (property === prov.wasGeneratedBy) this.#generation(from, to, bound);
      else {
        this.#edge({ from, to, relation: "wasDerivedFrom" });
        this.#want(this.#isUp ? to : from, REACHED);
      }
    }
    await this.#sameContent([...wanted.keys()]);
  }

  #use(activity: string, entity: string, bound: number): void {
    const time = this.#times.ofUse(activity, entity);
    if (this.#isUp && time !== undefined && time > bound) return;
    this.#edge({ from: activity, to: entity, relation: "used" });
    if (this.#isUp) this.#want(entity, REACHED);
    else this.#want(activity, { ...REACHED, ...around(time === undefined ? undefined : -time) });
  }

  #generation(entity: string, activity: string, bound: number): void {
    const time = this.#times.ofGeneration(entity, activity);
    if (!this.#isUp && time !== undefined && -time > bound) return;
    this.#edge({ from: entity, to: activity, relation: "wasGeneratedBy" });
    if (this.#isUp) this.#want(activity, { ...REACHED, ...around(time) });
    else this.#want(entity, REACHED);
  }

  async #climb(wanted: ReadonlyMap<string, number>): Promise<void> {
    for (const { s, o } of await selectInBatches(this.#source, wanted.keys(), WHOLES)) {
      if (!s || !o) continue;
      const bound = wanted.get(s.value) as number;
      this.#edge({ from: s.value, to: o.value, relation: "isPartOf" });
      this.#want(o.value, { flows: bound, wholes: bound });
    }
  }

  async #descend(wanted: ReadonlyMap<string, number>): Promise<void> {
    const rows = await selectInBatches(this.#source, wanted.keys(), PARTS);
    await this.#times.load(rows.map(({ s }) => s?.value ?? ""));
    for (const { s, o } of rows) {
      if (!s || !o) continue;
      const bound = wanted.get(o.value) as number;
      const time = this.#isUp ? this.#times.ofStart(s.value) : this.#times.ofEnd(s.value);
      if (time !== undefined && (this.#isUp ? time : -time) > bound) continue;
      this.#edge({ from: s.value, to: o.value, relation: "isPartOf" });
      this.#want(s.value, { flows: bound, parts: bound });
    }
  }

  /** From an entity that nobody generated to those that were generated before with its bytes, or back. */
  async #sameContent(things: readonly string[]): Promise<void> {
    const rows = await selectInBatches(this.#source, things, SAME_CONTENT);
    if (rows.length === 0) return;
    const pairs = rows.map(({ s, o }) =>
      this.#isUp ? [s?.value ?? "", o?.value ?? ""] : [o?.value ?? "", s?.value ?? ""],
    );
    const entities = pairs.flat();
    const generations = await selectInBatches(this.#source, entities, GENERATIONS);
    const uses = await selectInBatches(this.#source, entities, USES);
    await this.#times.load([
      ...entities,
      ...generations.map(({ o }) => o?.value ?? ""),
      ...uses.map(({ s }) => s?.value ?? ""),
    ]);
    const generated = earliest(
      generations.map(({ s, o }) => [s?.value, this.#times.ofGeneration(s?.value ?? "", o?.value ?? "")]),
    );
    const used = earliest(uses.map(({ s, o }) => [o?.value, this.#times.ofUse(s?.value ?? "", o?.value ?? "")]));
    for (const [reading = "", written = ""] of pairs) {
      const time = generated.get(written);
      if (generated.has(reading) || time === undefined || time > (used.get(reading) ?? Number.POSITIVE_INFINITY))
        continue;
      this.#edge({ from: reading, to: written, relation: "sameContent", byContent: true });
      this.#want(this.#isUp ? written : reading, REACHED);
    }
  }

  #edge(edge: LineageEdge): void {
    this.#edges.set(`${edge.from} ${edge.relation} ${edge.to}`, edge);
  }

  /** Adds what has not been asked about a node, or only with a narrower bound. */
  #want(id: string, want: Want): void {
    const done = this.#done.get(id);
    const next = this.#next.get(id);
    for (const [what, bound] of Object.entries(want) as [keyof Want, number][]) {
      const known = Math.max(done?.[what] ?? Number.NEGATIVE_INFINITY, next?.[what] ?? Number.NEGATIVE_INFINITY);
      if (bound > known) this.#next.set(id, { ...this.#next.get(id), [what]: bound });
    }
  }
}

/** What is wanted of the activities around and inside one that was reached: what happened before, or after, this time. */
function around(bound: number | undefined): Want {
  return { wholes: bound ?? Number.POSITIVE_INFINITY, parts: bound ?? Number.POSITIVE_INFINITY };
}

/** The first known time by thing; Infinity where none is known. */
function earliest(pairs: readonly (readonly [string | undefined, number | undefined])[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const [thing = "", time] of pairs) {
    first.set(thing, Math.min(first.get(thing) ?? Number.POSITIVE_INFINITY, time ?? Number.POSITIVE_INFINITY));
  }
  return first;
}
