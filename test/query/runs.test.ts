import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { folder, opened, recorded, recorder } from "./recorded.ts";

const settings = { learningRate: 0.01, epochs: 3, optimizer: { name: "adam" }, layers: [8, 4], isShuffled: true };

test("single batches that an adapter logs are no measures of a run", async () => {
  const graph = await recorded((prov) => {
    prov.training("fit", () => {
      prov.current().series("batch.loss").log(0, 7);
      prov.current().series("batch.durationMs").log(0, 7);
      prov.current().log({ loss: 0.5 }, 0);
    })();
  });
  expect((await graph.runs())[0]?.measures).toEqual({ loss: 0.5 });
});

test("a series that a program calls batch.x is a measure of its run", async () => {
  const graph = await recorded((prov) => {
    prov.training("fit", () => prov.current().log({ loss: 0.5, "batch.size": 32 }, 0))();
  });
  expect((await graph.runs())[0]?.measures).toEqual({ loss: 0.5, "batch.size": 32 });
});

describe("runs", () => {
  test("a run has its name, workflow, person, software, host, times and status", async () => {
    const graph = await recorded((prov) => prov.training("fit", () => new Map())());
    const [run, ...others] = await graph.runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ name: "fit", workflow: "flowers", status: "completed", host: hostname() });
    expect(run?.person?.name).toBe("Ada");
    expect(run?.software).toMatchObject({ name: "vitest", version: expect.stringMatching(/^4\./) });
    expect(run?.execution).toMatch(/\/execution$/);
    expect(run?.durationMs).toBe(Date.parse(run?.endedAt ?? "") - Date.parse(run?.startedAt ?? ""));
  });

  test("hyperparameters come back as the values that the program gave", async () => {
    const graph = await recorded((prov) => prov.training("fit", (_given: object) => new Map())(settings));
    const [run] = await graph.runs();
    expect(run?.hyperparameters).toEqual({
      learningRate: 0.01,
      epochs: 3,
      "optimizer.name": "adam",
      layers: [8, 4],
      isShuffled: true,
    });
  });

  test("null, not a number, infinity, and what is too large to record are told apart", async () => {
    const given = { none: null, nan: Number.NaN, most: Number.POSITIVE_INFINITY, text: "x".repeat(300), zero: -0 };
    const graph = await recorded((prov) => prov.training("fit", (_given: object) => new Map())(given));
    expect((await graph.runs())[0]?.hyperparameters).toEqual({
      none: null,
      nan: Number.NaN,
      most: Number.POSITIVE_INFINITY,
      text: { omitted: "string(300)" },
      zero: -0,
    });
  });

  test("a measure is what the evaluation of its model found, the latest one", async () => {
    const graph = await recorded((prov) => {
      const model = prov.training("fit", () => new Map())();
      const score = prov.evaluation("score", (_model: object, accuracy: number) => ({ accuracy }));
      score(model, 0.5);
      score(model, 0.75);
    });
    expect((await graph.runs())[0]?.measures).toEqual({ accuracy: 0.75 });
  });

  test("a measure that no evaluation found is the last value of the run's series", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", () => {
        for (const epoch of prov.current().epochs(3)) epoch.log({ loss: 1 / (epoch.number + 1), accuracy: 0.1 });
        return new Map();
      });
      prov.evaluation("score", (_model: object) => ({ accuracy: 0.9 }))(learn());
    });
    expect((await graph.runs())[0]?.measures).toEqual({ loss: 1 / 3, accuracy: 0.9 });
  });

  test("a training that throws has failed, with its error", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", () => {
        throw new RangeError('the loss is NaN: "}');
      });
      expect(() => learn()).toThrow(RangeError);
    });
    const [run] = await graph.runs();
    expect(run).toMatchObject({ status: "failed", error: { type: "RangeError", message: 'the loss is NaN: "}' } });
    expect(run?.models).toEqual([]);
  });

  test("trainings inside a run are part of it, and no runs of their own", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", (_given: object) => new Map());
      prov.run("search", () => [learn({ learningRate: 1 }), learn({ learningRate: 2, momentum: 3 })]);
    });
    const runs = await graph.runs();
    expect(runs.map(({ name }) => name)).toEqual(["search"]);
    expect(runs[0]?.hyperparameters).toEqual({ momentum: 3 });
    expect(runs[0]?.models).toHaveLength(2);
  });

  test("a search does not pair one training's setting with another's score", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", ({ rate }: { rate: number }) => new Map([["rate", rate]]));
      const test = prov.evaluation("test", (model: Map<string, number>) => ({ accuracy: model.get("rate") ?? 0 }));
      prov.run("search", () => {
        for (const rate of [0.1, 0.2, 0.3]) test(learn({ rate, epochs: 5 } as { rate: number }));
      });
    });
    const [run] = await graph.runs();
    expect([run?.hyperparameters, run?.measures]).toEqual([{ epochs: 5 }, {}]);
    const scores = (await graph.models()).map(({ measures }) => measures.accuracy).sort();
    expect(scores).toEqual([0.1, 0.2, 0.3]);
  });

  test("the newest run comes first, whatever execution it belongs to", async () => {
    const root = folder();
    for (const name of ["first", "second", "third"]) {
      const prov = recorder(root);
      prov.training(name, () => new Map())();
      await prov.close();
      await new Promise((done) => setTimeout(done, 5));
    }
    const graph = await opened(root);
    expect((await graph.runs()).map(({ name }) => name)).toEqual(["third", "second", "first"]);
  });

  test("a run that is under way is running, with the rows that it has so far", async () => {
    const root = folder();
    const prov = recorder(root);
    let end = () => {};
    const training = prov.training("fit", async () => {
      prov.current().log({ loss: 0.5 });
      await new Promise<void>((done) => {
        end = done;
      });
    })();
    await prov.flush();
    const graph = await opened(root);
    const [run] = await graph.runs();
    expect(run).toMatchObject({ status: "running", measures: { loss: 0.5 } });
    expect(run?.endedAt).toBeUndefined();
    end();
    await training;
  });

  test("a run whose program closed its record without ending it was interrupted", async () => {
    const graph = await recorded((prov) => {
      void prov.training("fit", () => new Promise(() => {}))();
    });
    expect((await graph.runs())[0]?.status).toBe("interrupted");
  });

  test("a plan that was declared is named", async () => {
    const root = folder();
    const prov = recorder(root, { plan: { name: "flowers", steps: [{ name: "fit", kind: "training" }] } });
    prov.training("fit", () => new Map())();
    await prov.close();
    expect((await (await opened(root)).runs())[0]?.plan).toMatch(/\/plan\.[0-9a-f]{32}$/);
  });

  test("a directory in which nothing was recorded has no runs", async () => {
    const graph = await recorded((prov) => prov.dataPreparation("read", () => 1)());
    expect(await graph.runs()).toEqual([]);
  });
});
