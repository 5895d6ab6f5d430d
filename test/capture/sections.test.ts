import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { record } from "./memory-sink.ts";

describe("batches inside epochs", () => {
  const steps = (numbersOfEpochs: readonly (readonly number[])[]) => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      for (const epoch of prov.current().epochs(numbersOfEpochs.length)) {
        for (const b of numbersOfEpochs[epoch.number] ?? [])
          epoch.section("batch", b, (batch) => batch.log({ "batch loss": b }));
        epoch.log({ loss: epoch.number });
      }
    })();
    const durations = recorded().series("batch.durationMs");
    expect(durations.map(([step]) => step)).toEqual(
      recorded()
        .series("batch loss")
        .map(([step]) => step),
    );
    expect(recorded().series("loss")).toEqual(numbersOfEpochs.map((_, epoch) => [epoch, epoch]));
    return recorded().series("batch loss");
  };

  it("count on from epoch to epoch, so that no two rows have one step", () => {
    expect(
      steps([
        [0, 1, 2],
        [0, 1, 2],
        [0, 1],
      ]),
    ).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 0],
      [4, 1],
      [5, 2],
      [6, 0],
      [7, 1],
    ]);
  });

  it.each([
    [
      "from one",
      [
        [1, 2],
        [1, 2],
      ],
      [1, 2, 3, 4],
    ],
    [
      "over all epochs already",
      [
        [0, 1],
        [2, 3],
      ],
      [0, 1, 2, 3],
    ],
    [
      "every hundredth",
      [
        [0, 100],
        [0, 100],
      ],
      [0, 100, 101, 201],
    ],
    [
      "from the middle of a resumed epoch",
      [
        [7, 8],
        [0, 1],
      ],
      [7, 8, 9, 10],
    ],
    [
      "in any order",
      [
        [2, 0, 1],
        [1, 0, 2],
      ],
      [2, 0, 1, 4, 3, 5],
    ],
  ])("may be numbered %s", (_, numbers, expected) => {
    expect(steps(numbers).map(([step]) => step)).toEqual(expected);
  });

  it("keep the number that the program gave them where they are stated", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      for (const epoch of prov.current().epochs(2)) {
        for (const b of [0, 1]) epoch.section("batch", b, (batch) => batch.used({ epoch, b }, { role: "rows" }));
      }
    })();
    const numbers = recorded()
      .ofType("provml:LearningStageSectionExecution")
      .filter((thing) => thing.get("provml:sectionKind") === "batch")
      .map((thing) => thing.get("provml:sectionNumber"));
    expect(numbers).toEqual([0, 1, 0, 1]);
  });
});

describe("a section inside a section", () => {
  it("is part of it, and steps called in its function are part of the innermost", () => {
    const { prov, recorded } = record();
    const score = prov.evaluation("score", () => 0.5);
    prov.run("search", (run) =>
      run.section("trial", 3, (trial) =>
        trial.section("fold", 1, (fold) => {
          fold.log({ loss: 1 });
          return score();
        }),
      ),
    );
    expect(recorded().partOf("score")).toBe("fold 1");
    expect(recorded().partOf("fold 1")).toBe("trial 3");
    expect(recorded().partOf("trial 3")).toBe("search");
    const [loss] = recorded()
      .things("loss")
      .filter(({ types }) => types.includes("provml:MetricSeries"));
    expect(recorded().makersOf(loss!)).toEqual(["fold 1"]);
  });

  it("that is asynchronous knows its own step among others that run at once", async () => {
    const { prov, recorded } = record();
    const learn = prov.training("fit", async (k: number) => {
      await sleep(5 - k);
      return { k };
    });
    const labels = await prov.run("folds", (run) =>
      Promise.all(
        [0, 1, 2, 3].map((k) =>
          run.section("fold", k, async () => {
            await learn(k);
            await sleep(1);
            return prov.current().number;
          }),
        ),
      ),
    );
    expect(labels).toEqual([0, 1, 2, 3]);
    const parents = recorded()
      .things("fit")
      .filter(({ kind }) => kind === "activity")
      .map((step) => step.get("dcterms:isPartOf"));
    const folds = [0, 1, 2, 3].map((k) => recorded().activity(`fold ${k}`).id);
    expect(parents).toEqual(folds);
    for (const k of [0, 1, 2, 3]) expect(recorded().status(`fold ${k}`)).toBe("provml:Completed");
  });

  it("left open ends with the step, the inner one first, as ended early and not after it", () => {
    const { prov, recorded } = record();
    prov.run("search", (run) => {
      const trial = run.section("trial", 0);
      trial.section("fold", 0).used({ a: 1 }, { role: "rows" });
    });
    const ended = recorded()
      .ofKind("activity")
      .filter(({ endTime }) => endTime !== undefined);
    const names = ["fold 0", "trial 0", "search"];
    expect(ended.map(({ id }) => id)).toEqual(names.map((name) => recorded().activity(name).id));
    expect(names.map((name) => recorded().status(name))).toEqual([
      "provml:EndedEarly",
      "provml:EndedEarly",
      "provml:Completed",
    ]);
    const times = ended.map(({ endTime }) => Date.parse(String(endTime)));
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it("that begins after its step has ended is part of what is around that", () => {
    const { prov, recorded } = record();
    const run = prov.run("search", (step) => step);
    run.section("trial", 1, (trial) => trial.used({ a: 1 }, { role: "rows" }));
    for (const epoch of run.epochs(1)) epoch.used({ b: 1 }, { role: "rows" });
    expect([recorded().partOf("trial 1"), recorded().partOf("epoch 0")]).toEqual(["penguins", "penguins"]);
    expect(recorded().status("trial 1")).toBe("provml:Completed");
  });

  it("rejects with the very error of its function", async () => {
    const { prov, recorded } = record();
    const error = new Error("no");
    const failing = prov.run("search", (run) => run.section("trial", 0, async () => Promise.reject(error)));
    await expect(failing).rejects.toBe(error);
    expect(recorded().status("trial 0")).toBe("provml:Failed");
  });
});

describe("a training that stops early", () => {
  const stopping = (body: (run: ReturnType<ReturnType<typeof record>["prov"]["current"]>) => void) => {
    const { prov, recorded } = record();
    prov.training("fit", () => body(prov.current()))();
    return recorded()
      .ofType("provml:EarlyStopping")
      .map((thing) => ({
        maker: recorded().makersOf(thing)[0],
        kind: thing.get("provml:sectionKind"),
        at: thing.get("provml:stoppedAtStep"),
        planned: thing.get("provml:plannedCount"),
        best: thing.get("provml:bestStep"),
        reason: thing.get("provml:reason"),
      }));
  };
  const seen = { maker: "fit", kind: "epoch", at: 3, planned: 10 };

  it("by leaving the loop is on record, though its epochs are only rows", () => {
    const found = stopping((run) => {
      for (const epoch of run.epochs(10)) if (epoch.number === 3) break;
    });
    expect(found).toEqual([seen]);
  });

  it.each(["before", "after"])("says why %s the loop is left, of the same stop", (when) => {
    const why = { reason: "no better for 2 epochs", best: 1 };
    const found = stopping((run) => {
      for (const epoch of run.epochs(10)) {
        if (epoch.number < 3) continue;
        if (when === "before") epoch.stoppedEarly(why);
        break;
      }
      if (when === "after") run.stoppedEarly(why);
    });
    expect(found).toEqual([{ ...seen, ...why }]);
  });

  it("may say so without a loop of provml's", () => {
    expect(stopping((run) => run.stoppedEarly({ best: 4 }))).toEqual([{ maker: "fit", best: 4 }]);
  });

  it("in two loops has stopped twice", () => {
    const found = stopping((run) => {
      for (const _ of run.epochs(10)) break;
      for (const epoch of run.epochs(5, { first: 2 })) if (epoch.number === 3) break;
    });
    expect(found).toEqual([
      { ...seen, at: 0 },
      { ...seen, planned: 5 },
    ]);
  });

  it("has not where every epoch was run, or none was to be", () => {
    const found = stopping((run) => {
      for (const _ of run.epochs(3));
      for (const _ of run.epochs(3, { first: 3 }));
      for (const epoch of run.epochs(3)) if (epoch.number === 2) break;
    });
    expect(found).toEqual([]);
  });

  it("has where its loop is abandoned, before its own end", () => {
    expect(stopping((run) => void run.epochs(10).next())).toEqual([{ ...seen, at: 0 }]);
  });

  it.each([5, null, { why: "x" }, { reason: 5 }, { best: "3" }, { best: Number.NaN }])("does not say %j", (options) => {
    const { prov } = record();
    expect(() => prov.current().stoppedEarly(options as never)).toThrow(
      expect.objectContaining({ code: "bad-option" }),
    );
  });

  it("tells no secrets in its reason", () => {
    const [stop] = stopping((run) => run.stoppedEarly({ reason: "GET https://ada:hunter2hunter2@host/x failed" }));
    expect(stop?.reason).toBe("GET https://[redacted]@host/x failed");
  });
});

describe("epochs", () => {
  it("of a resumed training begin where the earlier one ended", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      for (const epoch of prov.current().epochs(5, { first: 3 })) epoch.log({ loss: epoch.number });
    })();
    expect(recorded().series("loss")).toEqual([
      [3, 3],
      [4, 4],
    ]);
  });

  it.each([5, null, { start: 3 }])("have no options %j", (options) => {
    const { prov } = record();
    expect(() => [...prov.current().epochs(3, options as never)]).toThrow(
      expect.objectContaining({ code: "bad-option" }),
    );
  });

  it.each([-1, 0.5, "3"])("do not begin at %j", (first) => {
    const { prov } = record();
    expect(() => [...prov.current().epochs(3, { first } as never)]).toThrow(
      expect.objectContaining({ code: "bad-argument" }),
    );
  });
});
