/** `telling-time.js DIRECTORY`: a run that logs the time, and calls a step with it, twenty times a second, until it is killed. */
import { setInterval } from "node:timers/promises";
import { provenance } from "provml";

const prov = provenance({ directory: process.argv[2] as string, workflow: "telling time", announce: false });
const step = prov.activity("tell once", (_: { time: number }) => undefined);
await prov.run("tell", async () => {
  let rows = 0;
  for await (const _ of setInterval(50)) {
    step({ time: Date.now() });
    prov.current().log({ time: Date.now() }, rows++);
    if (rows === 2) process.stdout.write("going on\n");
  }
});
