import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { open } from "provml/query";
import { expect, test } from "vitest";
import { file, folder, recorder } from "./recorded.ts";

const CSV = "a,b\n1,2\n3,4\n5,6\n";
const sha256 = createHash("sha256").update(CSV).digest("hex");

test("while a training goes on, its epochs so far are timed, and it is the best of its training set until another is better", async () => {
  const root = folder();
  const prov = recorder(root);
  const train = prov.dataset(file(join(root, "train.csv"), CSV), { split: "train" });
  prov.training("earlier", (_path: string, _given: object) => {
    for (const epoch of prov.current().epochs(2)) epoch.log({ loss: 0.5 });
    return new Map();
  })(train, { rate: 0.1 });

  await using before = await open(join(root, ".provml"));
  expect((await before.ask("Q3", { dataset: { sha256 } })).best).toMatchObject({ model: {}, measures: { loss: 0.5 } });

  await prov.training("going", async (_path: string, _given: object) => {
    for (const epoch of prov.current().epochs(4)) {
      epoch.log({ loss: 0.4 - epoch.number / 10 });
      if (epoch.number === 1) epoch.generated(file(join(root, "checkpoint.json"), "weights after one"));
      if (epoch.number < 3) continue;
      await prov.flush();
      await using graph = await open(join(root, ".provml"));
      const { run, all, hosts } = await graph.ask("Q2", { run: "going" });
      expect(run).toMatchObject({ name: "going", status: "running" });
      expect(all.count).toBe(3); // the fourth has not ended; the second is an activity too
      expect(hosts).toEqual([{ host: hostname(), ...all }]);
      const rows = await graph.series(run.id, "epoch.durationMs");
      expect(rows).toHaveLength(3);
      expect(all.meanMs).toBeCloseTo(rows.reduce((sum, { value }) => sum + value, 0) / 3, 6);

      const { best, trained, considered } = await graph.ask("Q3", { dataset: { sha256 } });
      expect([trained, considered]).toEqual([2, 2]);
      expect(best?.model).toBeUndefined();
      expect(best).toMatchObject({ run: { name: "going", status: "running" }, hyperparameters: { rate: 0.2 } });
      expect(best?.measures.loss).toBeCloseTo(0.1, 9);
    }
    return new Map();
  })(train, { rate: 0.2 });
  await prov.close();

  await using after = await open(join(root, ".provml"));
  expect((await after.ask("Q2", { run: "going" })).all.count).toBe(4);
  const { best } = await after.ask("Q3", { dataset: { sha256 } });
  expect(best).toMatchObject({ model: {}, run: { name: "going", status: "completed" } });
});

test("a question says what it takes, and one without an answer that there is none", async () => {
  const root = folder();
  const prov = recorder(root);
  prov.training("fit", () => new Map())();
  await prov.close();
  await using graph = await open(join(root, ".provml"));
  // @ts-expect-error: Q1 is about a model
  await expect(graph.ask("Q1", {})).rejects.toMatchObject({
    code: "bad-option",
    message: expect.stringMatching("Q1 needs model"),
  });
  await expect(graph.ask("Q2", { run: "fit", ...{ model: "fit" } })).rejects.toMatchObject({ code: "bad-option" });
  await expect(graph.ask("Q6", { measure: "beauty" })).rejects.toMatchObject({ code: "bad-option" });
  expect(await graph.ask("Q6", { measure: "beauty", goal: "maximize" })).toMatchObject({
    considered: 0,
    preparations: [],
  });
  expect(await graph.ask("Q2", { run: "fit", section: "fold" })).toMatchObject({ hosts: [], all: { count: 0 } });
  expect(await graph.ask("ASK { ?run a mls:Run }")).toBe(true);
});

test("of models of equal bytes a path, a name and a digest mean the one that was made last, an id and a run their own", async () => {
  const root = folder();
  const path = join(root, "model.json");
  for (const rate of [0.1, 0.2]) {
    const prov = recorder(root);
    prov.training("fit", (_given: object) => prov.current().generated(file(path, "weights"), { kind: "model" }))({
      rate,
    });
    await prov.close();
  }
  await using graph = await open(join(root, ".provml"));
  const rateOf = async (model: string | { readonly sha256: string }) =>
    (await graph.ask("Q1", { model })).hyperparameters.rate;
  const digest = { sha256: createHash("sha256").update("weights").digest("hex") };
  expect(await Promise.all([path, "model.json", digest, "fit"].map(rateOf))).toEqual([0.2, 0.2, 0.2, 0.2]);
  const [later, earlier] = await graph.runs();
  const ids = [earlier, later].flatMap((run) => [run?.id ?? "", run?.models[0]?.id ?? ""]);
  expect(await Promise.all(ids.map(rateOf))).toEqual([0.1, 0.1, 0.2, 0.2]);
});
