import { redact } from "./secrets.ts";

/** What a thrown value says of itself, secrets replaced; user code throws anything, also what throws when it is read. */
export function failureAttributes(failure: unknown): [string, string][] {
  try {
    if (!(failure instanceof Error))
      return [
        ["provml:errorType", typeof failure],
        ["provml:errorMessage", redact(String(failure)).slice(0, 256)],
      ];
    return [
      ["provml:errorType", failure.name],
      ["provml:errorMessage", redact(failure.message).slice(0, 256)],
    ];
  } catch {
    return [["provml:errorType", "unreadable"]];
  }
}
