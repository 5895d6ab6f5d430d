/** The thread that samples: it has a writer of its own, so that it shares nothing with the program but the execution's name. */
import { parentPort, workerData } from "node:worker_threads";
import { now } from "../capture/clock.ts";
import { listenToNvidia, resourceSeries, type Sample, usageReader } from "../capture/resources.ts";
import { openSpool } from "../spool/writer.ts";
import { SAMPLER, type SamplingRequest } from "./sampling.ts";

const { spool: options, activity, intervalMs, state } = workerData as SamplingRequest;

/** Samples are few: a small buffer. */
const MOST_ROWS = 256;

if (Atomics.compareExchange(state, 0, SAMPLER.starting, SAMPLER.running) === SAMPLER.starting) run();

function run(): void {
  const spool = openSpool({
    ...options,
    rowBufferRows: MOST_ROWS,
    onFault: ({ message }) => parentPort?.postMessage(`sampling: ${message}`),
  });
  const known = new Map<string, { readonly number: number; next: number }>();
  const write = (sample: Sample) => {
    const time = now();
    for (const [name, value] of sample) {
      let series = known.get(name);
      if (series === undefined) {
        const id = `x:${spool.writer}-${known.size + 1}`;
        spool.statements(resourceSeries(id, name, activity));
        series = { number: spool.series({ id, name, activity }), next: 0 };
        known.set(name, series);
      }
      spool.row(series.number, series.next++, value, time);
    }
  };
  const read = usageReader();
  write(read());
  const timer = setInterval(() => write(read()), intervalMs);
  const nvidia = listenToNvidia(intervalMs, process.env.PATH, write);
  parentPort?.once("message", () => {
    clearInterval(timer);
    nvidia?.kill();
    write(read());
    spool.close();
    Atomics.store(state, 0, SAMPLER.ended);
    Atomics.notify(state, 0);
  });
}
