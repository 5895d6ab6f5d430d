import type { Examples } from "./classifier.ts";

/** A softmax regression: for each class the weight of each feature, and a bias last. */
export type Weights = number[][];

export function zeroWeights({ classes, features }: Examples): Weights {
  return classes.map(() => new Array<number>((features[0]?.length ?? 0) + 1).fill(0));
}

/** One step down the gradient over all examples. Returns the mean cross entropy before it. */
export function descend(weights: Weights, { features, labels }: Examples, learningRate: number): number {
  const gradient = weights.map((row) => row.map(() => 0));
  let loss = 0;
  features.forEach((example, i) => {
    const chances = chancesOf(weights, example);
    loss -= Math.log(chances[labels[i]!]!);
    gradient.forEach((row, k) => {
      const error = chances[k]! - (labels[i] === k ? 1 : 0);
      for (const j of row.keys()) row[j]! += error * (example[j] ?? 1);
    });
  });
  weights.forEach((row, k) => {
    for (const j of row.keys()) row[j]! -= (learningRate / features.length) * gradient[k]![j]!;
  });
  return loss / features.length;
}

export function accuracyOf(weights: Weights, { features, labels }: Examples): number {
  const right = features.filter((example, i) => {
    const chances = chancesOf(weights, example);
    return chances.indexOf(Math.max(...chances)) === labels[i];
  });
  return right.length / features.length;
}

function chancesOf(weights: Weights, example: readonly number[]): number[] {
  const scores = weights.map((row) => row.reduce((sum, weight, j) => sum + weight * (example[j] ?? 1), 0));
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
