/** A median with the interval that holds it with 95 % probability, by bootstrap. */
export interface Estimate {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

const RESAMPLES = 1000;

/** The median of independent values; its interval by drawing from them again. */
export function estimate(values: readonly number[]): Estimate {
  const random = randomNumbers(1);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] as number)),
  ).sort((a, b) => a - b);
  const at = (share: number) => medians[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] as number;
  return { value: median(values), interval: [at(0.025), at(0.975)] };
}

export function scaled({ value, interval: [low, high] }: Estimate, factor: number): Estimate {
  return { value: value * factor, interval: [low * factor, high * factor] };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** The slope of the line of least squares through points. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return covariance / variance;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same things in an order of chance. */
export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  const order = things.map((thing) => [random(), thing] as const);
  return order.sort(([a], [b]) => a - b).map(([, thing]) => thing);
}
