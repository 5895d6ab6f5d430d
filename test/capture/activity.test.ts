import { describe, expect, it } from "vitest";
import { record } from "./memory-sink.ts";

describe("epochs", () => {
  it("are rows of the training, at their numbers, and no activities", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      for (const epoch of prov.current().epochs(3)) epoch.log({ loss: 1 / (epoch.number + 1), accuracy: 0.5 });
    })();
    expect(recorded().series("loss")).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 1 / 3],
    ]);
    expect(recorded().series("accuracy")).toHaveLength(3);
    expect(recorded().ofType("provml:LearningStageSectionExecution")).toEqual([]);
    const [loss] = recorded().ofType("provml:MetricSeries");
    expect([loss?.label, recorded().makersOf(loss!)]).toEqual(["loss", ["fit"]]);
  });

  it("enter the graph when they generate something", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      for (const epoch of prov.current().epochs(3)) {
        if (epoch.number === 1) epoch.generated(new Float32Array(2), { kind: "checkpoint", name: "c" });
      }
    })();
    const [epoch, ...more] = recorded().ofType("provml:LearningStageSectionExecution");
    expect(more).toEqual([]);
    expect([epoch?.get("provml:sectionKind"), epoch?.get("provml:sectionNumber")]).toEqual(["epoch", 1]);
    expect(recorded().partOf("epoch 1")).toBe("fit");
    expect(recorded().status("epoch 1")).toBe("provml:Completed");
    expect(recorded().makersOf(recorded().entity("c"))).toEqual(["epoch 1"]);
  });

  it("may end early", () => {
    const { prov, recorded } = record();
    const seen = prov.training("fit", () => {
      for (const epoch of prov.current().epochs(10)) {
        epoch.used({ a: 1 }, { role: "batch" });
        if (epoch.number === 1) return epoch.number;
      }
    })();
    expect(seen).toBe(1);
    expect([recorded().status("epoch 0"), recorded().status("epoch 1")]).toEqual([
      "provml:Completed",
      "provml:EndedEarly",
    ]);
    expect(recorded().status("fit")).toBe("provml:Completed");
  });

  it("that are abandoned end with the step, and before it", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      const epoch = prov.current().epochs(2).next().value;
      epoch?.used({ a: 1 }, { role: "batch" });
    })();
    expect(recorded().status("epoch 0")).toBe("provml:EndedEarly");
    const ends = recorded()
      .ofKind("activity")
      .filter((s) => s.endTime !== undefined);
    expect(ends.map((s) => s.id)).toEqual([recorded().activity("epoch 0").id, recorded().activity("fit").id]);
  });

  it.each([-1, 1.5, Number.NaN, "3", undefined])("are not counted by %s", (count) => {
    const { prov } = record();
    expect(() => [...prov.current().epochs(count as number)]).toThrow(
      expect.objectContaining({ code: "bad-argument" }),
    );
  });
});

describe("sections", () => {
  it("call a function as a part of the step", async () => {
    const { prov, recorded } = record();
    const fold = (k: number) =>
      prov.current().section("fold", k, async (section) => {
        section.used({ k }, { role: "part" });
        await null;
        return k * 2;
      });
    expect(await prov.run("cross-validation", () => Promise.all([fold(0), fold(1)]))).toEqual([0, 2]);
    expect(recorded().partOf("fold 1")).toBe("cross-validation");
    expect(recorded().valuesGeneratedBy("fold 1")).toEqual({ fold: 2 });
  });

  it("end with close() or at the end of their block, once", () => {
    const { prov, recorded } = record();
    const section = prov.current().section("trial", 4);
    section.used({ a: 1 }, { role: "x" });
    section.close();
    section[Symbol.dispose]();
    expect(
      recorded()
        .ofKind("activity")
        .filter((s) => s.endTime !== undefined),
    ).toHaveLength(1);
  });

  it("have series of their own when they are no counted steps", () => {
    const { prov, recorded } = record();
    prov.run("all", (run) => {
      for (const k of [0, 1]) run.section("fold", k, (fold) => fold.log({ loss: k }));
    });
    expect(
      recorded()
        .things("loss")
        .flatMap((s) => recorded().makersOf(s)),
    ).toEqual(["fold 0", "fold 1"]);
  });

  it("that fail are recorded even when nothing else of them is", () => {
    const { prov, recorded } = record();
    const error = new Error("no");
    expect(() =>
      prov.run("all", (run) =>
        run.section("batch", 7, () => {
          throw error;
        }),
      ),
    ).toThrow(error);
    expect(recorded().status("batch 7")).toBe("provml:Failed");
  });

  it.each([
    ["", 1],
    ["fold", Number.NaN],
    ["fold", "1"],
    [undefined, 1],
  ])("are not made of %j and %j", (kind, number) => {
    const { prov } = record();
    expect(() => prov.current().section(kind as string, number as number)).toThrow(
      expect.objectContaining({ code: "bad-argument" }),
    );
  });
});

describe("rows", () => {
  it("go to the given step, else to the next one", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      const run = prov.current();
      run.log({ loss: 5 });
      run.log({ loss: 4 });
      run.log({ loss: 3 }, 10);
      run.log({ loss: 2 });
    })();
    expect(recorded().series("loss")).toEqual([
      [0, 5],
      [1, 4],
      [10, 3],
      [11, 2],
    ]);
  });

  it("of one call have one time, later than those of the call before", () => {
    const { prov, recorded } = record();
    prov.current().log({ a: 1, b: 2 });
    prov.current().log({ a: 1 });
    const [a, b, next] = recorded().rows.map((row) => row.time) as [number, number, number];
    expect(a).toBe(b);
    expect(next).toBeGreaterThanOrEqual(b);
    expect(Math.abs(a - Date.now())).toBeLessThan(60_000);
  });

  it("take a time of the caller's, and whatever else a program hands over", () => {
    const { prov, recorded } = record();
    const loss = prov.current().series("loss");
    loss.log(0, 1, 1234);
    loss.log(1n as never, "2" as never, 5);
    loss.log({} as never, Symbol() as never, 6);
    expect(recorded().rows.map(({ step, value, time }) => [step, value, time])).toEqual([
      [0, 1, 1234],
      [1, 2, 5],
      [Number.NaN, Number.NaN, 6],
    ]);
  });

  it("are not lost with one whose getter throws", () => {
    const { prov, recorded } = record({}, { mayFail: "yes" });
    prov.current().log(
      {
        get a(): number {
          throw new Error("no");
        },
        b: 2,
      },
      5n as never,
    );
    prov.current().log({ b: 3 });
    expect(recorded().series("b")).toEqual([
      [5, 2],
      [6, 3],
    ]);
    expect(prov.stats().faults).toBe(1);
  });

  it("share the series of a name, which is announced once", () => {
    const { prov, sink } = record();
    const run = prov.current();
    expect(run.series("loss")).toBe(run.series("loss"));
    run.log({ loss: 1 });
    expect(sink().announced.map((s) => s.name)).toEqual(["loss"]);
    expect(() => run.series("")).toThrow(expect.objectContaining({ code: "bad-argument" }));
  });
});

describe("runs", () => {
  it("are the outermost trainings and calls of run()", () => {
    const { prov, recorded } = record();
    const train = prov.training("fit", () => 1);
    prov.run("search", () => train());
    prov.activity("other", () => prov.training("alone", () => 1)())();
    expect(
      recorded()
        .ofType("mls:Run")
        .map((t) => t.label),
    ).toEqual(["search", "alone"]);
  });

  it("return what their function returns, and pass it the run", async () => {
    const { prov, recorded } = record();
    const id = await prov.run("all", async (run) => {
      run.hyperparameters({ rate: 0.1, data: new Map() });
      return run.id;
    });
    expect(id).toBe(recorded().activity("all").id);
    expect(recorded().valuesUsedBy("all")).toEqual({ rate: 0.1, data: "Map provml:Omitted" });
  });

  it("refuse hyperparameters that are no plain object", () => {
    const { prov } = record();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const values of [5, null, [1], new Map(), proxy]) {
      expect(() => prov.current().hyperparameters(values as object)).toThrow(
        expect.objectContaining({ code: "bad-argument" }),
      );
    }
  });
});

describe("inferences", () => {
  it("are counted in a window with their durations, which used the model", async () => {
    const { prov, recorded } = record();
    const model = prov.model({ w: new Float32Array(2) }, { name: "net" });
    const predict = prov.inference("predict", (_: object, x: number) => x * 2);
    expect([predict(model, 1), predict(model, 2)]).toEqual([2, 4]);
    await prov.flush();
    const [window, ...more] = recorded().ofType("provml:InferenceWindowExecution");
    expect(more).toEqual([]);
    expect([
      window?.get("provml:inferenceName"),
      window?.get("provml:processedCount"),
      window?.get("provml:windowNumber"),
    ]).toEqual(["predict", 2, 1]);
    expect(window?.get("provml:latencies")).toMatch(/^\{"bits":6,"buckets":/);
    expect(recorded().ofType("provml:InferenceExecution")).toEqual([]);
    const users = recorded()
      .ofKind("used")
      .filter((s) => s.entity === recorded().entity("net").id);
    expect(users.map((s) => s.activity)).toEqual([recorded().activity("penguins").id, window?.id]);
  });

  it("enter the graph when they fail or state something", () => {
    const { prov, recorded } = record();
    const predict = prov.inference("predict", (x: unknown) => {
      if (x === 0) throw new Error("no");
      if (x === 1) prov.current().used({ x }, { role: "prompt" });
    });
    expect(() => predict(0)).toThrow("no");
    predict(1);
    predict(2);
    expect(
      recorded()
        .ofType("provml:InferenceExecution")
        .map((t) => t.get("provml:status")),
    ).toEqual(["provml:Failed", "provml:Completed"]);
  });

  it("say nothing of what goes in and out", () => {
    const { prov, sink } = record();
    prov.inference("predict", (text: string) => ({ answer: text }))("private words");
    expect(JSON.stringify(sink().briefs)).not.toContain("private words");
  });
});
