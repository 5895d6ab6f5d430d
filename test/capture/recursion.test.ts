import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provenance } from "provml";
import { describe, expect, it, onTestFinished } from "vitest";
import { record } from "./memory-sink.ts";

/** How many times sooner the stack of a recursion is full that is a step at each level: about 13 on Node 20, as documented. */
const MOST_TIMES_SOONER = 20;

describe("a step that calls itself", () => {
  it("nests as deep as it goes, each in the one before", () => {
    const { prov, recorded } = record();
    const count: (n: number) => number = prov.activity("count", (n: number) => (n === 0 ? 0 : count(n - 1) + 1));
    expect(count(100)).toBe(100);
    const steps = recorded()
      .things("count")
      .filter(({ kind }) => kind === "activity");
    expect(steps.map((step) => step.get("dcterms:isPartOf"))).toEqual([
      recorded().activity("penguins").id,
      ...steps.slice(0, -1).map(({ id }) => id),
    ]);
  });

  it("asynchronously goes to ten thousand levels, all of them on record", async () => {
    const directory = mkdtempSync(join(tmpdir(), "provml-recursion-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const prov = provenance({ directory, announce: false });
    const count: (n: number) => Promise<number> = prov.activity("count", async (n: number) => {
      await null;
      return n === 0 ? 0 : (await count(n - 1)) + 1;
    });
    prov.current();
    const before = prov.stats().statements;
    expect(await count(10_000)).toBe(10_000);
    const { statements, lost, faults } = prov.stats();
    // Of each level its start, the value that it took, the value that it returned, and its end.
    expect([statements - before, lost, faults]).toEqual([4 * 10_001, 0, 0]);
    await prov.close();
  });

  it("fills the stack not much sooner than without provml, as the same error, and is well afterwards", () => {
    const { prov, recorded } = record({}, { mayFail: "yes" });
    const deepest = (wrap: <F extends (n: number) => number>(fn: F) => F) => {
      let depth = 0;
      const go: (n: number) => number = wrap((n: number) => {
        depth = n;
        return go(n + 1) + 1;
      });
      expect(() => go(1)).toThrow(RangeError);
      return depth;
    };
    const plain = deepest((fn) => fn);
    const wrapped = deepest((fn) => prov.activity("deep", fn));
    expect(plain / wrapped).toBeLessThan(MOST_TIMES_SOONER);
    expect(prov.current().label).toBe("penguins");
    expect(prov.activity("after", (n: number) => n + 1)(1)).toBe(2);
    expect(recorded().partOf("after")).toBe("penguins");
  });
});
