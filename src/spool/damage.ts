import type { HeaderBlock } from "./format.ts";
import type { FrameKind } from "./frame.ts";
import type { Damage } from "./reading.ts";
import type { Scanned } from "./scan.ts";
import type { Place, SequenceTrack } from "./sequence.ts";

type FrameScanned = Scanned & { what: "frame" };

/** Names what of a segment cannot be read, and which sequence numbers that cost. */
export class SegmentDamage {
  readonly list: Damage[] = [];
  tornBytes = 0;
  readonly #block: HeaderBlock;
  readonly #track: SequenceTrack;
  readonly #isSealed: boolean;
  /** No whole frame has come since the last damage: what is missing now, that has cost. */
  #isBehindDamage = false;

  constructor(block: HeaderBlock, track: SequenceTrack, isSealed: boolean) {
    this.#block = block;
    this.#track = track;
    this.#isSealed = isSealed;
  }

  /** Copies of the header that are damaged. */
  nameCopies(): void {
    for (const from of this.#block.damagedCopies) {
      this.list.push({
        from,
        to: from + this.#block.blockBytes / 2,
        reason: "one copy of the segment's header is damaged",
      });
    }
  }

  /** What a whole frame shows by where it stands. */
  nameOrder({ from, to, header }: FrameScanned, { order, firstMissing }: Place): void {
    if (firstMissing !== undefined) this.#nameSequences(firstMissing, header.sequence - 1);
    this.#isBehindDamage = false;
    if (order === "late") this.list.push({ from, to, reason: "a frame stands out of order; it was read all the same" });
    if (order === "repeated")
      this.list.push({ from, to, reason: "a frame stands here a second time; it was left out" });
  }

  nameBytes({ from, to, header, isTail }: Scanned & { what: "damage" }): void {
    if (isTail && !this.#isSealed) {
      this.tornBytes = to - from;
      return;
    }
    const { endOffset } = this.#block.status;
    if (endOffset > 0 && from >= endOffset && from < to) return; // behind the end: the fragment of a failed write
    const cost = header && costOf(header.kind);
    const last = this.list.at(-1);
    if (last && this.#isBehindDamage && last.to === from) {
      const { cost: before, ...rest } = last;
      this.list[this.list.length - 1] = { ...rest, to, ...(before === cost ? cost && { cost } : {}) };
    } else {
      const reason = from < to ? "these bytes are no whole frame" : "the segment's end is missing";
      this.list.push({ from, to, reason, ...(cost && { cost }) });
    }
    this.#isBehindDamage = true;
    // A damaged frame whose header is whole says itself what it cost.
    if (header && header.sequence >= this.#track.next) this.#skipTo(header.sequence + header.count);
  }

  /** The sequence goes on at this number, and what lies before it is lost. */
  #skipTo(sequence: number): void {
    const { firstMissing } = this.#track.take(sequence, 0);
    if (firstMissing !== undefined) this.#nameSequences(firstMissing, sequence - 1);
  }

  /** Sequence numbers are missing: the damage just before them has cost them. Without one the writer counted them as lost. */
  #nameSequences(firstSequence: number, lastSequence: number): void {
    const last = this.list.at(-1);
    if (!last || !this.#isBehindDamage) return;
    this.list[this.list.length - 1] = { ...last, firstSequence: last.firstSequence ?? firstSequence, lastSequence };
  }

  nameFrame({ from, to, header }: FrameScanned, reason: string): void {
    const cost = costOf(header.kind);
    const lost = header.count > 0 && {
      firstSequence: header.sequence,
      lastSequence: header.sequence + header.count - 1,
      ...(cost && { cost }),
    };
    this.list.push({ from, to, reason, ...lost });
  }

  nameRows({ from, to }: FrameScanned, firstSequence: number, lastSequence: number): void {
    this.list.push({
      from,
      to,
      reason: "rows belong to a series that no whole frame announces",
      firstSequence,
      lastSequence,
      cost: "rows",
    });
  }

  /** What can be said only at the end. */
  settle({ end, isEndSeen }: { readonly end: number; readonly isEndSeen: boolean }): void {
    const { endOffset, endSequence } = this.#block.status;
    if (this.#isSealed && (endOffset > 0 ? end < endOffset : !isEndSeen)) {
      this.nameBytes({ what: "damage", from: end, to: Math.max(endOffset, end), isTail: false });
    }
    if (endSequence > this.#track.next) this.#skipTo(endSequence);
  }
}

function costOf(kind: FrameKind): Damage["cost"] {
  if (kind === "packedRows") return "rows";
  return kind === "statements" || kind === "rows" ? kind : undefined;
}
