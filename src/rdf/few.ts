/** Texts of which there usually is one: nothing, that one, or a set of several. A graph has too many of these to make a set of each. */
export type Few = string | ReadonlySet<string> | undefined;

/** With one more; what was given may have grown itself. */
export function withOne(few: Few, text: string): Few {
  if (few === undefined || few === text) return text;
  if (typeof few === "string") return new Set([few, text]);
  return (few as Set<string>).add(text);
}

export function countOf(few: Few): number {
  if (few === undefined) return 0;
  return typeof few === "string" ? 1 : few.size;
}

export function eachOf(few: Few): Iterable<string> {
  if (few === undefined) return [];
  return typeof few === "string" ? [few] : few;
}

export function hasOne(few: Few, text: string): boolean {
  return few !== undefined && (typeof few === "string" ? few === text : few.has(text));
}
