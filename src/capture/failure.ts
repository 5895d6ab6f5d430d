import { types } from "node:util";
import { typeName } from "./content/shape.ts";
import { cleanName, redact } from "./secrets.ts";
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
  const text = redact(messageText(message).slice(0, LONGEST_LOOK)).slice(0, LONGEST_STRING);
  return [
    ["provml:errorType", cleanName(type.slice(0, LONGEST_LOOK)).slice(0, LONGEST_STRING)],
    ["provml:errorMessage", text],
  ];
}

/** Of an object only what it calls its message, or its class: to make its text may take for ever, as that of a long array does. */
function messageText(message: unknown): string {
  switch (typeof message) {
    case "string":
      return message;
    case "bigint":
    case "function":
      return typeof message;
    case "object": {
      const told = (message as { message?: unknown } | null)?.message;
      return typeof told === "string" ? told : message === null ? "null" : typeName(message);
    }
    default:
      return String(message);
  }
}

/** How much of a message is looked through for secrets; far more than is recorded. */
const LONGEST_LOOK = 4096;
