// Records a run that goes on for as long as it is told to: says "ready" when it has begun, and speaks, or ends, at each line that it reads.
// usage: node speaks.js <build> <.provml>; lines: "speak", "end"
import { join } from "node:path";

const [, , build = "", directory = ""] = process.argv;
const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
const prov = provenance({ directory, workflow: "speaks", agent: "ada", announce: false });
let steps = 0;

const step = prov.activity("step", (n: number) => ({ n }));

await prov.run("spoken", async () => {
  speak("ready");
  await new Promise<void>((resolve) => {
    process.stdin.on("data", (bytes) => {
      for (const line of bytes.toString().trim().split("\n")) line === "end" ? resolve() : speak("spoken");
    });
  });
  process.stdin.destroy();
});
await prov.close();
process.stdout.write(`ended ${prov.stats().lost}\n`);

function speak(word: string): void {
  step(steps);
  prov.current().log({ loss: 1 / ++steps });
  step(steps);
  process.stdout.write(`${word}\n`);
}
