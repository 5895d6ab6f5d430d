import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { TrainingStep } from "./network.ts";
import { median } from "./statistics.ts";

const INTERVAL_MS = 50;
const ROWS_PER_STEP = 5;
const ROW_BYTES = 32;

/**
 * What the operating system alone takes, in nanoseconds a step, to write each 50 ms as many bytes as five rows a step are: nothing that keeps
 * rows that long can cost less in place. A call into code that was not run for 50 ms takes ten times what it takes in a loop.
 */
export function bareWritePerStep(step: TrainingStep, path: string, steps: number): number {
  const file = openSync(path, "w");
  const bytes = Buffer.alloc(ROW_BYTES * ROWS_PER_STEP * 1000);
  const cost = everyInterval(step, steps, (since) => {
    writeSync(file, bytes, 0, Math.min(since * ROW_BYTES * ROWS_PER_STEP, bytes.length));
  });
  closeSync(file);
  return cost;
}

/** The same of next to nothing that no program can do without: to tell a small object as JSON, once in 50 ms. */
export function bareCallPerStep(step: TrainingStep, steps: number): number {
  return everyInterval(step, steps, (since) => void JSON.stringify({ since, rows: [since, ROWS_PER_STEP] }));
}

/** What a call each 50 ms takes at the median, spread over the steps between two of them: nanoseconds a step. */
function everyInterval(step: TrainingStep, steps: number, call: (stepsSince: number) => void): number {
  const spentMs: number[] = [];
  let since = 0;
  let lastTime = performance.now();
  for (let i = 0; i < steps; i++) {
    step();
    since++;
    const start = performance.now();
    if (start - lastTime < INTERVAL_MS) continue;
    call(since);
    lastTime = performance.now();
    spentMs.push(lastTime - start);
    since = 0;
  }
  return spentMs.length === 0 ? 0 : (median(spentMs) * 1e6 * spentMs.length) / steps;
}
