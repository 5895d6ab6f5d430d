import { prov } from "../vocab/prov.ts";
import { selectInBatches, timeOf } from "./facts.ts";
import { RELATION_TIMES, TIMES } from "./lineage-queries.ts";
import type { Source } from "./source.ts";

/** When things were used and generated, in milliseconds since 1970, as far as it is stated; looked up once for each thing. */
export class LineageTimes {
  readonly #source: Source;
  readonly #known = new Set<string>();
  readonly #times = new Map<string, number>();

  constructor(source: Source) {
    this.#source = source;
  }

  async load(things: Iterable<string>): Promise<void> {
    const unknown = [...new Set(things)].filter((thing) => !this.#known.has(thing));
    if (unknown.length === 0) return;
    for (const thing of unknown) this.#known.add(thing);
    for (const { s, p, o } of await selectInBatches(this.#source, unknown, TIMES)) {
      this.#note(`${p?.value} ${s?.value}`, o?.value);
    }
    for (const { s, o, time } of await selectInBatches(this.#source, unknown, RELATION_TIMES)) {
      this.#note(`${s?.value} ${o?.value}`, time?.value);
    }
  }

  ofStart(activity: string): number | undefined {
    return this.#times.get(`${prov.startedAtTime} ${activity}`);
  }

  ofEnd(activity: string): number | undefined {
    return this.#times.get(`${prov.endedAtTime} ${activity}`);
  }

  /** When an activity used an entity: as stated, else its start, when arguments are there. */
  ofUse(activity: string, entity: string): number | undefined {
    return this.#times.get(`${activity} ${entity}`) ?? this.ofStart(activity);
  }

  /** When an activity generated an entity: as stated, else its end. */
  ofGeneration(entity: string, activity: string): number | undefined {
    return (
      this.#times.get(`${entity} ${activity}`) ??
      this.#times.get(`${prov.generatedAtTime} ${entity}`) ??
      this.ofEnd(activity)
    );
  }

  /** Of several times of one relation the first counts. */
  #note(key: string, text: string | undefined): void {
    const time = timeOf(text);
    if (time !== undefined && !(time >= (this.#times.get(key) ?? Number.POSITIVE_INFINITY))) this.#times.set(key, time);
  }
}
