import type { Run } from "provml/query";
import { expect, test } from "vitest";
import { isOneLine, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first", "failed");

test("what people say of a run is shown and found, and what they delete is gone", async () => {
  const runs = await recorded.json<Run[]>("runs");
  const failed = runs.find(({ status }) => status === "failed")?.id as string;
  const tagged = await recorded.provml("tag", failed, "broken", "nightly", "--person", "Bob");
  expect([tagged.code, tagged.stdout]).toEqual([0, expect.stringMatching(/^\S+: tagged broken, nightly\n$/)]);
  expect((await recorded.provml("rename", failed, "the broken one")).code).toBe(0);
  expect((await recorded.provml("note", "the broken one", "the", "disk", "was", "full")).code).toBe(0);
  const listed = await recorded.provml("runs", "--where", "tag = broken and name = 'the broken one'", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { id: failed, tags: ["broken", "nightly"], notes: [{ text: "the disk was full" }] },
  ]);
  const tried = await recorded.provml("gc", "--older-than", "0d", "--dry-run");
  expect(tried.stdout).toMatch(/^kept the broken one \S+: the broken one is tagged$/m);
  expect(tried.stdout).toMatch(/ bytes would go; nothing was changed\n$/);
  const deleted = await recorded.provml("delete", failed, "--reason", "broken");
  expect([deleted.code, deleted.stderr, deleted.stdout]).toEqual([0, "", expect.stringMatching(/^deleted /)]);
  const left = await recorded.provml("show", failed);
  expect([left.code, left.stdout]).toEqual([0, expect.stringMatching(/^provml:isDeleted +true$/m)]);
});

test("provml gc that is not told what may go says so in one line", async () => {
  const outcome = await recorded.provml("gc", "--dry-run");
  expect([outcome.code, isOneLine(outcome)]).toEqual([2, true]);
});

test("what is shown of a run and a model of one name is the run, and how to have the other is said", async () => {
  const [run] = await recorded.json<Run[]>("runs", "--where", "status = completed");
  expect((await recorded.provml("rename", run?.id as string, "model.json")).code).toBe(0);
  const { code, stdout, stderr } = await recorded.provml("show", "model.json");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^run +model\.json {2}/)]);
  const [, id] =
    /^provml: this is the run; .*fits 2 things; name one by its id: .*?(\S+) \([^()]*provml:Model/m.exec(stderr) ?? [];
  const other = await recorded.provml("show", id as string);
  expect([other.stderr, other.stdout]).toEqual(["", expect.stringMatching(/^types +.*provml:Model/m)]);
  expect((await recorded.provml("show", run?.id as string)).stderr).toBe("");
});
