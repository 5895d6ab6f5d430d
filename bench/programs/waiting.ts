/** `waiting.js MILLISECONDS recording|plain [DIRECTORY]` waits, with a run open or without provml, and says which share of a core it used meanwhile: per cent. */
import { writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

const [milliseconds, kind, directory = ""] = process.argv.slice(2);
/** What a process does after its start is over by then: V8 collects its garbage once more 8 s after it was busy last. */
const settlingMs = Math.max(500, Math.min(12_000, 1.2 * Number(milliseconds)));
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
  await setTimeout(settlingMs);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await setTimeout(Number(milliseconds));
  const { user, system } = process.cpuUsage(cpu);
  percent = (user + system) / 10 / (performance.now() - begun);
}
