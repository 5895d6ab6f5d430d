/** `node --expose-gc child.js NAME ITEMS WARM DIRECTORY` does the work of one case and says what an item cost, as JSON. */
import { writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { Sample, WorkCase } from "./case.ts";

const [name, itemsText, warmText, directory = ""] = process.argv.slice(2);
const items = Number(itemsText);
const file = new URL(`./cases/${name}.js`, import.meta.url);
const { measured } = (await import(file.href)) as { measured: WorkCase };

let sample: Sample | undefined;
await measured.work({
  directory,
  warmItems: Number(warmText),
  items,
  async timed(work) {
    globalThis.gc?.();
    const cpuBefore = process.cpuUsage();
    const wallBefore = performance.now();
    await work();
    const wallMs = performance.now() - wallBefore;
    const { user, system } = process.cpuUsage(cpuBefore);
    sample = { cpu: ((user + system) * 1e3) / items, wall: (wallMs * 1e6) / items };
  },
});
writeSync(1, JSON.stringify(sample));
process.exit(); // whatever a peer keeps running
