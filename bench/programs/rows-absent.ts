/** `rows-absent.js ROWS DIRECTORY`: how much the memory of a process grows that logs so many rows while no flusher runs. Prints figures as JSON. */
import { writeSync } from "node:fs";
import { provenance } from "provml";
import type { Figure } from "../case.ts";
import { expectSpooled, sumBelow } from "../spooled.ts";

const MOST_MEGABYTES = 64;
/** Twenty measures of a training, one reading of the clock for them. */
const SERIES = 20;
const LOOKS = 100;

const rows = Number(process.argv[2]);
const directory = process.argv[3] as string;
const steps = rows / SERIES;

const prov = provenance({ directory });
const before = process.memoryUsage.rss();
let most = before;
await prov.run("fit", (run) => {
  const series = Array.from({ length: SERIES }, (_, n) => run.series(`measure ${n}`));
  for (let step = 0; step < steps; step++) {
    const time = prov.now();
    for (const one of series) one.log(step, 2 * step, time);
    if (step % Math.ceil(steps / LOOKS) === 0) most = Math.max(most, process.memoryUsage.rss());
  }
});
await prov.close();
most = Math.max(most, process.memoryUsage.rss());
expectSpooled(directory, { rows, stepSum: SERIES * sumBelow(steps), valueSum: 2 * SERIES * sumBelow(steps) });

const figures: Figure[] = [
  { what: "rows on disk, all found again", value: rows, unit: "rows", atLeast: rows },
  { what: "growth of the resident memory, at most", value: (most - before) / 1e6, unit: "MB", atMost: MOST_MEGABYTES },
];
writeSync(1, JSON.stringify(figures));
