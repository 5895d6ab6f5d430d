import { ProvenanceError } from "../model/error.ts";

/** An option that limits something: a positive number. */
export function positive(value: number, option: string): number {
  if (typeof value === "number" && value > 0) return value;
  throw new ProvenanceError("bad-option", `${option} is ${String(value)}; give a positive number`);
}
