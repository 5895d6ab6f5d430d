import type { Loss } from "../formats/index.ts";
import type { Prefixes } from "../model/names.ts";
import { counted, printNote } from "./output.ts";
import { statementText } from "./statement-text.ts";

/** What a command could not carry from one notation to another: one warning for each reason, with a count and the first case. */
export class Losses {
  readonly #found = new Map<string, { count: number; readonly first: Loss }>();
  count = 0;

  add(where: string, loss: Loss): void {
    this.count++;
    const reason = `${where}: ${loss.reason}`;
    const same = this.#found.get(reason);
    if (same) same.count++;
    else this.#found.set(reason, { count: 1, first: loss });
  }

  print(prefixes: Prefixes): void {
    for (const [reason, { count, first }] of this.#found) {
      const example = first.statement ? statementText(first.statement, prefixes) : (first.example ?? first.bundle);
      const cases = count === 1 ? "" : `${counted(count, "case")}, `;
      printNote(
        example === undefined
          ? `${reason}${count === 1 ? "" : ` (${counted(count, "case")})`}`
          : `${reason} (${cases}such as ${example})`,
      );
    }
  }
}
