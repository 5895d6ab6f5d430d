import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deleteRun, note } from "provml/curate";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { deletedIn, deletedThere } from "../../src/flush/replica/deletions.ts";
import { REAL_CLOCK } from "../../src/flush/replica/delivery.ts";
import { feed } from "../../src/flush/replica/feed.ts";
import { pullFromServer, pushToServer } from "../../src/flush/transfer/server.ts";
import { graphFile } from "../../src/rdf/graph-file.ts";
import { serverStore } from "../../src/store/server/server.ts";
import { faultyServer } from "../faults/server.ts";
import { asked, copyOf, record, temporary } from "./recorded.ts";

const ada = { person: "Ada" };
const DELETED = "https://w3id.org/prov-ml#isDeleted";
const TRUE = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>';

/** A run with a note on it, flushed. */
async function noted(): Promise<{ directory: string; run: string }> {
  const directory = join(temporary(), ".provml");
  const run = await record(directory, "fit");
  await note(directory, "fit", "keep this one", ada);
  await flush(directory);
  return { directory, run };
}

function folders(directory: string): string[] {
  return readdirSync(join(directory, "graph")).sort();
}

function notes(directory: string): Promise<string[]> {
  return asked(directory, async (graph) => (await graph.remarks()).map(({ text }) => text));
}

test("a graph of a server takes only the execution away that it says was deleted, and nothing else of the directory", async () => {
  const { directory, run } = await noted();
  await using server = await faultyServer();
  await using store = serverStore(server.address);
  const words = ["curation", "deletions", ...folders(directory).filter((folder) => folder !== run)];
  const other = "http://other.org";
  const lines = words.flatMap((word) => [
    `<${other}/${word}/graph> <${DELETED}> ${TRUE} <${other}/${word}/tombstone> .`,
    `<${other}/x> <${other}/y> <${other}/z> <${other}/${run}/tombstone> .`,
    `<${other}/x> <${DELETED}> ${TRUE} <${other}/${run}/tombstone> .`,
  ]);
  await store.deliver(Buffer.from(`${lines.join("\n")}\n`));
  expect(words.map((word) => deletedIn(`${other}/${word}/tombstone`))).toEqual(words.map(() => undefined));
  const before = folders(directory);
  await pullFromServer(store, directory);
  await flush(directory);
  expect(folders(directory)).toEqual(before);
  expect(await notes(directory)).toEqual(["keep this one"]);
  expect(await asked(directory, async (graph) => (await graph.runs()).length)).toBe(1);
  const asking = { clock: REAL_CLOCK, patienceMs: 0, signal: undefined, onWait: undefined };
  expect(await deletedThere(store, asking)).toEqual({ kind: "known", deleted: new Set() });
});

test("a file that calls something other than an execution deleted takes nothing away", async () => {
  const { directory } = await noted();
  const before = folders(directory);
  const deletions = join(directory, "graph", "deletions");
  mkdirSync(deletions, { recursive: true });
  const bytes = graphFile(["<http://other.org/x> <http://other.org/y> <http://other.org/z> <http://other.org/g> ."]);
  for (const name of ["curation", "deletions"])
    writeFileSync(join(deletions, `deleted-${name}-0123456789abcdef.nq`), bytes);
  await flush(directory);
  expect(folders(directory)).toEqual([...before, "deletions"].sort());
  expect(await notes(directory)).toEqual(["keep this one"]);
});

test("where a server takes statements and fails to answer, what was deleted is not brought to it again", async () => {
  const { directory, run } = await noted();
  const other = copyOf(directory);
  let unanswered = 0;
  await using server = await faultyServer({ answers: () => unanswered-- <= 0 });
  await using store = serverStore(server.address);
  const feeding = { server: server.address, patienceMs: 0 };
  await deleteRun(directory, "fit", ada);
  await pushToServer(directory, store, feeding);
  const ofRun = () => server.lines().filter((line) => line.endsWith(`/${run}/graph> .`)).length;
  expect(ofRun()).toBe(0);
  unanswered = 1;
  const fed = await feed(other, store, feeding);
  expect([ofRun(), fed.files, fed.waiting]).toEqual([
    0,
    0,
    expect.stringMatching(/what was deleted .*cannot be asked/),
  ]);
  unanswered = 1;
  const pushed = await pushToServer(other, store, feeding);
  expect([ofRun(), pushed.feed.waiting]).toEqual([0, expect.stringMatching(/cannot be asked/)]);
  expect(await feed(other, store, feeding)).toMatchObject({ waiting: undefined });
  expect(ofRun()).toBe(0);
});
