/** How the values of a measure lie. What is no finite number is left out. */
export interface Spread {
  /** How many values count. */
  readonly count: number;
  readonly mean: number;
  /** The sample's standard deviation, over n - 1; absent for a single value. */
  readonly standardDeviation?: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Of an even number of values the mean of the two in the middle. */
  readonly median: number;
}

/** Undefined where no value is a finite number. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [minimum, maximum] = [sorted[0], sorted.at(-1)];
  if (minimum === undefined || maximum === undefined) return undefined;
  const count = sorted.length;
  // Around the least value, so that no sum loses what tells large values apart; so all-equal values have a deviation of 0.
  const mean = minimum + sorted.reduce((sum, value) => sum + (value - minimum), 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const middle = Math.floor(count / 2);
  const upper = sorted[middle] as number;
  const median = count % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return {
    count,
    mean,
    ...(count > 1 ? { standardDeviation: Math.sqrt(squares / (count - 1)) } : {}),
    minimum,
    maximum,
    median,
  };
}
