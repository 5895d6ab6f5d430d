import type { ProvNText } from "./text.ts";

/**
 * Passes over the arguments of an extension statement (production extensibilityExpression of PROV-N), whatever they mean: all up
 * to the bracket that closes the first one. Strings, comments and names are taken as everywhere, so that a bracket in them closes nothing.
 * @throws {ProvenanceError} `unreadable` at a bracket that closes another one than is open, at the end, and at what is no token.
 */
export function passArguments(text: ProvNText): void {
  text.expect("(");
  const open = [")"]; // a list, not a recursion: brackets may be nested to any depth
  while (open.length > 0) {
    const next = text.next();
    const closing = CLOSING.get(next);
    const wanted = open.at(-1) as string;
    if (closing !== undefined) open.push(closing);
    else if (next === wanted) open.pop();
    else if (!MARKS.has(next)) {
      passToken(text, next, `an argument or ${wanted}`);
      continue;
    }
    text.expect(next);
  }
}

function passToken(text: ProvNText, next: string, expected: string): void {
  if (next === '"') text.string();
  else if (next === "'") text.quotedName();
  else if (next === "<") text.iri();
  else if (next !== "-") text.name(expected);
  else if (!text.takesMarker()) text.integer();
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);
const MARKS: ReadonlySet<string> = new Set([",", ";", "="]);
