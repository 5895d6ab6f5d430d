import { performance } from "node:perf_hooks";
import type { Dose } from "./doses.ts";
import type { Progress, TrainingStep } from "./network.ts";
import { type Estimate, estimate, mean, randomNumbers } from "./statistics.ts";

/** Steps whose differences are averaged: some nine times the 50 ms after which rows are written. */
const STEPS_PER_BLOCK = 500;
/** Few, because rows are written by the clock: every step that logs nothing makes those that do share the writes among fewer. */
const NOTHING_SHARE = 0.1;

/**
 * What something costs where it is called, after a training step that has filled the caches with other things: nanoseconds a step, the
 * clock's own cost taken off. Every tenth step, by chance, does nothing between the two readings. Each block of steps has its own mean, with
 * the rare dear calls, such as those that write, in it; the median over the blocks leaves out those in which another process had the core.
 */
export function costInPlace(step: TrainingStep, dose: Dose, steps: number): Estimate {
  const random = randomNumbers(3);
  const nothing: Dose = (_: Progress) => {};
  const blocks: number[] = [];
  for (let block = 0; block < Math.max(2, steps / STEPS_PER_BLOCK); block++) {
    const timed = { dose: [] as number[], nothing: [] as number[] };
    for (let i = 0; i < STEPS_PER_BLOCK; i++) {
      const progress = step();
      const name = random() < NOTHING_SHARE ? "nothing" : "dose";
      const work = name === "dose" ? dose : nothing;
      const start = performance.now();
      work(progress);
      timed[name].push((performance.now() - start) * 1e6);
    }
    blocks.push(mean(timed.dose) - mean(timed.nothing));
  }
  return estimate(blocks);
}
