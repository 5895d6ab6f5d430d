import type { Notation } from "../../src/formats/notation.ts";
import { ProvenanceError } from "../../src/model/error.ts";

/** What a notation's texts are changed with, beside their own parts. */
export const MUTANT_WORDS: Readonly<Record<string, readonly string[]>> = {
  any: [
    "",
    " ",
    "\n",
    "\0",
    "\ud800",
    "\udc00",
    "\ufeff",
    "\u2028",
    "\\",
    '"',
    "'",
    "<",
    ">",
    "&",
    "%",
    "_:",
    ":",
    "-",
    "__proto__",
    "constructor",
    "1e999",
    "-0",
    "99999999999999999999",
  ],
  "prov-n": [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "=",
    "%%",
    "@en",
    '"""',
    "//",
    "/*",
    "*/",
    "document",
    "endDocument",
    "bundle ex:b",
    "endBundle",
    "prefix prov <urn:x:>",
    "default <urn:d:>",
    "prov:hadDictionaryMember(",
    "ex:foo(",
    "2011-11-16T16:05:00",
    "'ex:a'",
    "\\u00",
    "-5",
  ],
  "prov-json": [
    "{",
    "}",
    "[",
    "]",
    ",",
    '":',
    "null",
    "true",
    "[[[[[[",
    '{"":',
    '"$":',
    '"type":',
    '"lang":',
    '"prefix":{},',
    '"bundle":{',
    '"prov:entity":',
    '"__proto__":{},',
    "\\u",
    "\\ud800",
    "\u0001",
    '"default"',
    '"prov:key-entity-set":{"$key-datatype":',
  ],
  "prov-xml": [
    "<!DOCTYPE x [",
    "<!ENTITY a 'b'>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?x",
    "?>",
    "</",
    "/>",
    "&#0;",
    "&lt;",
    "&a;",
    "xmlns:ex=''",
    'prov:id="',
    'prov:ref="x:y"',
    'xsi:type="xsd:QName"',
    "<prov:bundleContent>",
    "<prov:time>",
  ],
  turtle: [
    "@prefix",
    "@base",
    "^^",
    "@en",
    "[]",
    "[",
    "]",
    "(",
    ")",
    ".",
    ";",
    ",",
    "a",
    "<<",
    ">>",
    "_:b",
    '"""',
    "{",
    "}",
    "GRAPH",
    "<urn:g>",
    "prov:qualifiedUsage [",
    "\\u0000",
  ],
  json: [
    "{",
    "}",
    "[",
    "]",
    ",",
    '":',
    "null",
    '"@context":',
    '"@id":',
    '"@graph":',
    '"@type":',
    '"@list":',
    '"http://example.org/context"',
    '"@reverse":',
    '"@value":',
  ],
};

/**
 * Texts made of others by small harm: parts cut, doubled, exchanged, repeated, words put in, the end torn off, two texts grown together. The same
 * seed gives the same mutants.
 */
export function* mutants(
  texts: readonly string[],
  words: readonly string[],
  count: number,
  seed: number,
): Generator<string, void, void> {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const one = <T>(list: readonly T[]) => list[below(list.length)] as T;
  for (let n = 0; n < count; n++) {
    let text = one(texts);
    for (let changes = 1 + below(3); changes > 0; changes--) {
      const from = below(text.length + 1);
      const to = Math.min(text.length, from + below(below(10) === 0 ? 400 : 20));
      const part = text.slice(from, to);
      const before = text.slice(0, from);
      const after = text.slice(to);
      switch (below(9)) {
        case 0:
          text = before + after;
          break;
        case 1:
          text = before + part + part + after;
          break;
        case 2:
          text = before + one(words) + after;
          break;
        case 3:
          text = before + one(words) + part + after;
          break;
        case 4:
          text = before + String.fromCharCode(below(4) === 0 ? below(0x10000) : below(128)) + after;
          break;
        case 5:
          text = before;
          break;
        case 6:
          text = before + one(texts).slice(below(200)).slice(0, 300) + after;
          break;
        case 7:
          text = before + (part || one(words)).repeat(below(20) === 0 ? 2000 : 5) + after;
          break;
        default: {
          const other = below(text.length + 1);
          text = before + text.slice(other, other + 30) + after;
        }
      }
    }
    yield text;
  }
}

/** Something that a reader must not do, and on what. */
export interface Fault {
  readonly what: string;
  readonly text: string;
}

export interface Trials {
  readonly read: number;
  readonly refused: number;
  readonly faults: readonly Fault[];
}

/** The longest that a reader may take for one small text. */
const MOST_MS = 2000;

/**
 * Reads each text: it is read, or refused as unreadable in one line; anything else is a fault, and so is taking long. What was read is handed to
 * `check`, whose errors are faults too.
 */
export async function tryReader(
  { read }: Pick<Notation, "read">,
  texts: Iterable<string>,
  check: (document: Awaited<ReturnType<Notation["read"]>>) => void = () => {},
): Promise<Trials> {
  const faults: Fault[] = [];
  let taken = 0;
  let refused = 0;
  for (const text of texts) {
    const start = performance.now();
    try {
      const reading = read(text);
      const document = reading instanceof Promise ? await reading : reading;
      taken++;
      check(document);
    } catch (error) {
      if (isRefusal(error)) refused++;
      else faults.push({ what: error instanceof Error ? `${error.stack}` : String(error), text });
    }
    if (performance.now() - start > MOST_MS) faults.push({ what: `took more than ${MOST_MS} ms`, text });
  }
  if (Object.keys(Object.prototype).length > 0) faults.push({ what: "Object.prototype was changed", text: "" });
  return { read: taken, refused, faults };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ProvenanceError && error.code === "unreadable" && !/[\r\n]/.test(error.message);
}

/** mulberry32: numbers from 0 to 1, always the same for a seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
