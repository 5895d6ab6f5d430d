import { groupBy } from "../facts.ts";
import { selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import type { LinksReader } from "./lineage-links.ts";
import { GENERATED_STATES, STATES, USES } from "./lineage-queries.ts";
import type { LineageDirection } from "./lineage-walk.ts";

/** An entity of a content, with the time that counts for it: of its generation, or of its first use. */
interface ContentState {
  readonly id: string;
  readonly time: number;
}

/** The states of contents on the other side of a hop: up, those that somebody generated; down, those that were read without that. */
export class ContentReader {
  readonly #source: Source;
  readonly #links: LinksReader;
  readonly #direction: LineageDirection;
  /** Each content's, by time. */
  readonly #known = new Map<string, readonly ContentState[]>();
  readonly #firstUses = new Map<string, number>();

  constructor(source: Source, links: LinksReader, direction: LineageDirection) {
    this.#source = source;
    this.#links = links;
    this.#direction = direction;
  }

  /** Where a hop from an entity may go: up, to what was generated before it was first used; down, to what was used after it was generated. */
  reachable(start: string, content: string): readonly ContentState[] {
    const states = this.#known.get(content) ?? [];
    const { time } = this.#state(start);
    if (this.#direction === "up") return states.filter((state) => state.time <= time).reverse();
    return states.filter((state) => state.time >= time);
  }

  /** Reads what {@link reachable} needs of these entities, whose links are known. */
  async load(starts: readonly string[]): Promise<void> {
    const isUp = this.#direction === "up";
    const contents = new Set(starts.flatMap((start) => [...this.#links.of(start).contents]));
    const unknown = [...contents].filter((content) => !this.#known.has(content));
    for (const content of unknown) this.#known.set(content, []);
    const rows = await selectInBatches(this.#source, unknown, isUp ? GENERATED_STATES : STATES);
    await this.#links.load(rows.map(({ s }) => s?.value ?? ""));
    const found = groupBy(isUp ? rows : rows.filter(({ s }) => !this.#isGenerated(s?.value ?? "")), "o");
    const states = new Map(Array.from(found, ([content, its]) => [content, its.map(({ s }) => s?.value ?? "")]));
    const hopping = starts.filter((start) =>
      [...this.#links.of(start).contents].some((content) => states.has(content) || this.#known.get(content)?.length),
    );
    const others = [...states.values()].flat();
    await this.#loadTimes(isUp ? { generated: others, read: hopping } : { generated: hopping, read: others });
    for (const [content, ids] of states) this.#known.set(content, ids.map((id) => this.#state(id)).sort(byTime));
  }

  /** The activities whose times count where the entities themselves have none. */
  async #loadTimes({ generated, read }: { generated: readonly string[]; read: readonly string[] }): Promise<void> {
    const uses = groupBy(await selectInBatches(this.#source, read, USES), "o");
    const users = new Map(read.map((id) => [id, uses.get(id)?.map(({ s }) => s?.value ?? "") ?? []]));
    const makers = generated.flatMap((id) => [...this.#links.of(id).generatedBy]);
    await this.#links.load([...makers, ...[...users.values()].flat()]);
    for (const [id, activities] of users) {
      const times = activities.map((activity) => this.#links.useTime(activity, id) ?? Number.POSITIVE_INFINITY);
      this.#firstUses.set(id, Math.min(...times, Number.POSITIVE_INFINITY));
    }
  }

  #isGenerated(id: string): boolean {
    return this.#links.of(id).generatedBy.size > 0;
  }

  #state(id: string): ContentState {
    if (!this.#isGenerated(id)) return { id, time: this.#firstUses.get(id) ?? Number.POSITIVE_INFINITY };
    const times = Array.from(this.#links.of(id).generatedBy, (activity) => this.#links.generationTime(id, activity));
    return { id, time: Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY)) };
  }
}

function byTime(a: ContentState, b: ContentState): number {
  return a.time - b.time || (a.id < b.id ? -1 : 1);
}
