import { performance } from "node:perf_hooks";
import type { Dose } from "./doses.ts";
import type { Progress, TrainingStep } from "./network.ts";
import { mean, randomNumbers } from "./statistics.ts";

/**
 * Longer ones count as this long: what takes milliseconds between two readings of the clock is another process that had the core. A
 * write of the rows of 50 ms takes a fraction of it.
 */
const LONGEST_NS = 500_000;

/**
 * What something costs where it is called, after a training step that has filled the caches with other things: nanoseconds, the
 * clock's own cost taken off. Every second step, by chance, does nothing between the two readings.
 */
export function costInPlace(step: TrainingStep, dose: Dose, steps: number): number {
  const random = randomNumbers(3);
  const nothing: Dose = (_: Progress) => {};
  const timed = { dose: [] as number[], nothing: [] as number[] };
  for (let i = 0; i < steps; i++) {
    const progress = step();
    const name = random() < 0.5 ? "dose" : "nothing";
    const work = name === "dose" ? dose : nothing;
    const start = performance.now();
    work(progress);
    timed[name].push(Math.min((performance.now() - start) * 1e6, LONGEST_NS));
  }
  return mean(timed.dose) - mean(timed.nothing);
}
