import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { provenance } from "provml";
import { collect, tag } from "provml/curate";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { asked, below, copyOf, record, temporary } from "./recorded.ts";

const ada = { person: "Ada" };

/** Six trainings of one name, each an execution; `accuracy` is 0.1 to 0.6 in no order; the third uses the file that the first made. */
async function sweep(): Promise<string> {
  const root = temporary();
  const directory = join(root, ".provml");
  const file = join(root, "weights.bin");
  for (const [i, accuracy] of [0.3, 0.6, 0.1, 0.5, 0.2, 0.4].entries()) {
    const prov = provenance({ directory, workflow: "sweep", agent: "Ada", announce: false });
    prov.training("train", (_settings: { number: number }) => {
      if (i === 0) {
        writeFileSync(file, "weights of the first one");
        prov.current().generated(file, { kind: "model" });
      }
      if (i === 2) prov.current().used(file, { kind: "model" });
      prov.current().log({ accuracy }, 0);
    })({ number: i + 1 });
    await prov.close();
  }
  return directory;
}

/** The numbers of the runs that are left. */
async function numbers(directory: string): Promise<unknown[]> {
  const runs = await asked(directory, (graph) => graph.runs({ sort: "number" }));
  return runs.map(({ hyperparameters }) => hyperparameters.number);
}

test("the best stay, and the tagged, and what a run that stays came of", async () => {
  const directory = await sweep();
  const ids = (await asked(directory, (graph) => graph.runs({ sort: "number" }))).map(({ id }) => id);
  await tag(directory, ids[2] as string, ["paper"], ada);
  await flush(directory);
  const wanted = { ...ada, keepBest: 2, measure: "accuracy" };
  const tried = await collect(directory, { ...wanted, mode: "try" });
  expect(tried.deleted.flatMap(({ runs }) => runs.map(({ id }) => id)).sort()).toEqual([ids[4], ids[5]].sort());
  expect(tried.bytes).toBeGreaterThan(1000);
  expect(tried.kept.map(({ why }) => why.replace(/^\w+/, "it")).sort()).toEqual([
    "it is one of the best",
    "it is one of the best",
    "it is tagged",
    "it, which stays, came of it",
  ]);
  expect(await numbers(directory)).toEqual([1, 2, 3, 4, 5, 6]);
  const forced = copyOf(directory);
  const report = await collect(directory, wanted);
  expect(report.deleted.map(({ bytes }) => bytes).sort()).toEqual(tried.deleted.map(({ bytes }) => bytes).sort());
  expect(await numbers(directory)).toEqual([1, 2, 3, 4]);
  await collect(forced, { ...wanted, goal: "minimize", tagged: "ignore", used: "ignore" });
  expect(await numbers(forced)).toEqual([3, 5]);
});

test("what is not old enough stays, and what may go must be said", async () => {
  const directory = await sweep();
  expect(await collect(directory, { ...ada, olderThanDays: 1 })).toEqual({ deleted: [], kept: [], bytes: 0 });
  expect((await collect(directory, { ...ada, olderThanDays: 0, mode: "try" })).deleted).toHaveLength(6);
  await expect(collect(directory, ada)).rejects.toMatchObject({ code: "bad-option" });
  await expect(collect(directory, { ...ada, keepBest: 1, measure: "zeta" })).rejects.toMatchObject({
    code: "bad-option",
  });
  await expect(collect(directory, { ...ada, keepBest: 1 })).rejects.toMatchObject({ code: "bad-option" });
});

test("by a measure that no run has nothing goes, and what it cannot compare stays", async () => {
  const directory = await sweep();
  await expect(collect(directory, { ...ada, keepBest: 1, measure: "auc" })).rejects.toMatchObject({
    code: "bad-option",
    message: /no run has the measure "auc"; there are accuracy/,
  });
  expect(await numbers(directory)).toEqual([1, 2, 3, 4, 5, 6]);
  await record(directory, "other");
  const other = provenance({ directory, workflow: "sweep", agent: "Ada", announce: false });
  const failing = other.training("broken", () => {
    throw new Error("no memory");
  });
  expect(failing).toThrow("no memory");
  await other.close();
  const { deleted, kept } = await collect(directory, { ...ada, keepBest: 1, measure: "accuracy", used: "ignore" });
  expect(deleted).toHaveLength(5);
  expect(kept.map(({ why }) => why).sort()).toEqual([
    "of the runs that broken is compared with none has the measure accuracy",
    "of the runs that other is compared with none has the measure accuracy",
    "train is one of the best",
  ]);
  expect(await asked(directory, async (graph) => (await graph.runs()).map(({ name }) => name))).toHaveLength(3);
});

test("to try changes no file: what has ended in the spool would go, and what has not stays", async () => {
  const directory = join(temporary(), ".provml");
  await record(directory, "ended");
  const prov = provenance({ directory, workflow: "flowers", agent: "Ada", announce: false });
  prov.training("open", () => 1)();
  await prov.flush();
  const before = below(directory, ".");
  expect(before.filter((name) => name.startsWith("spool/"))).toHaveLength(2);
  const { deleted, kept } = await collect(directory, { ...ada, olderThanDays: 0, mode: "try" });
  expect(below(directory, ".")).toEqual(before);
  expect(deleted.map(({ runs }) => runs.map(({ name }) => name))).toEqual([["ended"]]);
  expect(deleted[0]?.bytes).toBeGreaterThan(1000);
  expect(kept).toMatchObject([{ runs: [{ name: "open" }], why: expect.stringMatching(/writer that has not ended/) }]);
  await prov.close();
});
