import type { Thing } from "../things.ts";
import type { PlainValue } from "../values.ts";

/** NaN is the same as NaN, and nothing as nothing; numbers of another type are not texts. */
export function isSame(a: PlainValue | undefined, b: PlainValue | undefined): boolean {
  return Object.is(a, b) || (typeof a === typeof b && keyText(a) === keyText(b));
}

/** Values that are the same have the same text. */
export function keyText(value: PlainValue | undefined): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "");
}

/** What it was used as, else which split it is, else where it lay. */
export function keyOf({ role, about, path, label }: Thing): string {
  const isNamed = role !== undefined && !/^\d+$/.test(role);
  return isNamed ? role : typeof about.split === "string" ? about.split : (path ?? label);
}

/** The digest; without one the path is all that is known. */
export function contentText({ sha256, path, label }: Thing): string {
  return sha256 ?? `${path ?? label} (not digested)`;
}
