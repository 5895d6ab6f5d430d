import { visibleText } from "./escape.ts";

/**
 * The most characters of a line: older versions of Graphviz read no string of more than 16,384 bytes, and the tip of folded nodes has 21 lines, of whose characters
 * each takes five at most.
 */
const MOST_CHARACTERS = 150;

/** A line in a notation that others draw: one that is very long loses its middle, for the ends tell names, paths and ids apart. */
export function shortLine(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const characters = [...visibleText(text)];
  if (characters.length <= MOST_CHARACTERS) return text;
  const half = Math.floor(MOST_CHARACTERS / 2);
  return [...characters.slice(0, half), "…", ...characters.slice(1 - half)].join("");
}
