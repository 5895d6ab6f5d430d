/** All replacements at once: what one puts in is not replaced by another. */
export function mutantOf(valid: string, mutation: Readonly<Record<string, string>>): string {
  const names = Object.keys(mutation).sort((a, b) => b.length - a.length);
  const pattern = names.map((name) => `${name.replace(/[.+]/g, "\\$&")}${/\w$/.test(name) ? "(?![\\w])" : ""}`);
  return valid.replace(new RegExp(pattern.join("|"), "g"), (name) => mutation[name] as string);
}
