const NO_WORD = "JSON has no word for this value";

/** The JSON of a value. @throws {TypeError} Where JSON has no word for something in it, or would make null of it. */
export function exactJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(NO_WORD);
  // Brief statements hold no null, so the word is rare: only where it stands does the slower, exact look pay.
  if (json.includes("null")) JSON.stringify(value, refuseInexact);
  return json;
}

function refuseInexact(this: unknown, _key: string, value: unknown): unknown {
  const becomesNull = value === null || (typeof value === "number" && !Number.isFinite(value));
  if (
    becomesNull ||
    (Array.isArray(this) && (value === undefined || typeof value === "function" || typeof value === "symbol"))
  ) {
    throw new TypeError(NO_WORD);
  }
  return value;
}
