import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { TrainingStep } from "./network.ts";

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
  let spentMs = 0;
  let waiting = 0;
  let lastTime = performance.now();
  for (let i = 0; i < steps; i++) {
    step();
    waiting += ROW_BYTES * ROWS_PER_STEP;
    const start = performance.now();
    if (start - lastTime < INTERVAL_MS) continue;
    writeSync(file, bytes, 0, Math.min(waiting, bytes.length));
    lastTime = performance.now();
    spentMs += Math.min(lastTime - start, LONGEST_MS);
    waiting = 0;
  }
  closeSync(file);
  return (spentMs * 1e6) / steps;
}

/** As where rows are timed: what takes longer is another process. */
const LONGEST_MS = 0.5;
