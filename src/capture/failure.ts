import { types } from "node:util";
import { redact } from "./secrets.ts";
import { LONGEST_STRING } from "./values.ts";

/** What a thrown value says of itself, secrets replaced; user code throws anything, also what throws when it is read. */
export function failureAttributes(failure: unknown): [string, string][] {
  try {
    if (!types.isNativeError(failure) && !(failure instanceof Error)) return stated(typeof failure, failure);
    const { name, message } = failure as { name: unknown; message: unknown };
    return stated(typeof name === "string" && name !== "" ? name : "Error", message);
  } catch {
    return [["provml:errorType", "unreadable"]];
  }
}

function stated(type: string, message: unknown): [string, string][] {
  const text = redact(String(message).slice(0, LONGEST_LOOK)).slice(0, LONGEST_STRING);
  return [
    ["provml:errorType", type.slice(0, LONGEST_STRING)],
    ["provml:errorMessage", text],
  ];
}

/** How much of a message is looked through for secrets; far more than is recorded. */
const LONGEST_LOOK = 4096;
