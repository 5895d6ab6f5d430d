import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { folder, opened, recorder } from "./recorded.ts";

test("series of runs stand side by side by step, a resumed one after what it goes on from", async () => {
  const root = folder();
  const prov = recorder(root);
  const weights = { w: 1 };
  prov.run("one", (run) => {
    for (let step = 0; step < 4; step++) run.log({ loss: 10 - step }, step);
    run.checkpoint(weights, 2);
  });
  prov.run("two", (run) => {
    run.used(weights);
    const loss = run.series("loss", { resumed: true });
    loss.log(3, 70);
    loss.log(4, 60);
    loss.log(4, 61);
  });
  prov.run("other", (run) => run.log({ loss: Number.NaN, gain: 5 }, 3));
  await prov.close();
  const graph = await opened(root);
  const { columns, rows } = await graph.align(["one", "two", "other"], ["loss", "gain"]);
  expect(columns.map(({ runName, series }) => `${runName} ${series}`)).toEqual([
    "one loss",
    "one gain",
    "two loss",
    "two gain",
    "other loss",
    "other gain",
  ]);
  const none = undefined;
  expect(rows).toEqual([
    { at: 0, values: [10, none, 10, none, none, none] },
    { at: 1, values: [9, none, 9, none, none, none] },
    { at: 2, values: [8, none, 8, none, none, none] },
    { at: 3, values: [7, none, 70, none, Number.NaN, 5] },
    { at: 4, values: [none, none, 61, none, none, none] },
  ]);
  const few = await graph.align(["one"], ["loss"], { rows: 2 });
  expect(few.rows.map(({ at }) => at)).toEqual([0, 3]);
  await expect(graph.align(["one"], ["none"])).rejects.toMatchObject({ code: "not-found" });
  await expect(graph.align(["one"], ["loss"], { by: "day" as "step" })).rejects.toMatchObject({ code: "bad-option" });
  await expect(graph.align([], ["loss"])).rejects.toMatchObject({ code: "bad-argument" });
});

test("by time, each run's rows count from its own start, a resumed one's from the start of the first", async () => {
  const root = folder();
  const prov = recorder(root);
  const weights = { w: 1 };
  prov.run("one", (run) => {
    run.log({ loss: 3 }, 0);
    run.checkpoint(weights, 0);
  });
  await setTimeout(20); // starts are known to the millisecond
  prov.run("two", (run) => {
    run.used(weights);
    run.series("loss", { resumed: true }).log(1, 2);
  });
  await prov.close();
  const graph = await opened(root);
  const [two, one] = await graph.runs();
  const { rows } = await graph.align(["two", "one"], ["loss"], { by: "time" });
  const points = await graph.series("two", "loss");
  const begin = Date.parse(one?.startedAt ?? "");
  expect(two?.continues?.run).toBe(one?.id);
  const column = rows.flatMap(({ at, values }) => (values[0] === undefined ? [] : [[at, values[0]]]));
  expect(column).toEqual(points.map(({ time, value }) => [time - begin, value]));
  expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort((a, b) => a - b));
});

test("by time, a run's own rows count from its own start, however soon before it the next one began", async () => {
  const root = folder();
  const prov = recorder(root);
  const PAIRS = 8;
  for (let pair = 0; pair < PAIRS; pair++) {
    const weights = { pair };
    prov.run(`one-${pair}`, (run) => {
      const now = Date.now();
      while (Date.now() === now); // the first row is later than the start, and as soon before the next one as can be
      run.log({ loss: 3 }, 0);
      run.checkpoint(weights, 0);
    });
    prov.run(`two-${pair}`, (run) => {
      run.used(weights);
      run.series("loss", { resumed: true }).log(1, 2);
    });
  }
  await prov.close();
  const graph = await opened(root);
  const runs = await graph.runs();
  for (let pair = 0; pair < PAIRS; pair++) {
    const [first] = await graph.series(`two-${pair}`, "loss");
    const { rows } = await graph.align([`two-${pair}`], ["loss"], { by: "time" });
    const begin = Date.parse(runs.find(({ name }) => name === `one-${pair}`)?.startedAt ?? "");
    expect(rows[0]).toEqual({ at: (first?.time ?? 0) - begin, values: [3] });
  }
});
