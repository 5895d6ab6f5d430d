/**
 * Rows by kind and two terms: a hash table in one array of integers, four to an entry. Entries of terms that have become part of others are found no
 * more, and no longer wanted.
 */
export interface PairIndex {
  /** Adds a row unless one is there; returns the row that is there now. */
  add(kind: number, a: number, b: number, row: number): number;
}

const ENTRY = 4;

export function createPairIndex(): PairIndex {
  let capacity = 16; // a power of two
  let count = 0;
  let entries = new Int32Array(capacity * ENTRY).fill(-1);

  function place(kind: number, a: number, b: number): number {
    let slot = hash(kind, a, b) & (capacity - 1);
    for (;;) {
      const at = slot * ENTRY;
      if (entries[at] === -1 || (entries[at] === kind && entries[at + 1] === a && entries[at + 2] === b)) return at;
      slot = (slot + 1) & (capacity - 1);
    }
  }

  function grow(): void {
    const old = entries;
    capacity *= 2;
    entries = new Int32Array(capacity * ENTRY).fill(-1);
    for (let at = 0; at < old.length; at += ENTRY) {
      if (old[at] === -1) continue;
      entries.set(old.subarray(at, at + ENTRY), place(old[at] as number, old[at + 1] as number, old[at + 2] as number));
    }
  }

  return {
    add(kind, a, b, row) {
      if (2 * count >= capacity) grow();
      const at = place(kind, a, b);
      if (entries[at] === -1) {
        entries[at] = kind;
        entries[at + 1] = a;
        entries[at + 2] = b;
        entries[at + 3] = row;
        count++;
      }
      return entries[at + 3] as number;
    },
  };
}

/** Spreads neighbouring integers over all bits (the finalizer of MurmurHash3). */
function hash(kind: number, a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ kind;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
