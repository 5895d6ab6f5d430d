import fc from "fast-check";

/**
 * Any well-formed text at all, with control characters and names that objects have already. What fast-check has for it,
 * `string({ unit: "binary" })`, takes a second of CPU to set up, in every file that uses it.
 */
export function anyText({ maxLength }: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  const most = maxLength ?? Number.POSITIVE_INFINITY;
  const text = fc.array(UNIT, maxLength === undefined ? {} : { maxLength }).map((units) => units.join(""));
  const known = KNOWN.filter((name) => name.length <= most);
  return known.length === 0 ? text : fc.oneof({ weight: 19, arbitrary: text }, fc.constantFrom(...known));
}

const UNIT = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((point) => String.fromCodePoint(point));

const KNOWN = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "length", "then", "key"];
