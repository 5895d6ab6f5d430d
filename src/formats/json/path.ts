import { shown } from "../unreadable.ts";

/** Where in a JSON document something stands, e.g. `$["@graph"][3].activity`. */
export function jsonPath(steps: readonly (string | number)[]): string {
  const written = steps.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `[${shown(step)}]`;
  });
  return `$${written.join("")}`;
}
