import type { Faults } from "../faults.ts";
import { toNumber } from "../series.ts";
import type { EventId } from "./event-hash.ts";

/** What a stream is handed that it cannot take: an operating fault, named, for a program must not end because of what it tells of itself. */
export class WrongArguments {
  readonly #stream: string;
  readonly #faults: Faults;
  /** One for each argument of each verb, counted as often as it comes: a million calls may go wrong in the same way. */
  readonly #known = new Map<string, TypeError>();

  constructor(stream: string, faults: Faults) {
    this.#stream = stream;
    this.#faults = faults;
  }

  report(verb: string, argument: string, wanted: string, value: unknown): void {
    const key = `${verb} ${argument}`;
    let error = this.#known.get(key);
    if (error === undefined) {
      const what = value === null ? "null" : typeof value === "number" ? String(value) : `a ${typeof value}`;
      error = new TypeError(`${verb}() of the stream ${this.#stream} takes ${wanted} as ${argument}, not ${what}`);
      this.#known.set(key, error);
    }
    this.#faults.report(error);
  }

  /** The number that something else than a number comes to. */
  number(verb: string, argument: string, value: unknown): number {
    this.report(verb, argument, "a number", value);
    return toNumber(value);
  }

  /** The id of an event, where it is one. */
  id(verb: string, id: unknown): EventId | undefined {
    if (typeof id === "number" || typeof id === "string" || typeof id === "bigint" || id === undefined) return id;
    this.report(verb, "an event's id", "a number, a string or a bigint", id);
    return undefined;
  }
}
