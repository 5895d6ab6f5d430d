/**
 * Counts numbers without keeping them. Counts are whole, and which bucket a number falls into depends on the number alone: so texts of several windows,
 * replicas and ranks add up to exactly what one window over all of their numbers would say. The form of the text stands in docs/inference.md.
 */
export interface Distribution {
  /** Counts one number; allocates nothing. */
  add(value: number): void;
  /** What was counted since the last time, as JSON; undefined where that is nothing. */
  take(): string | undefined;
}

/** Buckets to a doubling: 2 to this power. The middle of a bucket is then off by at most 1/128 of any number in it. */
const SKETCH_BITS = 6;
/** More buckets than this become wider: each then holds exactly what two held before. */
const MOST_BUCKETS = 4096;
const FEWEST_PLACES = 256;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
/** Bits of a double's higher word that are no part of a bucket's number: sign, 11 bits of exponent and the first of the fraction are. */
const FINEST = 32 - 12 - SKETCH_BITS;

/**
 * Buckets that are as wide as their numbers are great: the first 12 + 6 bits of a double (IEEE 754). No logarithm is taken, so every machine and
 * every language finds the same bucket.
 */
export class Sketch implements Distribution {
  /** A hash table with open addressing: buckets + 1 (0 is a free place), and their counts. */
  #buckets = new Int32Array(FEWEST_PLACES);
  #counts = new Uint32Array(FEWEST_PLACES);
  #used = 0;
  #shift = FINEST;
  readonly #rest = new Rest();

  add(value: number): void {
    if (value - value !== 0) {
      this.#rest.addNonFinite(value);
      return;
    }
    double[0] = value + 0; // -0 is 0
    this.#rest.note(value);
    this.#count((words[HIGH] as number) >>> this.#shift, 1);
  }

  take(): string | undefined {
    const rest = this.#rest.take();
    if (rest === undefined) return undefined;
    const text = `{"bits":${SKETCH_BITS - (this.#shift - FINEST)},"buckets":{${this.#bucketsText()}}${rest}}`;
    this.#shift = FINEST;
    this.#buckets.fill(0);
    this.#counts.fill(0);
    this.#used = 0;
    return text;
  }

  #count(bucket: number, count: number): void {
    const buckets = this.#buckets;
    const last = buckets.length - 1;
    let place = Math.imul(bucket, GOLDEN) & last;
    for (;;) {
      const there = buckets[place] as number;
      if (there === bucket + 1) {
        this.#counts[place] = (this.#counts[place] as number) + count;
        return;
      }
      if (there === 0) break;
      place = (place + 1) & last;
    }
    if (this.#used * 2 < buckets.length) {
      buckets[place] = bucket + 1;
      this.#counts[place] = count;
      this.#used++;
    } else if (this.#used < MOST_BUCKETS) {
      this.#move(buckets.length * 2, 0);
      this.#count(bucket, count);
    } else {
      this.#shift++;
      this.#move(buckets.length, 1);
      this.#count(bucket >>> 1, count);
    }
  }

  #move(places: number, shift: 0 | 1): void {
    const [buckets, counts] = [this.#buckets, this.#counts];
    this.#buckets = new Int32Array(places);
    this.#counts = new Uint32Array(places);
    this.#used = 0;
    buckets.forEach((bucket, place) => {
      if (bucket > 0) this.#count((bucket - 1) >>> shift, counts[place] as number);
    });
  }

  /** Runs of neighbours: `"65472":[12,100,3]` are the buckets 65472, 65473 and 65474. Negative numbers are in `~bucket`, so that the order is that of numbers. */
  #bucketsText(): string {
    const half = 2 ** (31 - this.#shift);
    const counts = new Map<number, number>();
    this.#buckets.forEach((bucket, place) => {
      const at = bucket - 1;
      if (bucket > 0) counts.set(at < half ? at : ~(at - half), this.#counts[place] as number);
    });
    let text = "";
    let last = Number.NaN;
    for (const key of Int32Array.from(counts.keys()).sort()) {
      text += key === last + 1 ? "," : `${text === "" ? "" : "],"}"${key}":[`;
      text += counts.get(key);
      last = key;
    }
    return text === "" ? "" : `${text}]`;
  }
}
const GOLDEN = 0x9e3779b1;

/** Bins of one width from `low` to `high`; the last one includes `high`, and what lies outside is counted too. */
export class Histogram implements Distribution {
  readonly #low: number;
  readonly #high: number;
  readonly #bins: number;
  /** Below, the bins, above. */
  readonly #counts: Float64Array;
  readonly #rest = new Rest();

  constructor({ low, high, bins }: { readonly low: number; readonly high: number; readonly bins: number }) {
    this.#low = low;
    this.#high = high;
    this.#bins = bins;
    this.#counts = new Float64Array(bins + 2);
  }

  add(value: number): void {
    if (value - value !== 0) {
      this.#rest.addNonFinite(value);
      return;
    }
    this.#rest.note(value);
    const bin = Math.floor(((value - this.#low) / (this.#high - this.#low)) * this.#bins);
    const at = value < this.#low ? 0 : value > this.#high ? this.#bins + 1 : Math.min(bin, this.#bins - 1) + 1;
    this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  take(): string | undefined {
    const rest = this.#rest.take();
    if (rest === undefined) return undefined;
    const [below, ...counts] = this.#counts;
    const above = counts.pop();
    this.#counts.fill(0);
    return `{"low":${this.#low},"high":${this.#high},"counts":[${counts}],"below":${below},"above":${above}${rest}}`;
  }
}

/** What no bucket tells: the extremes, exactly, and what is no finite number. */
class Rest {
  readonly #extremes = new Float64Array([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  #notANumber = 0;
  #negativeInfinity = 0;
  #positiveInfinity = 0;

  note(value: number): void {
    const extremes = this.#extremes;
    if (value < (extremes[0] as number)) extremes[0] = value;
    if (value > (extremes[1] as number)) extremes[1] = value;
  }

  addNonFinite(value: number): void {
    if (value === Number.POSITIVE_INFINITY) this.#positiveInfinity++;
    else if (value === Number.NEGATIVE_INFINITY) this.#negativeInfinity++;
    else this.#notANumber++;
  }

  /** The end of the text, and undefined where there was nothing. */
  take(): string | undefined {
    const [minimum, maximum] = this.#extremes as unknown as [number, number];
    let text = "";
    if (minimum <= maximum) text += `,"minimum":${minimum + 0},"maximum":${maximum + 0}`;
    if (this.#notANumber > 0) text += `,"notANumber":${this.#notANumber}`;
    if (this.#negativeInfinity > 0) text += `,"negativeInfinity":${this.#negativeInfinity}`;
    if (this.#positiveInfinity > 0) text += `,"positiveInfinity":${this.#positiveInfinity}`;
    this.#extremes[0] = Number.POSITIVE_INFINITY;
    this.#extremes[1] = Number.NEGATIVE_INFINITY;
    this.#notANumber = 0;
    this.#negativeInfinity = 0;
    this.#positiveInfinity = 0;
    return text === "" ? undefined : text;
  }
}
