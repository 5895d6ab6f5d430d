import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { crafted } from "./crafted.ts";
import { graphIn, movedTo, published, segmentsIn, statedIn } from "./moved.ts";
import { copyOf, FLUSHES, recorded, recorder, X } from "./recorded.ts";

test("closes a killed writer's stream once, at the time of its last statement or row", async () => {
  const directory = await recorded(9, "kill");
  await flush(directory);
  const closing = statedIn(directory, "closing").join("\n");
  expect(closing).toContain(`<${X}wrec-closing> <https://w3id.org/prov-ml#closes> <${X}execution>`);
  // Its measures came 3.75 ms after the last start, which was at 80.125 ms.
  const last = new Date(1.76e12 + 80.125 + 3.75).toISOString();
  expect(closing).toContain(`<${X}wrec-closing> <http://www.w3.org/ns/prov#generatedAtTime> "${last}"`);
  expect(closing).not.toContain("endedAtTime");
  const first = published(directory);
  await flush(directory);
  expect(published(directory)).toEqual(first);
});

test("finds the same end whether it moves all at once or piece by piece", async () => {
  const { directory, record, write, end } = await recorder();
  for (let batch = 0; batch < 4; batch++) {
    await write(7);
    await flush(directory);
  }
  await end("kill");
  await flush(directory);
  await flush(record);
  expect(graphIn(directory)).toEqual(graphIn(record));
  expect(statedIn(directory, "closing").join()).toContain(new Date(1.76e12 + 270.125 + 3.75).toISOString());
});

test.each(["kill", "close"] as const)("leaves the end by %s to the flusher that took the last segment", async (how) => {
  const directory = await recorded(9, how);
  expect(segmentsIn(directory).length).toBeGreaterThan(1);
  const undisturbed = copyOf(directory);
  await flush(undisturbed);
  let others = 0;
  await flush(directory, {
    onProgress: () => {
      if (others++ === 0) expect(spawnSync(process.execPath, [FLUSHES, directory]).status).toBe(0);
    },
  });
  expect(published(directory)).toEqual(published(undisturbed));
});

const SOMETHING = [[{ kind: "entity", id: "x:e" }]];

test.each([
  ["of another boot", { bootId: "00000000-0000-0000-0000-000000000000" }],
  ["of another PID namespace", { pidNamespace: "pid:[1]" }],
  ["of another host that tells nothing else", { host: "elsewhere", bootId: "1", pidNamespace: "1" }],
])("never closes the stream of a writer %s", async (_, who) => {
  const directory = crafted({ ending: "rotate", header: { pid: 2 ** 30, ...who }, frames: SOMETHING });
  for (let time = 0; time < 2; time++) {
    await flush(directory);
    expect([statedIn(directory, "closing"), statedIn(directory, "summary")]).toEqual([[], []]);
    expect(segmentsIn(directory)).toEqual(["wcraft-0.seg"]);
    expect((await movedTo(directory)).lines).toHaveLength(1);
  }
});

test("closes a stream without any time at the time of its last segment's header", async () => {
  const directory = crafted({ ending: "rotate", header: { pid: 2 ** 30 }, frames: SOMETHING });
  await flush(directory);
  expect(statedIn(directory, "closing").join()).toContain(`"${new Date(1.76e12).toISOString().replace(".000", "")}"`);
});
