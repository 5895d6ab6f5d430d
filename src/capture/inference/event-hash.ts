/** What identifies an event to its experiment: a number, a bigint (GPS nanoseconds), or a text (`run:lumi:event`). */
export type EventId = number | bigint | string;

/** How the sample is drawn, as the graph says it. */
export const EVENT_HASH = "FNV-1a 32 of the id in UTF-8, then fmix32 of MurmurHash3";

/**
 * The hash by which events are sampled: 32-bit FNV-1a over the id's text in UTF-8, then the finalizer of MurmurHash3, which spreads what the last
 * characters say over all bits. An event is in a sample of rate r where its hash is below r · 2³²: on every replica, in every rerun, and in every sample
 * of a higher rate. A whole number's text is its decimal digits, so 17, 17n and "17" are one event. Allocates nothing for safe integers and texts.
 */
export function eventHash(id: EventId): number {
  let hash: number;
  if (typeof id === "number") hash = Number.isSafeInteger(id) ? hashInteger(id) : hashText(String(id));
  else hash = hashText(typeof id === "bigint" ? String(id) : id);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const OFFSET = 0x811c9dc5 | 0;
const PRIME = 0x01000193;
const ZERO = 0x30;
const MINUS = 0x2d;

/** The digits of a safe integer, last first. */
const digits = new Uint8Array(16);
const MOST_SMALL = 0x7fffffff;

function hashInteger(id: number): number {
  let hash = OFFSET;
  let rest = id;
  if (id < 0) {
    hash = Math.imul(hash ^ MINUS, PRIME);
    rest = -id;
  }
  let count = 0;
  while (rest > MOST_SMALL) {
    const above = Math.floor(rest / 10);
    digits[count++] = rest - above * 10;
    rest = above;
  }
  let small = rest | 0; // from here on in integers, which divide several times faster
  do {
    const above = (small / 10) | 0;
    digits[count++] = small - above * 10;
    small = above;
  } while (small > 0);
  while (count > 0) hash = Math.imul(hash ^ (ZERO + (digits[--count] as number)), PRIME);
  return hash;
}

function hashText(text: string): number {
  let hash = OFFSET;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      hash = Math.imul(hash ^ code, PRIME);
    } else if (code < 0x800) {
      hash = Math.imul(hash ^ (0xc0 | (code >> 6)), PRIME);
      hash = Math.imul(hash ^ (0x80 | (code & 0x3f)), PRIME);
    } else {
      const point = (text.codePointAt(i) as number) & 0x1fffff;
      if (point > 0xffff) {
        i++;
        hash = Math.imul(hash ^ (0xf0 | (point >> 18)), PRIME);
        hash = Math.imul(hash ^ (0x80 | ((point >> 12) & 0x3f)), PRIME);
      } else {
        hash = Math.imul(hash ^ (0xe0 | (point >> 12)), PRIME);
      }
      hash = Math.imul(hash ^ (0x80 | ((point >> 6) & 0x3f)), PRIME);
      hash = Math.imul(hash ^ (0x80 | (point & 0x3f)), PRIME);
    }
  }
  return hash;
}
