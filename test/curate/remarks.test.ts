import { readFileSync } from "node:fs";
import { join } from "node:path";
import { note, rename, tag, untag } from "provml/curate";
import type { Graph } from "provml/query";
import { expect, test } from "vitest";
import { compact } from "../../src/flush/compaction/compact.ts";
import { flush } from "../../src/flush/flush.ts";
import { transferDirectory } from "../../src/flush/transfer/directory.ts";
import { asked, below, copyOf, faultsOf, merge, record, temporary } from "./recorded.ts";

const ada = { person: "Ada" };
const bob = { person: "Bob <https://example.org/bob>" };

async function twoRuns(): Promise<string> {
  const directory = join(temporary(), ".provml");
  await record(directory, "slow", 0.01);
  await record(directory, "fast", 0.1);
  return directory;
}

/** The names of the runs that fit each of these filters. */
async function fitting(graph: Graph, ...filters: readonly string[]): Promise<string[][]> {
  const answers: string[][] = [];
  for (const where of filters) answers.push((await graph.runs({ where })).map(({ name }) => name));
  return answers;
}

test("tags are shown with a run or model, are filtered by, and go when they are taken back", async () => {
  const directory = await twoRuns();
  expect(await tag(directory, "fast", ["paper", "best", "paper"], ada)).toMatchObject({ texts: ["paper", "best"] });
  expect(await tag(directory, "fast", ["best"], bob)).toMatchObject({ texts: [] });
  await tag(directory, "slow", ["best"], bob);
  const [fast, slow] = await asked(directory, (graph) => graph.runs());
  expect([fast?.tags, slow?.tags]).toEqual([["best", "paper"], ["best"]]);
  await tag(directory, fast?.models[0]?.id as string, ["shipped"], ada);
  expect(await untag(directory, "fast", ["best", "other"], bob)).toMatchObject({ texts: ["best"] });
  const { models, found } = await asked(directory, async (graph) => ({
    models: await graph.models(),
    found: await fitting(graph, "tag = paper", "tag = best and not tag = paper", "text ~ pape", "tag = best"),
  }));
  expect(models.map(({ tags }) => tags)).toEqual([["shipped"], undefined]);
  expect(found).toEqual([["fast"], ["slow"], ["fast"], ["slow"]]);
});

test("of several names the latest counts, whatever the clocks say, and every one finds the run; what was written stays", async () => {
  const directory = await twoRuns();
  await flush(directory);
  const before = filesOf(directory);
  const ahead = Date.now() + 3_600_000;
  const real = Date.now;
  Date.now = () => ahead;
  await rename(directory, "fast", "from tomorrow", ada).finally(() => {
    Date.now = real;
  });
  await rename(directory, "from tomorrow", "from today", bob);
  const all = ["fast", "from tomorrow", "from today"];
  const { run, ids, found } = await asked(directory, async (graph) => ({
    run: (await graph.runs())[0],
    ids: await Promise.all(all.map(async (name) => (await graph.run(name)).id)),
    found: await fitting(graph, ...all.map((name) => `name = "${name}"`), "name != fast"),
  }));
  expect(run).toMatchObject({ name: "from today", formerNames: ["fast", "from tomorrow"] });
  expect(ids).toEqual(all.map(() => run?.id));
  expect(found).toEqual([...all.map(() => ["from today"]), ["slow"]]);
  const after = filesOf(directory);
  for (const [path, text] of before) expect(after.get(path)).toBe(text);
});

test("what people said in two copies comes together whichever is copied into the other, and survives compaction", async () => {
  const one = await twoRuns();
  await flush(one);
  await tag(one, "fast", ["common"], ada);
  const two = copyOf(one);
  await rename(one, "fast", "first", ada);
  await tag(one, "fast", ["mine"], ada);
  await untag(two, "fast", ["common"], bob);
  await rename(two, "fast", "second", bob);
  const [into, onto] = [copyOf(one), copyOf(two)];
  merge(two, into);
  await transferDirectory(one, onto);
  await compact(onto);
  const answers = await Promise.all([into, onto].map((directory) => asked(directory, (graph) => graph.runs())));
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.[0]).toMatchObject({ name: "second", formerNames: ["fast", "first"], tags: ["mine"] });
  expect(below(onto, "graph/curation")).toHaveLength(1);
  expect(await faultsOf(onto)).toEqual([]);
});

test("a note says who wrote it and when, without secrets; what cannot be said is refused, and nothing is written", async () => {
  const directory = join(temporary(), ".provml");
  await record(directory, "fast");
  for (const bad of ["", " x", "a\nb", "x".repeat(201)])
    await expect(tag(directory, "fast", [bad], ada)).rejects.toMatchObject({ code: "bad-argument" });
  await expect(tag(directory, "fast", [], ada)).rejects.toMatchObject({ code: "bad-argument" });
  await expect(note(directory, "fast", "  ", ada)).rejects.toMatchObject({ code: "bad-argument" });
  await expect(rename(directory, "nothing", "x", ada)).rejects.toMatchObject({ code: "not-found" });
  await note(directory, "fast", "diverged\nafter the third epoch, see password=hunter2hunter2", bob);
  const { run, remarks } = await asked(directory, async (graph) => ({
    run: await graph.run("fast"),
    remarks: await graph.remarks(),
  }));
  expect(run.notes).toMatchObject([{ text: expect.stringMatching(/^diverged\nafter the third epoch/), person: "Bob" }]);
  expect(Date.parse(run.notes?.[0]?.at ?? "")).toBeGreaterThan(0);
  expect(remarks).toHaveLength(1);
  expect(JSON.stringify(remarks)).not.toContain("hunter2");
  expect(await faultsOf(directory)).toEqual([]);
});

function filesOf(directory: string): Map<string, string> {
  const names = below(directory, "graph").filter((name) => name.endsWith(".nq"));
  return new Map(names.map((name) => [name, readFileSync(join(directory, "graph", name), "utf8")]));
}
