import type { Fail } from "../qualified-names.ts";
import { unreadableAt } from "../unreadable.ts";
import { jsonPath } from "./path.ts";
import { type JsonKind, JsonText } from "./text.ts";

/** JSON that is read with the path of what is being read at hand, for saying what is wrong with it: `$.entity["ex:e1"][0]`. */
export class PlacedJson extends JsonText {
  readonly #path: (string | number)[] = [];

  /** Begins with a member of an object or an item of an array. */
  begin(step: string | number): void {
    this.#path.push(step);
  }

  done(): void {
    this.#path.pop();
  }

  /** Reads an object: `read` is called with each key, at its value. */
  members(read: (key: string) => void): void {
    this.expect("object");
    if (!this.enterObject()) return;
    do {
      const key = this.key();
      this.begin(key);
      read(key);
      this.done();
    } while (this.nextMember());
  }

  /** Reads an array, an item at a time. */
  items<T>(read: () => T): T[] {
    const found: T[] = [];
    if (!this.enterArray()) return found;
    do {
      this.begin(found.length);
      found.push(read());
      this.done();
    } while (this.nextItem());
    return found;
  }

  /** A string, and nothing else. */
  text(): string {
    this.expect("string");
    return this.string();
  }

  expect(kind: "object" | "string"): void {
    const found = this.kind();
    if (found !== kind) this.mismatch(found, kind === "object" ? "an object" : "a string");
  }

  /** Refuses a value of the wrong kind; or what is no value at all, as a fault of JSON. */
  mismatch(found: JsonKind, expected: string): never {
    if (found === "number") this.number();
    else if (found === "boolean") this.boolean();
    else if (found === "null") this.null();
    return this.fail(`expected ${expected}, found ${KIND_WORDS[found]}`);
  }

  readonly fail: Fail = (what) => {
    throw unreadableAt(jsonPath(this.#path), what);
  };
}

const KIND_WORDS: Readonly<Record<JsonKind, string>> = {
  object: "an object",
  array: "an array",
  string: "a string",
  number: "a number",
  boolean: "a boolean",
  null: "null",
};
