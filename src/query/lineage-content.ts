import { groupBy, selectInBatches } from "./facts.ts";
import type { LinksReader } from "./lineage-links.ts";
import { STATES_OF_CONTENTS, USES } from "./lineage-queries.ts";
import type { Source } from "./source.ts";

/** An entity of a content, with the time that counts for it: of its generation, or of its first use. */
interface ContentState {
  readonly id: string;
  readonly time: number;
}

/** Who generated a content, and who read it without having it generated; each by time. */
interface ContentStates {
  readonly written: readonly ContentState[];
  readonly read: readonly ContentState[];
}

/** The states of contents, looked up once for each content. */
export class ContentReader {
  readonly #source: Source;
  readonly #links: LinksReader;
  readonly #known = new Map<string, ContentStates>();

  constructor(source: Source, links: LinksReader) {
    this.#source = source;
    this.#links = links;
  }

  of(content: string): ContentStates {
    return this.#known.get(content) ?? NONE;
  }

  async load(contents: Iterable<string>): Promise<void> {
    const unknown = [...new Set(contents)].filter((content) => !this.#known.has(content));
    if (unknown.length === 0) return;
    for (const content of unknown) this.#known.set(content, NONE);
    const states = await selectInBatches(this.#source, unknown, STATES_OF_CONTENTS);
    const ids = states.map(({ s }) => s?.value ?? "");
    const uses = groupBy(await selectInBatches(this.#source, ids, USES), "o");
    await this.#links.load([...ids, ...[...uses.values()].flat().map(({ s }) => s?.value ?? "")]);
    for (const [content, rows] of groupBy(states, "o")) {
      const its = [...new Set(rows.map(({ s }) => s?.value ?? ""))];
      const isWritten = (id: string) => this.#links.of(id).generatedBy.size > 0;
      this.#known.set(content, {
        written: inOrder(its.filter(isWritten).map((id) => ({ id, time: this.#generated(id) }))),
        read: inOrder(
          its
            .filter((id) => !isWritten(id))
            .map((id) => ({ id, time: this.#firstUsed(id, uses.get(id)?.map(({ s }) => s?.value ?? "") ?? []) })),
        ),
      });
    }
  }

  #generated(entity: string): number {
    const times = [...this.#links.of(entity).generatedBy].map((activity) =>
      this.#links.generationTime(entity, activity),
    );
    return Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
  }

  #firstUsed(entity: string, activities: readonly string[]): number {
    const times = activities.map((activity) => this.#links.useTime(activity, entity) ?? Number.POSITIVE_INFINITY);
    return Math.min(...times, Number.POSITIVE_INFINITY);
  }
}

const NONE: ContentStates = { written: [], read: [] };

function inOrder(states: readonly ContentState[]): ContentState[] {
  return [...states].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
}
