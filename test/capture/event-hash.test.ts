import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EventId, eventHash } from "../../src/capture/inference/event-hash.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const documented = readFileSync(new URL("../../docs/inference.md", import.meta.url), "utf8");

describe("the hash by which events are sampled", () => {
  it.skipIf(!hasPython)("is that of the program in the documentation", () => {
    const [, program = ""] = /```python\n(.*?)```/s.exec(documented) ?? [];
    const ids: EventId[] = [0, 7, -7, 10, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 1187008882, "", "1:2:3", "é€😀"];
    const asked = `import json,sys\nprint(json.dumps([event_hash(i) for i in json.loads(sys.argv[1])]))`;
    const { stdout, stderr } = spawnSync("python3", ["-c", program + asked, JSON.stringify(ids)], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(ids.map(eventHash)).toEqual(JSON.parse(stdout));
  });

  it("is one for a number, a bigint and a text of the same digits", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (id) => {
        expect([eventHash(BigInt(id)), eventHash(String(id))]).toEqual([eventHash(id), eventHash(id)]);
      }),
    );
    expect(eventHash(0.5)).toBe(eventHash("0.5"));
  });

  it("takes the part of neighbouring ids that it is told to, in every stretch", () => {
    for (const first of [0, 1_187_008_882, 2 ** 40]) {
      let sampled = 0;
      for (let id = first; id < first + 100_000; id++) if (eventHash(id) < 0.01 * 2 ** 32) sampled++;
      expect(Math.abs(sampled - 1000)).toBeLessThan(5 * Math.sqrt(1000));
    }
  });
});
