import type { Activity } from "../capture/activity.ts";
import type { Execution } from "../capture/execution.ts";
import { stepAround } from "../capture/step.ts";

/** What a library never ends must not fill the memory: at most so many are remembered, and then the older half is forgotten. */
export const MOST_OPEN = 20_000;

interface Open<State> {
  readonly activity: Activity;
  readonly state: State;
}

/** Activities by the ids under which a library tells of them, with what is remembered of each until its end. */
export class OpenActivities<State = undefined> {
  #newer = new Map<string, Open<State>>();
  #older = new Map<string, Open<State>>();
  readonly #forgetting: "a fault" | "no matter";

  /** Whether it is a fault to forget what may still end: from then on it stays without one. */
  constructor(forgetting: "a fault" | "no matter") {
    this.#forgetting = forgetting;
  }

  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  add(id: string, activity: Activity, state: State): void {
    this.#newer.set(id, { activity, state });
    if (this.#newer.size < MOST_OPEN / 2) return;
    if (this.#older.size > 0 && this.#forgetting === "a fault") {
      activity.execution.faults.report(
        new Error(`a library has not ended ${this.#older.size} activities: they stay open`),
      );
    }
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  has(id: string): boolean {
    return this.#find(id) !== undefined;
  }

  activity(id: string | undefined): Activity | undefined {
    return id === undefined ? undefined : this.#find(id)?.activity;
  }

  take(id: string): Open<State> | undefined {
    const found = this.#find(id);
    if (!this.#newer.delete(id)) this.#older.delete(id);
    return found;
  }

  /** What encloses something that the library tells of now: what it says itself, or the step that runs, whichever began later. */
  around(id: string | undefined, execution: Execution): Activity {
    const step = stepAround(execution);
    const told = this.activity(id);
    if (told?.execution !== execution) return step;
    return step === execution.root || orderOf(told) > orderOf(step) ? told : step;
  }

  #find(id: string): Open<State> | undefined {
    return this.#newer.get(id) ?? this.#older.get(id);
  }
}

/** Names end in a counter. */
function orderOf({ name }: Activity): number {
  return Number(name.slice(name.lastIndexOf("-") + 1));
}
