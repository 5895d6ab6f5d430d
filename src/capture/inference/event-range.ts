import type { BriefValue } from "../../model/brief.ts";
import type { BriefAttribute } from "../content/shape.ts";
import { scalarValue } from "../values.ts";
import type { EventId } from "./event-hash.ts";

const [FIRST, LAST, MINIMUM, MAXIMUM] = [0, 1, 2, 3] as const;

/** From which event to which: the first and the last that came, and of numbers the least and the greatest. */
export class EventRange {
  /** Numbers stay outside of objects, for which each would be allocated. */
  readonly #numbers = new Float64Array(4);
  #hasNumber = false;
  #first: EventId | undefined;
  #last: EventId | undefined;
  #isLastNumber = false;

  add(id: EventId): void {
    if (typeof id !== "number") {
      this.#first ??= this.#hasNumber ? this.#numbers[FIRST] : id;
      this.#last = id;
      this.#isLastNumber = false;
      return;
    }
    if (Number.isNaN(id)) return;
    const numbers = this.#numbers;
    numbers[LAST] = id;
    this.#isLastNumber = true;
    if (!this.#hasNumber) {
      this.#hasNumber = true;
      numbers[FIRST] = id;
      numbers[MINIMUM] = id;
      numbers[MAXIMUM] = id;
      return;
    }
    if (id < (numbers[MINIMUM] as number)) numbers[MINIMUM] = id;
    if (id > (numbers[MAXIMUM] as number)) numbers[MAXIMUM] = id;
  }

  attributes(): BriefAttribute[] {
    const last = this.#isLastNumber ? this.#numbers[LAST] : this.#last;
    if (last === undefined) return [];
    const range: BriefAttribute[] = [
      ["provml:firstEvent", eventValue(this.#firstId() as EventId)],
      ["provml:lastEvent", eventValue(last)],
    ];
    if (this.#hasNumber) {
      range.push(["provml:minimumEvent", eventValue(this.#numbers[MINIMUM] as number)]);
      range.push(["provml:maximumEvent", eventValue(this.#numbers[MAXIMUM] as number)]);
    }
    return range;
  }

  /** Of a window with which another model came: its first event. */
  boundary(): BriefAttribute[] {
    const first = this.#firstId();
    return first === undefined ? [] : [["provml:boundaryEvent", eventValue(first)]];
  }

  clear(): void {
    this.#hasNumber = false;
    this.#isLastNumber = false;
    this.#first = undefined;
    this.#last = undefined;
  }

  #firstId(): EventId | undefined {
    return this.#first ?? (this.#hasNumber ? this.#numbers[FIRST] : undefined);
  }
}

/** An event's id as the graph has it: bounded, and with what looks like a secret replaced. */
export function eventValue(id: EventId): BriefValue {
  return scalarValue(id) as BriefValue;
}
