/** `waiting.js MILLISECONDS recording|plain [DIRECTORY]` waits, with a run open or without provml, and says which share of a core it used meanwhile: per cent. */
import { writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

/** What a process does after its start is over by then. */
const SETTLING_MS = 500;

const [milliseconds, kind, directory = ""] = process.argv.slice(2);
let percent = 0;
if (kind === "plain") await wait();
else {
  const { provenance } = await import("provml");
  const prov = provenance({ directory });
  await prov.run("idle", wait);
  await prov.close();
}
writeSync(1, String(percent));

async function wait(): Promise<void> {
  await setTimeout(SETTLING_MS);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await setTimeout(Number(milliseconds));
  const { user, system } = process.cpuUsage(cpu);
  percent = (user + system) / 10 / (performance.now() - begun);
}
