import { expect, test } from "vitest";
import { testProvenance } from "../../src/testing/index.ts";

test("a step has ten thousand series at most, and the rest is told once", async () => {
  await using recording = testProvenance();
  const { prov } = recording;
  const values = Object.fromEntries(Array.from({ length: 10_100 }, (_, n) => [`name${n}`, n]));
  prov.run("fit", (run) => {
    run.log(values);
    run.log(values);
  });
  expect(recording.rows()).toHaveLength(20_000);
  expect(prov.stats()).toMatchObject({ faults: 1, lastFault: expect.stringContaining("more than 10000 series") });
});
