import type { Dose } from "./doses.ts";
import type { TrainingStep } from "./network.ts";
import { type Estimate, estimate } from "./statistics.ts";

const STEPS = 50;

/**
 * The plain comparison: the same number of steps with and without, one after the other, first and second by turns, as the share of CPU time
 * that the first took more. On a machine that does other things it sees no less than a tenth of a percent: an upper bound.
 */
export function compare(step: TrainingStep, dose: Dose, pairs: number): Estimate {
  const shares: number[] = [];
  const withDose = () =>
    cpu(() => {
      for (let i = 0; i < STEPS; i++) dose(step());
    });
  const without = () =>
    cpu(() => {
      for (let i = 0; i < STEPS; i++) step();
    });
  for (let pair = 0; pair < pairs; pair++) {
    if (pair % 2 === 0) {
      const more = withDose();
      shares.push(more / without() - 1);
    } else {
      const less = without();
      shares.push(withDose() / less - 1);
    }
  }
  return estimate(shares);
}

function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
