// A program that records: a training with rows, inputs and outputs.
// usage: node trains.js <build> <.provml>
import { join } from "node:path";

const [, , build = "", directory = ""] = process.argv;
const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
const prov = provenance({ directory, workflow: "penguins", agent: "ada", announce: false, sampleIntervalMs: 0 });

const clean = prov.dataPreparation("clean", (rows: readonly number[]) => rows.map((x) => x / 2));
const train = prov.training("fit", (rows: readonly number[], { epochs }: { readonly epochs: number }) => {
  let loss = 1;
  for (let epoch = 0; epoch < epochs; epoch++) {
    loss *= 0.9;
    prov.current().log({ loss }, epoch);
  }
  return { weight: rows.length * loss };
});
const rows = clean([1, 2, 3]);
for (let n = 0; n < 20; n++) train(rows, { epochs: 50 });
await prov.flush();
