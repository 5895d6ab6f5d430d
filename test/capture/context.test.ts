import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as carrying from "../../src/capture/placement/carrying.ts";
import type { Composition } from "../../src/capture/provenance.ts";
import { record } from "./memory-sink.ts";

describe("current()", () => {
  it("is the step that the code belongs to, across awaits and timers", async () => {
    const { prov } = record();
    const labels: string[] = [];
    const step = prov.activity("step", async () => {
      labels.push(prov.current().label);
      await sleep(1);
      labels.push(prov.current().label);
      await new Promise<void>((done) =>
        setImmediate(() => {
          labels.push(prov.current().label);
          done();
        }),
      );
    });
    await step();
    expect(labels).toEqual(["step", "step", "step"]);
    expect(prov.current().label).toBe("penguins");
  });

  it("is never another step's while many run at once", async () => {
    const { prov, recorded } = record();
    const step = prov.activity("step", async (n: number) => {
      for (let i = 0; i < 3; i++) await sleep(Math.random() * 3);
      prov.current().generated(n, { name: "n" });
      return prov.current().id;
    });
    const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => step(n)));
    expect(new Set(ids).size).toBe(30);
    const used = new Map(
      recorded()
        .ofKind("used")
        .map((s) => [s.activity, s.entity]),
    );
    expect(ids.every((id) => used.has(id))).toBe(true);
  });

  it("outside steps is the execution's root, also after all steps have ended", () => {
    const { prov, recorded } = record();
    expect(prov.current().id).toBe(prov.execution);
    prov.activity("step", () => 1)();
    prov.current().used({ a: 1 }, { role: "x" });
    expect(recorded().objectsUsedBy("penguins")).toContain("x");
  });
});

describe("a step within a step", () => {
  it("is part of it", async () => {
    const { prov, recorded } = record();
    const inner = prov.activity("inner", () => 1);
    await prov.activity("outer", async () => {
      await null;
      inner();
    })();
    expect([recorded().partOf("inner"), recorded().partOf("outer")]).toEqual(["outer", "penguins"]);
  });

  it("is part of what is around it when it begins after that step has ended", async () => {
    const { prov, recorded } = record();
    let n = 0;
    await new Promise<void>((done) => {
      const tick = prov.activity("tick", () => {
        if (++n < 3) setImmediate(tick);
        else done();
      });
      prov.activity("first", () => void setImmediate(tick))();
    });
    const parents = recorded()
      .things("tick")
      .map((t) => t.get("dcterms:isPartOf"));
    expect(new Set(parents)).toEqual(new Set([prov.execution]));
    expect(parents).toHaveLength(3);
  });

  it("of another instance belongs to that one's execution", () => {
    const [a, b] = [record(), record({ workflow: "other" })];
    a.prov.activity("outer", () => {
      b.prov.activity("inner", () => b.prov.dataset({ x: 1 }, { name: "birds" }))();
      b.prov.dataset({ x: 2 }, { name: "more" });
    })();
    expect(b.recorded().partOf("inner")).toBe("other");
    expect(a.recorded().things("inner")).toEqual([]);
    expect(b.recorded().entity("more").types).toContain("mls:Dataset");
  });
});

describe("close()", () => {
  it("ends the execution; a later step begins another", async () => {
    const { prov, recorded, sinks } = record();
    prov.activity("one", () => 1)();
    const first = prov.execution;
    await Promise.all([prov.close(), prov.close()]);
    expect(recorded().status("penguins")).toBe("provml:Completed");
    expect(sinks[0]?.isClosed).toBe(true);
    prov.activity("two", () => 1)();
    expect(prov.execution).not.toBe(first);
    expect(sinks).toHaveLength(2);
  });

  it("counts in stats() what came before", async () => {
    const { prov, sinks } = record();
    prov.current().log({ a: 1 });
    await prov.close();
    const written = sinks[0]?.briefs.length;
    expect(prov.stats()).toMatchObject({ statements: written, rows: 1, lost: 0, faults: 0 });
  });

  it("from inside a step leaves that one open and starts anew for the next", async () => {
    const { prov, sinks, recorded } = record();
    await prov.activity("outer", async () => {
      await prov.close();
      prov.activity("inner", () => 1)();
    })();
    expect(sinks).toHaveLength(2);
    expect(recorded().partOf("inner")).toBe("penguins");
    expect(sinks[0]?.briefs.at(-1)).toMatchObject({ attributes: [["provml:status", { name: "provml:EndedEarly" }]] });
  });

  it("without anything recorded makes nothing", async () => {
    const { prov, sinks } = record();
    await prov.flush();
    await prov.close();
    expect([sinks, prov.stats().statements]).toEqual([[], 0]);
  });
});

describe("a sink that does not open", () => {
  it("costs the record and not the program, and is not tried at every step", async () => {
    const { createProvenance } = await import("../../src/capture/provenance.ts");
    const { Execution } = await import("../../src/capture/execution.ts");
    let tries = 0;
    const openSink = () => {
      tries++;
      throw new Error("no disk");
    };
    const begin: Composition["begin"] = (settings, faults) =>
      new Execution(settings, faults, openSink, () => undefined);
    const prov = createProvenance({}, { begin, carrying: () => carrying, checkPlan: () => {}, announce: () => {} });
    const step = prov.activity("step", (x: number) => x + 1);
    expect([step(1), step(2), prov.run("all", (run) => run.log({ a: 1 }))]).toEqual([2, 3, undefined]);
    expect(prov.current().epochs(1).next().value?.number).toBe(0);
    expect([tries, prov.stats().faults, prov.stats().lastFault, prov.execution]).toEqual([1, 1, "no disk", ""]);
  });
});
