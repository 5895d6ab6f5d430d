import { ProvenanceError } from "../../model/error.ts";

/** How numbers are distributed; docs/inference.md holds the form in which windows state it. Counts are whole, so adding up is exact in any order. */
export type Distribution = SketchCounts | HistogramCounts;

interface Counted {
  /** All numbers that were counted, those that are not finite included. */
  readonly count: number;
  readonly notANumber: number;
  readonly negativeInfinity: number;
  readonly positiveInfinity: number;
  /** Of the finite ones, exactly; absent where there is none. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Buckets as wide as their numbers are great: the middle of one is within 2^-(bits+1) of each. */
export interface SketchCounts extends Counted {
  readonly kind: "sketch";
  readonly bits: number;
  /** In the order of numbers. */
  readonly buckets: readonly Bucket[];
}

type Bucket = readonly [bucket: number, count: number];

/** Bins of one width from `low` to `high`, which the last one includes. */
export interface HistogramCounts extends Counted {
  readonly kind: "histogram";
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** @throws {ProvenanceError} `unreadable` */
export function readDistribution(json: string): Distribution {
  try {
    const read = JSON.parse(json) as Record<string, unknown>;
    const { notANumber = 0, negativeInfinity = 0, positiveInfinity = 0, minimum, maximum } = read;
    const bounds = minimum === undefined ? {} : { minimum, maximum };
    const rest = { notANumber, negativeInfinity, positiveInfinity, ...bounds } as Omit<Counted, "count">;
    const others = rest.notANumber + rest.negativeInfinity + rest.positiveInfinity;
    if (Array.isArray(read.counts)) {
      const { low, high, counts, below, above } = read as unknown as HistogramCounts;
      return {
        kind: "histogram",
        low,
        high,
        counts,
        below,
        above,
        ...rest,
        count: sum(counts) + below + above + others,
      };
    }
    const buckets = new Map<number, number>();
    for (const [first, counts] of Object.entries(read.buckets as Record<string, number[]>)) {
      for (const [i, count] of counts.entries()) buckets.set(Number(first) + i, count);
    }
    return {
      kind: "sketch",
      bits: read.bits as number,
      buckets: sorted(buckets),
      ...rest,
      count: sum(buckets.values()) + others,
    };
  } catch (cause) {
    const message = `a distribution cannot be read: ${json.slice(0, 100)}; was it written by a newer version of provml?`;
    throw new ProvenanceError("unreadable", message, { cause });
  }
}

/**
 * The distribution of all numbers together. Sketches of different bits are made as coarse as the coarsest.
 * @throws {ProvenanceError} `bad-argument` for a sketch and a histogram, or histograms of different bins.
 */
export function addDistributions(a: Distribution, b: Distribution): Distribution {
  if (a.kind === "sketch" && b.kind === "sketch") {
    const bits = Math.min(a.bits, b.bits);
    const buckets = new Map(coarser(a, bits));
    for (const [bucket, count] of coarser(b, bits)) buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
    return { kind: "sketch", bits, buckets: sorted(buckets), ...together(a, b) };
  }
  if (a.kind === "sketch" || b.kind === "sketch" || !doAddUp(a, b)) {
    const message = `${named(a)} and ${named(b)} do not add up; ask for windows of one sort, by stream or by time`;
    throw new ProvenanceError("bad-argument", message);
  }
  const counts = a.counts.map((count, i) => count + (b.counts[i] as number));
  const outside = { below: a.below + b.below, above: a.above + b.above };
  return { kind: "histogram", low: a.low, high: a.high, counts, ...outside, ...together(a, b) };
}

/** Whether all are sketches, or histograms of the same bins. */
export function doAddUp(a: Distribution, b: Distribution): boolean {
  if (a.kind === "sketch" || b.kind === "sketch") return a.kind === b.kind;
  return a.low === b.low && a.high === b.high && a.counts.length === b.counts.length;
}

/**
 * The number below which the part `q` (0 to 1) of all lies, by nearest rank; NaN is no number and does not count. Of a sketch within
 * 2^-(bits+1) of it, of a histogram within half a bin. Undefined where nothing was counted.
 */
export function quantile(distribution: Distribution, q: number): number | undefined {
  const numbers = distribution.count - distribution.notANumber;
  if (numbers === 0) return undefined;
  let left = Math.min(Math.max(Math.ceil(q * numbers), 1), numbers);
  left -= distribution.negativeInfinity;
  if (left <= 0) return Number.NEGATIVE_INFINITY;
  for (const [middle, count] of middles(distribution)) {
    left -= count;
    if (left > 0) continue;
    return Math.min(Math.max(middle, distribution.minimum ?? middle), distribution.maximum ?? middle);
  }
  return Number.POSITIVE_INFINITY;
}

function* middles(distribution: Distribution): Generator<[middle: number, count: number]> {
  if (distribution.kind === "sketch") {
    for (const [bucket, count] of distribution.buckets) yield [middleOf(bucket, distribution.bits), count];
    return;
  }
  const { low, high, counts, below, above, minimum = low, maximum = high } = distribution;
  const width = (high - low) / counts.length;
  yield [minimum, below];
  for (const [bin, count] of counts.entries()) yield [low + (bin + 0.5) * width, count];
  yield [maximum, above];
}

/** The numbers of a bucket begin here; those of the next one where it ends. */
function lowerEnd(bucket: number, bits: number): number {
  const words = new DataView(new ArrayBuffer(8));
  words.setUint32(0, bucket * 2 ** (20 - bits));
  return words.getFloat64(0);
}

function middleOf(bucket: number, bits: number): number {
  if (bucket < 0) return -middleOf(~bucket, bits);
  const high = lowerEnd(bucket + 1, bits);
  const low = lowerEnd(bucket, bits);
  return low + ((Number.isFinite(high) ? high : Number.MAX_VALUE) - low) / 2;
}

function coarser({ bits, buckets }: SketchCounts, wanted: number): readonly Bucket[] {
  if (bits === wanted) return buckets;
  const wider = new Map<number, number>();
  for (const [bucket, count] of buckets) {
    const at = bucket >> (bits - wanted);
    wider.set(at, (wider.get(at) ?? 0) + count);
  }
  return sorted(wider);
}

function together(a: Distribution, b: Distribution): Counted {
  const [low, high] = [a, b].filter(({ minimum }) => minimum !== undefined);
  const ends = (low === undefined ? [] : high === undefined ? [low] : [low, high]) as Required<Counted>[];
  const bounds = {
    minimum: Math.min(...ends.map(({ minimum }) => minimum)),
    maximum: Math.max(...ends.map(({ maximum }) => maximum)),
  };
  return {
    count: a.count + b.count,
    notANumber: a.notANumber + b.notANumber,
    negativeInfinity: a.negativeInfinity + b.negativeInfinity,
    positiveInfinity: a.positiveInfinity + b.positiveInfinity,
    ...(ends.length === 0 ? {} : bounds),
  };
}

function named(distribution: Distribution): string {
  if (distribution.kind === "sketch") return "a sketch";
  return `a histogram of ${distribution.counts.length} bins from ${distribution.low} to ${distribution.high}`;
}

function sorted(buckets: ReadonlyMap<number, number>): Bucket[] {
  return [...buckets].sort(([a], [b]) => a - b);
}

function sum(counts: Iterable<number>): number {
  let all = 0;
  for (const count of counts) all += count;
  return all;
}
