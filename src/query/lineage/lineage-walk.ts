import { rdf } from "../../vocab/rdf.ts";
import { describe, factsAbout, valuesOf } from "../facts.ts";
import { selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { ContentReader } from "./lineage-content.ts";
import { LinksReader } from "./lineage-links.ts";
import { LINKS_TO, PARTS } from "./lineage-queries.ts";

export type LineageDirection = "up" | "down";

/** One step of a lineage, in the direction in which PROV states it: `from` came of `to`, or is part of it. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  /** `sameContent`: nobody stated it; `from` was used with the very bytes that `to` had been generated with before. */
  readonly relation: "wasGeneratedBy" | "used" | "wasDerivedFrom" | "isPartOf" | "sameContent";
  readonly byContent?: true;
}

interface Walk {
  readonly nodes: readonly string[];
  readonly edges: readonly LineageEdge[];
  /** Whether the depth ended it before everything was reached. */
  readonly isCut: boolean;
}

/**
 * What is still to be asked about a node. `flows`: what it used or generated and was derived from. `wholes`, `parts`: the activities
 * around and inside it, whose flows count for it too. Each holds a bound in time, in which going on makes sense: what a
 * whole used after its part generated something is no input of that. Infinity: no bound. Downwards the sign is turned.
 */
interface Want {
  readonly flows: number | undefined;
  readonly wholes: number | undefined;
  readonly parts: number | undefined;
}

const NO_BOUND = Number.POSITIVE_INFINITY;
const REACHED: Want = { flows: NO_BOUND, wholes: undefined, parts: undefined };

/** Breadth first, a handful of queries a level, each node once. What is of a type in `ends` is reached, and nothing beyond it. */
export async function walk(
  source: Source,
  roots: readonly string[],
  direction: LineageDirection,
  depth: number,
  ends: readonly string[] = [],
): Promise<Walk> {
  const walker = new Walker(source, direction, new Set(ends));
  let frontier = new Map<string, Want>(roots.map((root) => [root, around(undefined)]));
  for (let level = 0; level < depth && frontier.size > 0; level++) frontier = await walker.level(inOrder(frontier));
  return { ...walker.result(roots), isCut: frontier.size > 0 };
}

class Walker {
  readonly #source: Source;
  readonly #isUp: boolean;
  readonly #links: LinksReader;
  readonly #contents: ContentReader;
  readonly #done = new Map<string, Want>();
  readonly #edges: LineageEdge[] = [];
  #found: LineageEdge[] = [];
  /** The edges that are known, by the numbers of what they join. */
  readonly #joined = new Set<number>();
  readonly #numbers = new Map<string, number>();
  #next = new Map<string, Want>();
  /** Activities that generated something on the way, and are not only around what did. */
  readonly #generators = new Set<string>();
  readonly #ends: ReadonlySet<string>;

  constructor(source: Source, direction: LineageDirection, ends: ReadonlySet<string>) {
    this.#source = source;
    this.#ends = ends;
    this.#isUp = direction === "up";
    this.#links = new LinksReader(source);
    this.#contents = new ContentReader(source, this.#links, direction);
  }

  /** Asks what a level wants, and returns what the next one wants. */
  async level(reached: ReadonlyMap<string, Want>): Promise<Map<string, Want>> {
    this.#next = new Map();
    for (const [id, { flows, wholes, parts }] of reached) {
      const done = this.#done.get(id);
      this.#done.set(id, {
        flows: flows ?? done?.flows,
        wholes: wholes ?? done?.wholes,
        parts: parts ?? done?.parts,
      });
    }
    const frontier = this.#ends.size === 0 ? reached : await this.#goingOn(reached);
    await this.#links.load(frontier.keys());
    if (this.#isUp) for (const [id, { flows }] of frontier) this.#goUp(id, flows ?? NO_BOUND);
    else await this.#goDown(frontier);
    await this.#goSideways([...frontier.keys()]);
    for (const [id, { wholes }] of frontier) if (wholes !== undefined) this.#climb(id, wholes);
    await this.#descend(frontier);
    for (const edge of this.#found.sort(compareEdges)) this.#edges.push(edge);
    this.#found = [];
    return this.#next;
  }

  result(roots: readonly string[]): { nodes: string[]; edges: LineageEdge[] } {
    const nodes = new Set(roots);
    for (const { from, to } of this.#edges) nodes.add(from).add(to);
    return { nodes: [...nodes], edges: this.#edges };
  }

  async #goingOn(reached: ReadonlyMap<string, Want>): Promise<ReadonlyMap<string, Want>> {
    const facts = await describe(this.#source, reached.keys(), [rdf.type]);
    const isEnd = (id: string) => valuesOf(factsAbout(facts, id), rdf.type).some((type) => this.#ends.has(type));
    return new Map([...reached].filter(([id]) => !isEnd(id)));
  }

  #goUp(id: string, bound: number): void {
    const { generatedBy, used, derivedFrom, inferredWith } = this.#links.of(id);
    for (const activity of generatedBy) this.#generation(id, activity, NO_BOUND);
    for (const entity of used) if (this.#generators.has(id) || !inferredWith.has(entity)) this.#use(id, entity, bound);
    for (const entity of derivedFrom) this.#derivation(id, entity);
  }

  async #goDown(frontier: ReadonlyMap<string, Want>): Promise<void> {
    const rows = await selectInBatches(this.#source, frontier.keys(), LINKS_TO);
    await this.#links.load(rows.map(({ s }) => s?.value ?? ""));
    for (const { s, o } of rows) {
      if (!s || !o) continue;
      const { generatedBy, used, derivedFrom } = this.#links.of(s.value);
      if (generatedBy.has(o.value)) this.#generation(s.value, o.value, frontier.get(o.value)?.flows ?? NO_BOUND);
      if (used.has(o.value)) this.#use(s.value, o.value, NO_BOUND);
      if (derivedFrom.has(o.value)) this.#derivation(s.value, o.value);
    }
  }

  #use(activity: string, entity: string, bound: number): void {
    const time = this.#links.useTime(activity, entity);
    if (this.#isUp && time !== undefined && time > bound) return;
    this.#edge({ from: activity, to: entity, relation: "used" });
    if (this.#isUp) this.#want(entity, REACHED);
    else if (this.#links.of(activity).inferredWith.has(entity)) this.#want(activity, REACHED);
    else this.#want(activity, around(time === undefined ? undefined : -time));
  }

  #generation(entity: string, activity: string, bound: number): void {
    const time = this.#links.generationTime(entity, activity);
    if (!this.#isUp && time !== undefined && -time > bound) return;
    this.#edge({ from: entity, to: activity, relation: "wasGeneratedBy" });
    if (this.#isUp) {
      this.#generators.add(activity);
      this.#want(activity, around(time));
    } else this.#want(entity, REACHED);
  }

  #derivation(entity: string, from: string): void {
    this.#edge({ from: entity, to: from, relation: "wasDerivedFrom" });
    this.#want(this.#isUp ? from : entity, REACHED);
  }

  #climb(id: string, bound: number): void {
    for (const whole of this.#links.of(id).wholes) {
      this.#edge({ from: id, to: whole, relation: "isPartOf" });
      this.#want(whole, { flows: bound, wholes: bound, parts: undefined });
    }
  }

  async #descend(frontier: ReadonlyMap<string, Want>): Promise<void> {
    const wanted = [...frontier].filter(([, { parts }]) => parts !== undefined).map(([id]) => id);
    const rows = await selectInBatches(this.#source, wanted, PARTS);
    await this.#links.load(rows.map(({ s }) => s?.value ?? ""));
    for (const { s, o } of rows) {
      if (!s || !o) continue;
      const bound = frontier.get(o.value)?.parts ?? NO_BOUND;
      const { startedAt, endedAt } = this.#links.of(s.value);
      const time = this.#isUp ? startedAt : endedAt;
      if (time !== undefined && (this.#isUp ? time : -time) > bound) continue;
      this.#edge({ from: s.value, to: o.value, relation: "isPartOf" });
      this.#want(s.value, { flows: bound, wholes: undefined, parts: bound });
    }
  }

  /**
   * From an entity that nobody generated to those that were generated before with its bytes, or back. Each is visited once; beside
   * that everyone gets the edge to the nearest in time.
   */
  async #goSideways(ids: readonly string[]): Promise<void> {
    const isStart = (id: string) => (this.#links.of(id).generatedBy.size === 0) === this.#isUp;
    const starts = ids.filter((id) => this.#links.of(id).contents.size > 0 && isStart(id));
    await this.#contents.load(starts);
    for (const id of starts) {
      for (const content of this.#links.of(id).contents) {
        for (const [index, state] of this.#contents.reachable(id, content).entries()) {
          if (index === 0 || !(this.#done.has(state.id) || this.#next.has(state.id))) this.#sameContent(id, state.id);
        }
      }
    }
  }

  #sameContent(id: string, other: string): void {
    const [from, to] = this.#isUp ? [id, other] : [other, id];
    this.#edge({ from, to, relation: "sameContent", byContent: true });
    this.#want(other, REACHED);
  }

  #edge(edge: LineageEdge): void {
    const key =
      (this.#number(edge.from) * MOST_THINGS + this.#number(edge.to)) * RELATIONS.length +
      RELATIONS.indexOf(edge.relation);
    if (this.#joined.has(key)) return;
    this.#joined.add(key);
    this.#found.push(edge);
  }

  #number(id: string): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(id, number);
    }
    return number;
  }

  /** Adds what has not been asked about a node, or only with a narrower bound. */
  #want(id: string, want: Want): void {
    const done = this.#done.get(id);
    const next = this.#next.get(id);
    const flows = wider(want.flows, done?.flows, next?.flows);
    const wholes = wider(want.wholes, done?.wholes, next?.wholes);
    const parts = wider(want.parts, done?.parts, next?.parts);
    if (flows === undefined && wholes === undefined && parts === undefined) return;
    this.#next.set(id, {
      flows: flows ?? next?.flows,
      wholes: wholes ?? next?.wholes,
      parts: parts ?? next?.parts,
    });
  }
}

const RELATIONS: readonly LineageEdge["relation"][] = [
  "wasGeneratedBy",
  "used",
  "wasDerivedFrom",
  "isPartOf",
  "sameContent",
];
/** Keys of edges are whole numbers that a double holds. */
const MOST_THINGS = 2 ** 25;

/** What is wanted if it is more than what is done and what is wanted already. */
function wider(bound: number | undefined, done: number | undefined, next: number | undefined): number | undefined {
  const most = Number.NEGATIVE_INFINITY;
  return bound !== undefined && bound > (done ?? most) && bound > (next ?? most) ? bound : undefined;
}

/** What is wanted of an activity that was reached, and of those around and inside it: what happened before, or after, this time. */
function around(bound: number = NO_BOUND): Want {
  return { flows: NO_BOUND, wholes: bound, parts: bound };
}

/** Stores give solutions in any order; what is asked and answered level by level is the same whichever was asked. */
function inOrder<T>(byKey: ReadonlyMap<string, T>): Map<string, T> {
  return byKey.size < 2 ? new Map(byKey) : new Map([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As their texts would be ordered. */
function compareEdges(a: LineageEdge, b: LineageEdge): number {
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  if (a.relation !== b.relation) return a.relation < b.relation ? -1 : 1;
  return a.to < b.to ? -1 : 1;
}
