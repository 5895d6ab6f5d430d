import { readFileSync } from "node:fs";
import { join } from "node:path";
import { note, rename, tag, untag } from "provml/curate";
import { expect, test } from "vitest";
import { compact } from "../../src/flush/compaction/compact.ts";
import { flush } from "../../src/flush/flush.ts";
import { transferDirectory } from "../../src/flush/transfer/directory.ts";
import { asked, below, copyOf, faultsOf, merge, record, temporary } from "./recorded.ts";

const ada = { person: "Ada" };
const bob = { person: "Bob <https://example.org/bob>" };

async function oneRun(): Promise<string> {
  const directory = join(temporary(), ".provml");
  await record(directory, "fast");
  return directory;
}

async function twoRuns(): Promise<string> {
  const directory = join(temporary(), ".provml");
  await record(directory, "slow", 0.01);
  await record(directory, "fast", 0.1);
  return directory;
}

/** The names of the runs that fit each of these filters. */
function fitting(directory: string, ...filters: readonly string[]): Promise<string[][]> {
  return asked(directory, async (graph) => {
    const answers: string[][] = [];
    for (const where of filters) answers.push((await graph.runs({ where })).map(({ name }) => name));
    return answers;
  });
}

test("tags are shown with a run or model, are filtered by, and go when they are taken back", async () => {
  const directory = await twoRuns();
  expect(await tag(directory, "fast", ["paper", "best", "paper"], ada)).toMatchObject({ texts: ["paper", "best"] });
  expect(await tag(directory, "fast", ["best"], bob)).toMatchObject({ texts: [] });
  expect(await tag(directory, "slow", ["best"], bob)).toMatchObject({ texts: ["best"] });
  const [fast, slow] = await asked(directory, (graph) => graph.runs());
  expect([fast?.tags, slow?.tags]).toEqual([["best", "paper"], ["best"]]);
  expect(await fitting(directory, "tag = paper", "tag = best and not tag = paper", "text ~ pape")).toEqual([
    ["fast"],
    ["slow"],
    ["fast"],
  ]);
  const model = fast?.models[0]?.id as string;
  await tag(directory, model, ["shipped"], ada);
  expect((await asked(directory, (graph) => graph.models())).map(({ tags }) => tags)).toEqual([["shipped"], undefined]);
  expect(await untag(directory, "fast", ["best", "other"], bob)).toMatchObject({ texts: ["best"] });
  expect(await fitting(directory, "tag = best")).toEqual([["slow"]]);
  await tag(directory, "fast", ["best"], ada);
  expect(await fitting(directory, "tag = best")).toEqual([["fast", "slow"]]);
  expect(await faultsOf(directory)).toEqual([]);
});

test("a note says who wrote it and when; what looks like a secret is replaced", async () => {
  const directory = await oneRun();
  await note(directory, "fast", "diverged\nafter the third epoch", bob);
  await note(directory, "fast", "see password=hunter2hunter2", ada);
  const run = await asked(directory, (graph) => graph.run("fast"));
  expect(run.notes?.[0]).toMatchObject({ text: "diverged\nafter the third epoch", person: "Bob" });
  expect(run.notes?.map(({ at }) => Date.parse(at) > 0)).toEqual([true, true]);
  expect(JSON.stringify(run.notes)).not.toContain("hunter2");
  expect(await faultsOf(directory)).toEqual([]);
});

test("of several names the latest counts, and every one finds the run; what was written stays", async () => {
  const directory = await twoRuns();
  await flush(directory);
  const before = filesOf(directory);
  await rename(directory, "fast", "baseline", ada);
  await rename(directory, "baseline", "the baseline", ada);
  const all = ["fast", "baseline", "the baseline"];
  const [run] = await asked(directory, (graph) => graph.runs());
  expect(run).toMatchObject({ name: "the baseline", formerNames: ["fast", "baseline"] });
  const found = await asked(directory, (graph) => Promise.all(all.map(async (name) => (await graph.run(name)).id)));
  expect(found).toEqual(all.map(() => run?.id));
  expect(await fitting(directory, ...all.map((name) => `name = "${name}"`))).toEqual(all.map(() => ["the baseline"]));
  expect(await fitting(directory, "name != fast")).toEqual([["slow"]]);
  const after = filesOf(directory);
  for (const [path, text] of before) expect(after.get(path)).toBe(text);
  expect(await faultsOf(directory)).toEqual([]);
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

test("what a person answers comes after what they saw, even where another clock was ahead", async () => {
  const directory = await oneRun();
  const ahead = Date.now() + 3_600_000;
  const real = Date.now;
  Date.now = () => ahead;
  await rename(directory, "fast", "from tomorrow", ada).finally(() => {
    Date.now = real;
  });
  await rename(directory, "fast", "from today", bob);
  expect((await asked(directory, (graph) => graph.runs()))[0]?.name).toBe("from today");
});

test("what cannot be a tag, or fits nothing, is refused and nothing is written", async () => {
  const directory = await oneRun();
  for (const bad of ["", " x", "a\nb", "x".repeat(201)])
    await expect(tag(directory, "fast", [bad], ada)).rejects.toMatchObject({ code: "bad-argument" });
  await expect(tag(directory, "fast", [], ada)).rejects.toMatchObject({ code: "bad-argument" });
  await expect(note(directory, "fast", "  ", ada)).rejects.toMatchObject({ code: "bad-argument" });
  await expect(rename(directory, "nothing", "x", ada)).rejects.toMatchObject({ code: "not-found" });
  expect(await asked(directory, (graph) => graph.remarks())).toEqual([]);
});

function filesOf(directory: string): Map<string, string> {
  const names = below(directory, "graph").filter((name) => name.endsWith(".nq"));
  return new Map(names.map((name) => [name, readFileSync(join(directory, "graph", name), "utf8")]));
}
