/** Starts the thread that samples what an execution uses, and ends it with the execution. `recording.ts` requires it where that is asked for. */
import { isMainThread, Worker } from "node:worker_threads";
import type { Execution } from "../capture/execution.ts";
import type { Companion } from "../capture/origin/companion.ts";
import type { SpoolOptions } from "../spool/options.ts";

/** What the thread is told. */
export interface SamplingRequest {
  readonly spool: SpoolOptions;
  /** The activity that the series are of. */
  readonly activity: string;
  readonly intervalMs: number;
  /** One of {@link SAMPLER}, for both threads to see. */
  readonly state: Int32Array;
}

/** How far the thread is. */
export const SAMPLER = { starting: 0, running: 1, ended: 2, cancelled: 3 } as const;

/** The thread takes a millisecond to seal its file; a program that ends waits no longer than this for it. */
const LONGEST_END_MS = 100;
const MOST_MEMORY_MB = 32;

/** A thread of its own reads and writes, so that the training one does nothing for it. One of the process's threads is enough. */
export function watchResources(
  execution: Execution,
  place: Omit<SpoolOptions, "execution" | "base" | "root">,
): Companion | undefined {
  if (!isMainThread) return undefined;
  const { settings, uuid, rootDirectory, root, faults } = execution;
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: SamplingRequest = {
    spool: { ...place, execution: uuid, base: settings.base, root: rootDirectory },
    activity: root.name,
    intervalMs: settings.sampleIntervalMs,
    state,
  };
  const { PATH = "", LD_LIBRARY_PATH = "" } = process.env;
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    workerData,
    name: "provml-sampling",
    env: { PATH, LD_LIBRARY_PATH }, // nothing of the program's own switches and hooks
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  worker.on("error", faults.report);
  worker.on("message", faults.report);
  worker.unref();
  return {
    end() {
      if (Atomics.compareExchange(state, 0, SAMPLER.starting, SAMPLER.cancelled) === SAMPLER.starting) return;
      worker.postMessage("end");
      Atomics.wait(state, 0, SAMPLER.running, LONGEST_END_MS);
    },
  };
}
