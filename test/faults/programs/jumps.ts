// Records steps while its wall clock jumps, by a file that libfaketime reads; without one it only records.
// usage: node jumps.js <build> <.provml> [clock file]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [, , build = "", directory = "", clock] = process.argv;
const JUMPS = ["-2d", "@1970-01-02 00:00:00", "@2038-01-19 03:14:06", "@2100-06-01 12:00:00", "-1h", "+0"];
const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
const prov = provenance({ directory, workflow: "jumps", agent: "ada", announce: false });
const seen: number[] = [];

await prov.run("jumping", async () => {
  for (const jump of JUMPS) {
    await prov.activity("part", async () => {
      if (clock !== undefined) writeFileSync(clock, jump);
      await sleep(20);
      prov.activity("inner", () => ({ jump }))();
      prov.current().log({ loss: 1 });
      seen.push(Date.now());
    })();
  }
});
await prov.close();
process.stdout.write(JSON.stringify({ seen, lost: prov.stats().lost }));
