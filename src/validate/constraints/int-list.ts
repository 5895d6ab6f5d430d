/** A growing list of 32-bit integers: millions of them cost four bytes each, outside the heap that JavaScript objects live in. */
export class IntList {
  items: Int32Array;
  length = 0;

  constructor(capacity = 16) {
    this.items = new Int32Array(capacity);
  }

  /** Appends and returns the index. */
  push(item: number): number {
    if (this.length === this.items.length) this.items = enlarged(this.items, Math.max(16, 2 * this.length));
    this.items[this.length] = item;
    return this.length++;
  }

  pop(): number {
    return this.items[--this.length] as number;
  }
}

/** A copy with room for more; what is new is 0. */
export function enlarged(items: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(items);
  return larger;
}
