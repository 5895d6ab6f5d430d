import { setImmediate } from "node:timers/promises";
import type { Progress, TrainingStep } from "./network.ts";
import { type Estimate, estimate, median, randomNumbers, shuffled, slope } from "./statistics.ts";

/** What is done after a training step, as often as the dose says. */
export type Dose = (progress: Progress) => void;

export interface DoseResponse {
  /** What one dose adds to a step, in nanoseconds of CPU time. */
  readonly perDose: Estimate;
  /** A step without any, in nanoseconds of CPU time. */
  readonly step: number;
}

/** Steps of one dose in a row: the clock of CPU time ticks in microseconds. */
const STEPS_PER_BLOCK = 20;

/**
 * Repeats something 0, 1 or many times after every training step, in blocks of one process in an order of chance, and fits what one time
 * costs: many rounds see a thousandth of a step, where comparing two runs cannot see a hundredth.
 */
export async function doseResponse(
  step: TrainingStep,
  dose: Dose,
  { doses, rounds }: { readonly doses: readonly number[]; readonly rounds: number },
): Promise<DoseResponse> {
  const random = randomNumbers(2);
  const slopes: number[] = [];
  const plain: number[] = [];
  await block(step, dose, Math.max(...doses)); // for the compiler
  for (let round = 0; round < rounds; round++) {
    const points: [number, number][] = [];
    for (const times of shuffled(doses, random)) points.push([times, await block(step, dose, times)]);
    slopes.push(slope(points));
    plain.push(points.find(([times]) => times === 0)?.[1] as number);
  }
  return { perDose: estimate(slopes), step: median(plain) };
}

/** Nanoseconds of CPU time a step, all threads, with a turn of the event loop for what is done later. */
async function block(step: TrainingStep, dose: Dose, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < STEPS_PER_BLOCK; i++) {
    const progress = step();
    for (let n = 0; n < times; n++) dose(progress);
  }
  await setImmediate();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / STEPS_PER_BLOCK;
}
