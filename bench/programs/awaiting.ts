/** `awaiting.js AWAITS` awaits so often in a run and says what one cost: nanoseconds of CPU time, as JSON. */
import { writeSync } from "node:fs";
import { provenance } from "provml";

const awaits = Number(process.argv[2]);
const prov = provenance();
await prov.run("awaiting", async () => {
  await work(awaits / 10);
  const before = process.cpuUsage();
  await work(awaits);
  const { user, system } = process.cpuUsage(before);
  const nanoseconds = ((user + system) * 1e3) / awaits;
  writeSync(1, JSON.stringify({ nanoseconds, version: `node ${process.version}` }));
});

async function work(times: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += await i;
  return sum;
}
