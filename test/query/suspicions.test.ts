import { spawnSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Provenance } from "provml";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { file, folder, opened, recorded, recorder } from "./recorded.ts";

type Model = { readonly w: number };

/** The steps of a training on files. */
function stepsOf(prov: Provenance) {
  return {
    read: prov.dataPreparation("read", (_path: string) => [[1, 2]]),
    learn: prov.training("fit", (_rows: number[][], { rate }: { rate: number }): Model => ({ w: rate })),
    judge: prov.evaluation("judge", (_model: Model, _rows: number[][]) => ({ accuracy: 0.5 })),
  };
}

const TEXTS = "some rows that are long enough to be content";

test("finds nothing in a program whose data is declared, apart, digested and done", async () => {
  const graph = await recorded((prov, root) => {
    const { read, learn, judge } = stepsOf(prov);
    const train = prov.dataset(file(join(root, "train.csv"), TEXTS), { split: "train" });
    const held = prov.dataset(file(join(root, "test.csv"), `${TEXTS} of others`), { split: "test" });
    judge(learn(read(train), { rate: 1 }), read(held));
  });
  expect(await graph.checkAll()).toEqual([]);
});

test("finds test data that is train data under another name, through what steps made of both", async () => {
  const graph = await recorded((prov, root) => {
    const { read, learn, judge } = stepsOf(prov);
    const train = prov.dataset(file(join(root, "train.csv"), TEXTS), { split: "train" });
    const held = prov.dataset(file(join(root, "test.csv"), TEXTS), { split: "test" });
    judge(learn(read(train), { rate: 1 }), read(held));
  });
  const found = await graph.checkAll();
  expect(found.map(({ check, kind }) => [check, kind])).toEqual([["leaks", "leak"]]);
  expect(found[0]?.text).toMatch(/test\.csv \(test\) has the same content as .*train\.csv \(train\)$/);
  const [run] = await graph.runs();
  expect((await graph.check(run?.id as string)).findings.map(({ kind }) => kind)).toEqual(["leak"]);
});

test("finds a file of a test directory in the train directory, across executions", async () => {
  const root = folder();
  for (const name of ["train/a", "train/b", "test/c"]) file(join(root, name), `${name}: ${TEXTS}`);
  copyFileSync(join(root, "train", "b"), join(root, "test", "again"));
  const first = recorder(root);
  first.training("fit", (_folder: string) => {
    first.current().generated(file(join(root, "model.json"), '{"weights":[1,2,3]}'), { kind: "model" });
  })(first.dataset(join(root, "train"), { split: "train" }));
  await first.close();
  const second = recorder(root, { workflow: "judging" });
  second.evaluation("judge", (_model: string, _folder: string) => ({ accuracy: 1 }))(
    second.model(join(root, "model.json")),
    second.dataset(join(root, "test"), { split: "test" }),
  );
  await second.close();
  await flush(join(root, ".provml"));
  const leaks = (await (await opened(root)).checkAll()).filter(({ kind }) => kind === "leak");
  expect(leaks.map(({ workflow, text }) => [workflow, text])).toEqual([
    ["judging", expect.stringMatching(/^files of .*test \(test\) are in .*train \(train\), too: again$/)],
  ]);
});

test("takes a cross-validation for none: each part judges the model that it did not train", async () => {
  const graph = await recorded((prov, root) => {
    const { read, judge } = stepsOf(prov);
    const folds = [0, 1, 2].map((i) => prov.dataset(file(join(root, `fold-${i}.csv`), `${i}: ${TEXTS}`)));
    const parts = folds.map((fold) => read(fold));
    for (const [i, held] of parts.entries()) {
      const rest = parts.filter((_, other) => other !== i);
      const trained = rest.map((part) => prov.dataset(part, { split: "train" }));
      const model = prov.training("fit", (_a: number[][], _b: number[][]): Model => ({ w: i }))(
        trained[0] as number[][],
        trained[1] as number[][],
      );
      judge(model, prov.dataset(held, { split: "test" }));
    }
  });
  expect((await graph.checkAll()).filter(({ kind }) => kind === "leak")).toEqual([]);
});

test("finds what was used of unknown origin, unless somebody declared or generated it", async () => {
  const graph = await recorded((prov, root) => {
    const use = prov.activity("use", (_one: unknown, _other: unknown) => {});
    const path = (name: string) => file(join(root, name), `${name}: ${TEXTS}`);
    use(prov.entity(path("unknown.csv"), { name: "unknown" }), prov.dataset(path("declared.csv")));
    use(prov.entity(path("cited.csv"), { source: "https://example.org/cited.csv" }), [[1, 2, 3]]);
    prov.activity("make", () => prov.current().generated(path("made.csv")))();
    use(prov.entity(path("made.csv"), { name: "made" }), prov.dataset([[4, 5, 6]]));
  });
  const ends = (await graph.checkAll()).filter(({ kind }) => kind === "dead-end");
  expect(ends.map(({ text }) => /^use used (?:.*\/)?(\S+), and nobody/.exec(text)?.[1])).toEqual(["unknown.csv"]);
});

test("finds files whose digests do not hold, and runs that were killed", async () => {
  const root = folder();
  writeFileSync(
    join(root, "killed.mjs"),
    `import { provenance } from ${JSON.stringify(new URL("../../dist/src/index.js", import.meta.url).href)};
     const prov = provenance({ directory: ".provml", workflow: "killed", announce: false });
     prov.run("long", () => process.kill(process.pid, "SIGKILL"));`,
  );
  const { signal } = spawnSync(process.execPath, ["killed.mjs"], { cwd: root });
  expect(signal).toBe("SIGKILL");
  const prov = recorder(root, { workflow: "remote" });
  prov.activity("use", (_one: unknown, _other: unknown) => {})(
    prov.dataset("s3://bucket/a.parquet"),
    prov.dataset("s3://bucket/b.parquet", { etag: '"9b2c"' }),
  );
  await prov.close();
  const found = await (await opened(root)).checkAll();
  expect(found.map(({ workflow, check, kind }) => [workflow, check, kind])).toEqual([
    ["killed", "endings", "run-unfinished"],
    ["remote", "digests", "digest-unverified"],
  ]);
  expect(found[1]?.text).toContain("s3://bucket/a.parquet");
});
