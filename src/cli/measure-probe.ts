import { provenance } from "../index.ts";

/** The process that `measureCapture` starts: so the measured code is warmed up by itself alone. */
const ROWS = 2_000_000;
const STEPS = 10_000;

const prov = provenance({ directory: process.argv[2] as string, workflow: "measure" });
const step = prov.training("step", (_: { a: number; b: number; c: number; d: number; e: number }) => {});
const series = prov.current().series("value");

function nanoseconds(count: number, work: (i: number) => void): number {
  for (let i = 0; i < count / 10; i++) work(i);
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) work(i);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

const time = prov.now();
const rowNanoseconds = nanoseconds(ROWS, (i) => series.log(i, i / 3, time));
const stepMicroseconds = nanoseconds(STEPS, (i) => step({ a: i, b: 1, c: 2, d: 3, e: 4 })) / 1000;
await prov.close();
process.send?.({ rowNanoseconds, stepMicroseconds });
process.disconnect?.();
