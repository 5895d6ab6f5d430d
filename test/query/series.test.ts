import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, opened, recorded, recorder } from "./recorded.ts";

async function flushed(root: string): Promise<void> {
  const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
  await flush(join(root, ".provml"));
}

describe("series", () => {
  test("count once what a flusher had written as Parquet when it was stopped before the graph file", async () => {
    const root = folder();
    const prov = recorder(root);
    prov.training("fit", () => {
      for (let step = 0; step < 10; step++) prov.current().log({ loss: step });
    })();
    await prov.flush();
    await flushed(root);
    rmSync(join(root, ".provml/graph"), { recursive: true });
    const graph = await opened(root);
    const { series } = await graph.run("fit");
    expect(series).toMatchObject([{ name: "loss", rowCount: 10, lastValue: 9 }]);
    await prov.close();
  });

  test("come back point by point as they were logged", async () => {
    const graph = await recorded((prov) => {
      prov.training("fit", () => {
        const loss = prov.current().series("loss");
        for (const [step, value, time] of [
          [0, 0.5, 1e12],
          [10, Number.NaN, 1e12 + 1],
          [20, -0, 1e12 + 2.5],
        ] as const) {
          loss.log(step, value, time);
        }
        return new Map();
      })();
    });
    expect(await graph.series("fit", "loss")).toEqual([
      { step: 0, value: 0.5, time: 1e12 },
      { step: 10, value: Number.NaN, time: 1e12 + 1 },
      { step: 20, value: -0, time: 1e12 + 2.5 },
    ]);
    expect(await graph.seriesNames("fit")).toEqual(["loss"]);
  });

  test("are whole while a part of them is in Parquet and the rest in the spool", async () => {
    const root = folder();
    const prov = recorder(root);
    let goOn = () => {};
    const training = prov.training("fit", async () => {
      for (let i = 0; i < 5; i++) prov.current().log({ loss: i });
      await new Promise<void>((done) => {
        goOn = done;
      });
      for (let i = 5; i < 9; i++) prov.current().log({ loss: i });
    })();
    await prov.flush();
    await flushed(root);
    goOn();
    await training;
    await prov.flush();
    const graph = await opened(root);
    expect((await graph.series("fit", "loss")).map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const summary = (await graph.run("fit")).series[0];
    expect(summary).toMatchObject({ rowCount: 9, minimum: 0, maximum: 8, firstValue: 0, lastValue: 8, lastStep: 8 });
  });

  test("have the same summary and the same points before and after they are delivered", async () => {
    const root = folder();
    const prov = recorder(root);
    prov.training("fit", () => {
      for (const epoch of prov.current().epochs(20)) epoch.log({ loss: 1 / (epoch.number + 1) });
      return new Map();
    })();
    await prov.close();
    const before = await opened(root);
    const earlier = [await before.run("fit"), await before.series("fit", "loss")];
    await flushed(root);
    const after = await opened(root);
    expect([await after.run("fit"), await after.series("fit", "loss")]).toEqual(earlier);
    expect(await after.ask("ASK { ?series provml:rowCount 20 }")).toBe(true);
  });

  test("of several steps of one run are told apart by their ids", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", (value: number) => prov.current().log({ loss: value }));
      prov.run("search", () => {
        learn(1);
        learn(2);
      });
    });
    const error = await graph.series("search", "loss").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ambiguous" });
    const ids = (await graph.run("search")).series.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    for (const [index, id] of ids.entries()) {
      expect(String(error)).toContain(id.split("/").at(-1));
      expect((await graph.series("search", id)).map(({ value }) => value)).toEqual([index + 1]);
    }
  });

  test("that nobody logged are not found, and the error says which there are", async () => {
    const graph = await recorded((prov) => prov.training("fit", () => prov.current().log({ loss: 1 }))());
    await expect(graph.series("fit", "los")).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("it has loss"),
    });
  });

  test("may have any name", async () => {
    const names = ['top-5 "accuracy" }', "a/b\\c", "損失"];
    const graph = await recorded((prov) => {
      prov.training("fit", () => {
        for (const name of names) prov.current().log({ [name]: 1 }, 0);
      })();
    });
    expect((await graph.seriesNames("fit")).sort()).toEqual([...names].sort());
    for (const name of names) expect(await graph.series("fit", name)).toHaveLength(1);
  });
});
