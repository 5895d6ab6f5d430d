/** How many gaps are remembered for frames that come late; a sound segment has a handful. */
const MOST_GAPS = 1000;

export interface Place {
  /** `late`: it fills a gap that an earlier frame left. `repeated`: its numbers have been there. */
  readonly order: "next" | "late" | "repeated";
  /** The first number that was skipped before this one. */
  readonly firstMissing?: number;
}

/** Follows the sequence numbers of a segment's frames, so that a repeated frame counts once and a swapped one still counts. */
export class SequenceTrack {
  #next: number;
  #gaps: { readonly from: number; readonly to: number }[] = [];

  constructor(first: number) {
    this.#next = first;
  }

  get next(): number {
    return this.#next;
  }

  /** Takes the numbers `sequence` to `sequence + count - 1`. */
  take(sequence: number, count: number): Place {
    const expected = this.#next;
    if (sequence < expected) return this.#takeLate(sequence, count);
    this.#next = sequence + count;
    if (sequence === expected) return { order: "next" };
    this.#gaps.push({ from: expected, to: sequence });
    if (this.#gaps.length > MOST_GAPS) this.#gaps.shift();
    return { order: "next", firstMissing: expected };
  }

  #takeLate(sequence: number, count: number): Place {
    if (count === 0) return { order: "next" };
    const end = sequence + count;
    const index = this.#gaps.findIndex((gap) => gap.from <= sequence && end <= gap.to);
    const gap = this.#gaps[index];
    if (!gap) return { order: "repeated" };
    const rest = [
      { from: gap.from, to: sequence },
      { from: end, to: gap.to },
    ];
    this.#gaps.splice(index, 1, ...rest.filter(({ from, to }) => from < to));
    return { order: "late" };
  }
}
