import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Provenance } from "provml";
import { describe, expect, test } from "vitest";
import { project, runScript } from "../capture/program.ts";
import { folder, opened, recorder } from "./recorded.ts";

/** A training that goes on from a checkpoint file, if there is one, and writes its own. */
function train(prov: Provenance, name: string, { from = "", first = 0, last = 0, save = "" }) {
  prov.run(name, (run) => {
    if (from !== "") run.used(from);
    run.series("loss", { resumed: from !== "" });
    for (const epoch of run.epochs(last + 1, { first })) {
      epoch.log({ loss: Number(name) + epoch.number / 10 });
      if (save === "" || epoch.number !== last - 1) continue;
      writeFileSync(save, JSON.stringify([name, epoch.number]));
      epoch.checkpoint(save);
    }
  });
}

const points = async (root: string, run: string) =>
  (await (await opened(root)).series(run, "loss")).map(({ step, value }) => [step, value]);

describe("a run that goes on from another's checkpoint", () => {
  test("has the points of the whole chain, each up to the checkpoint, wherever the executions ran", async () => {
    const [root, other] = [folder(), folder()];
    const paths = [1, 2].map((k) => join(root, `model-${k}.json`)) as [string, string];
    const first = recorder(root);
    train(first, "1", { last: 3, save: paths[0] });
    await first.close();
    writeFileSync(join(other, "copy.json"), readFileSync(paths[0])); // carried to another machine
    const second = recorder(other);
    train(second, "2", { from: join(other, "copy.json"), first: 3, last: 6, save: paths[1] });
    await second.close();
    const third = recorder(other);
    train(third, "3", { from: paths[1], first: 6, last: 8 });
    await third.close();
    execFileSync("cp", ["-r", `${other}/.provml/.`, `${root}/.provml/`]); // copying together is merging

    const chain = [
      ...[0, 1, 2].map((step) => [step, 1 + step / 10]),
      ...[3, 4, 5].map((step) => [step, 2 + step / 10]),
      ...[6, 7, 8].map((step) => [step, 3 + step / 10]),
    ];
    expect(await points(root, "3")).toEqual(chain);
    expect(await points(root, "2")).toEqual([...chain.slice(0, 6), [6, 2.6]]);
    expect(await points(root, "1")).toEqual([...chain.slice(0, 3), [3, 1.3]]);

    const runs = await (await opened(root)).runs();
    const found = runs.map(({ name, continues }) => [name, continues?.name, continues?.step]);
    expect(found).toEqual([
      ["3", "2", 5],
      ["2", "1", 2],
      ["1", undefined, undefined],
    ]);
    const shown = await (await opened(root)).run("3");
    expect(shown.series.find(({ name }) => name === "loss")).toMatchObject({ isResumed: true, rowCount: 3 });
  });

  test("is known by the object itself in one execution", async () => {
    const root = folder();
    const prov = recorder(root);
    const model = { w: [0] };
    const go = (name: string, isResumed: boolean, steps: readonly number[], checkpoint?: number) =>
      prov.run(name, (run) => {
        if (isResumed) run.used(model);
        const loss = run.series("loss", { resumed: isResumed });
        for (const step of steps) {
          loss.log(step, step);
          if (step === checkpoint) run.checkpoint(model, step);
        }
      });
    go("a", false, [0, 1, 2, 3], 1);
    go("b", true, [2, 3]);
    await prov.close();
    expect(await points(root, "b")).toEqual([0, 1, 2, 3].map((k) => [k, k]));
    const [b] = await (await opened(root)).runs();
    expect(b?.continues).toMatchObject({ name: "a", step: 1 });
  });

  test("counts its own value where both have one, and takes no more than it says", async () => {
    const root = folder();
    const path = join(root, "model.json");
    const prov = recorder(root);
    train(prov, "1", { last: 5, save: path }); // a checkpoint after epoch 4
    prov.run("2", (run) => {
      run.used(path, { kind: "checkpoint" });
      run.series("loss", { resumed: 2 }).log(2, 9);
      run.log({ loss: 8 }, 3);
    });
    await prov.close();
    expect(await points(root, "2")).toEqual([
      [0, 1],
      [1, 1.1],
      [2, 9],
      [3, 8],
    ]);
  });

  test("is known by what a step outside runs loaded from the file, and by a step inside", async () => {
    const root = folder();
    const path = join(root, "model.json");
    const first = recorder(root);
    train(first, "1", { last: 2, save: path });
    await first.close();
    const second = recorder(root);
    const load = second.dataPreparation("load", (from: string) => {
      second.current().used(from);
      return { weights: JSON.parse(readFileSync(from, "utf8")) as unknown[], get: () => 1 };
    });
    const loaded = load(path);
    second.training("outside", (model: object) => void model)(loaded.weights);
    second.run("inside", () => load(path));
    second.run("described", (run) => run.used(second.model({ a: 1 }, { of: path })));
    second.run("judged", () => {
      second.evaluation("score", (model: object) => (model ? 1 : 0))(second.model({ a: 1 }, { of: path }));
    });
    second.run("unrelated", () => 1);
    await second.close();
    const runs = await (await opened(root)).runs();
    expect(Object.fromEntries(runs.map(({ name, continues }) => [name, continues?.name]))).toEqual({
      1: undefined,
      outside: "1",
      inside: "1",
      described: "1",
      judged: undefined,
      unrelated: undefined,
    });
  });

  test("is known by the place of the file where that was too large to be digested before it was overwritten", async () => {
    const root = folder();
    const path = join(root, "model.bin");
    const large = (n: number) => Buffer.alloc(2 ** 20 + 1, n);
    for (const name of ["1", "2"]) {
      const prov = recorder(root);
      prov.run(name, (run) => {
        if (name === "2") run.used(path, { kind: "checkpoint" });
        for (const step of [1, 2]) {
          writeFileSync(path, large(Number(name) + step));
          run.checkpoint(path, step);
        }
      });
      await prov.close();
    }
    const [second] = await (await opened(root)).runs();
    expect(second?.continues).toMatchObject({ name: "1", step: 2 });
  });

  test("is not one that reads its own checkpoint again", async () => {
    const root = folder();
    const path = join(root, "model.json");
    const prov = recorder(root);
    for (const name of ["1", "2"]) {
      prov.run(name, (run) => {
        writeFileSync(path, "the same bytes");
        run.checkpoint(path, 1);
        run.used(path);
      });
    }
    await prov.close();
    expect((await (await opened(root)).runs()).map(({ continues }) => continues)).toEqual([undefined, undefined]);
  });

  test("without the origin's record has its own points", async () => {
    const root = folder();
    const prov = recorder(root);
    train(prov, "2", { from: join(root, "gone.json"), first: 3, last: 4 });
    await prov.close();
    expect(await points(root, "2")).toEqual([
      [3, 2.3],
      [4, 2.4],
    ]);
  });

  test("may be one of two that went on from one, and each has its own curve", async () => {
    const root = folder();
    const path = join(root, "model.json");
    const prov = recorder(root);
    train(prov, "1", { last: 2, save: path });
    for (const name of ["2", "3"]) train(prov, name, { from: path, first: 2, last: 3 });
    await prov.close();
    for (const k of [2, 3]) {
      expect(await points(root, String(k))).toEqual([
        [0, 1],
        [1, 1.1],
        [2, k + 0.2],
        [3, k + 0.3],
      ]);
    }
  });
});

test("the curve of a run whose restarts are parts of it is one, whatever was lost of each start", async () => {
  const folderOf = project();
  const program = join(folderOf, "main.js");
  writeFileSync(
    program,
    `import { run } from "provml";
    const first = Number(process.env.SLURM_RESTART_COUNT) * 3;
    run("fit", (fit) => {
      for (const epoch of fit.epochs(8, { first })) {
        if (epoch.number > first + 4) process.kill(process.pid, "SIGKILL");
        epoch.log({ loss: 100 * first + epoch.number });
        fit.used("any statement writes the rows before it", { role: "note" });
      }
    });`,
  );
  const step = { SLURM_CLUSTER_NAME: "alps", SLURM_JOB_ID: "4711", SLURM_STEP_ID: "0" };
  const sizes = { SLURM_STEP_NUM_TASKS: "2", SLURM_NTASKS: "2", SLURM_PROCID: "0", SLURM_LOCALID: "0" };
  for (const count of ["0", "1"])
    await runScript(folderOf, program, [], { ...step, ...sizes, SLURM_RESTART_COUNT: count });
  expect(await points(folderOf, "fit")).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 303],
    [4, 304],
    [5, 305],
    [6, 306],
    [7, 307],
  ]);
});

test("a run is shown with its study, and where it stopped early", async () => {
  const root = folder();
  for (const name of ["a", "b"]) {
    const prov = recorder(root, { study: "rates" });
    prov.training(name, () => {
      for (const epoch of prov.current().epochs(10)) if (epoch.number === 4) break;
      prov.current().stoppedEarly({ reason: "no better", best: 2 });
    })();
    await prov.close();
  }
  const graph = await opened(root);
  expect((await graph.runs()).map(({ study }) => study)).toEqual(["rates", "rates"]);
  const studies = await graph.sparql`SELECT DISTINCT ?s WHERE { ?s a mls:Study ; mls:hasPart ?run }`;
  expect(studies).toEqual([{ s: "https://w3id.org/prov-ml/id/study-execution.flowers.rates" }]);
  const { step, outputs } = await graph.run("a");
  expect(step.stopped).toEqual([{ at: 4, planned: 10, best: 2, reason: "no better" }]);
  expect(outputs).toEqual([]);
});
