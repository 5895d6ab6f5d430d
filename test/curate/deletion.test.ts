import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { provenance } from "provml";
import { collect, deleteRun } from "provml/curate";
import { expect, test } from "vitest";
import { lineageTree } from "../../src/cli/lineage-tree.ts";
import { compact } from "../../src/flush/compaction/compact.ts";
import { flush } from "../../src/flush/flush.ts";
import { feed } from "../../src/flush/replica/feed.ts";
import { transferDirectory } from "../../src/flush/transfer/directory.ts";
import { pullFromServer, pushToServer } from "../../src/flush/transfer/server.ts";
import { serverStore } from "../../src/store/server/server.ts";
import { faultyServer } from "../faults/server.ts";
import { asked, below, copyOf, faultsOf, merge, temporary } from "./recorded.ts";

const ada = { person: "Ada", reason: "trained on the wrong file" };

/** Two runs: one that writes a model file, and one that uses it. */
async function chain(): Promise<{ directory: string; first: string; second: string; model: string }> {
  const root = temporary();
  const [directory, model] = [join(root, ".provml"), join(root, "model.json")];
  const one = provenance({ directory, workflow: "make", agent: "Ada", announce: false });
  one.training("make", ({ rate }: { rate: number }) => {
    for (const epoch of one.current().epochs(3)) epoch.log({ loss: rate / (1 + epoch.number) });
    writeFileSync(model, JSON.stringify({ rate }));
    one.current().generated(model, { kind: "model" });
  })({ rate: 0.1 });
  const first = /[0-9a-f-]{36}/.exec(one.execution)?.[0] as string;
  await one.close();
  const two = provenance({ directory, workflow: "tune", agent: "Ada", announce: false });
  two.training("tune", () => {
    two.current().used(model, { kind: "model" });
    return new Map([["tuned", true]]);
  })();
  const second = /[0-9a-f-]{36}/.exec(two.execution)?.[0] as string;
  await two.close();
  return { directory, first, second, model };
}

function names(directory: string): Promise<string[]> {
  return asked(directory, async (graph) => (await graph.runs()).map(({ name }) => name));
}

/** What of an execution lies in the graph, its rows and the spool. */
function filesOf(directory: string, execution: string): string[] {
  const spool = readdirSync(join(directory, "spool")).map((name) => `spool/${name}`);
  const folders = [`graph/${execution}`, `series/execution=${execution}`];
  return [...spool, ...folders.filter((folder) => existsSync(join(directory, folder)))];
}

test("a deleted run is gone with its series, and what used its model still leads back to it", async () => {
  const { directory, first, model } = await chain();
  const deleted = await deleteRun(directory, "make", ada);
  expect(deleted.runs.map(({ name }) => name)).toEqual(["make"]);
  expect(deleted.bytes).toBeGreaterThan(1000);
  expect(filesOf(directory, first)).toEqual([]);
  expect(existsSync(model)).toBe(true);
  const { runs, models, lineage, shown, series } = await asked(directory, async (graph) => ({
    runs: await graph.runs(),
    models: await graph.models(),
    lineage: await graph.lineage((await graph.run("tune")).id, { direction: "up" }),
    shown: await graph.show(deleted.runs[0]?.id as string),
    series: await graph.seriesNames((await graph.run("tune")).id),
  }));
  expect(runs.map(({ name }) => name)).toEqual(["tune"]);
  expect(models.map(({ label }) => label).sort()).toEqual(["model.json", "tune"]);
  expect(lineage.nodes.map(({ id }) => id)).toContain(deleted.runs[0]?.id);
  expect(shown).toMatchObject({ label: "make" });
  expect(shown.attributes).toContainEqual({ name: "provml:isDeleted", value: true });
  expect(series).toEqual([]);
  const [why] = await asked(
    directory,
    (graph) => graph.sparql`SELECT ?who ?why { ?graph prov:wasInvalidatedBy ?act ; dcterms:subject ?execution .
      ?act dcterms:description ?why ; prov:wasAssociatedWith/rdfs:label ?who }`,
  );
  expect(why).toEqual({ who: "Ada", why: "trained on the wrong file" });
  expect(await faultsOf(directory)).toEqual([]);
});

test("what was deleted is said to be so, by whom, when and why", async () => {
  const { directory, model } = await chain();
  const { runs } = await deleteRun(directory, "make", ada);
  const how = /deleted by Ada at 20.*Z: trained on the wrong file/;
  await expect(deleteRun(directory, "make", ada)).rejects.toMatchObject({ code: "not-found", message: how });
  const { whence, lineage, refused } = await asked(directory, async (graph) => ({
    whence: await graph.whence(model),
    lineage: await graph.lineage("tune"),
    refused: await Promise.allSettled([
      graph.ask("Q1", { model: "make" }),
      graph.ask("Q2", { run: "make" }),
      graph.retrain(model),
      graph.retrain(runs[0]?.id as string),
    ]),
  }));
  for (const one of refused)
    expect(one).toMatchObject({ reason: { code: "not-found", message: expect.stringMatching(how) } });
  expect(whence.kind).toBe("model");
  expect(whence.deleted).toMatchObject({ person: "Ada", reason: "trained on the wrong file" });
  expect(whence.sentences.join(" ")).toMatch(how);
  expect(lineageTree(lineage, 1000)).toMatch(/model\.json {2}\[deleted Model\]/);
});

test("what is delivered again stays deleted: spool, graph and rows, merged or brought, compacted and flushed by two", async () => {
  const { directory, first } = await chain();
  const pending = copyOf(directory);
  await flush(directory);
  const flushed = copyOf(directory);
  const compacted = copyOf(directory);
  await compact(compacted);
  await deleteRun(directory, "make", ada);
  const kept = below(directory, "graph");
  for (const old of [pending, flushed, compacted]) {
    merge(old, directory);
    expect(await names(directory)).toEqual(["tune"]);
    await Promise.all([flush(directory), flush(directory)]);
    expect(filesOf(directory, first)).toEqual([]);
  }
  await transferDirectory(flushed, directory);
  expect(filesOf(directory, first)).toEqual([]);
  await compact(directory);
  await transferDirectory(directory, flushed);
  expect([filesOf(flushed, first), await names(flushed)]).toEqual([[], ["tune"]]);
  merge(directory, pending);
  expect(await names(pending)).toEqual(["tune"]);
  await flush(pending);
  expect(filesOf(pending, first)).toEqual([]);
  expect(kept.length).toBeGreaterThan(0);
});

test("two people delete one run in two copies, and the copies come together", async () => {
  const { directory, first } = await chain();
  await flush(directory);
  const other = copyOf(directory);
  await deleteRun(directory, "make", ada);
  await deleteRun(other, "make", { person: "Bob" });
  merge(other, directory);
  expect(await faultsOf(directory)).toEqual([]);
  await flush(directory);
  expect(filesOf(directory, first)).toEqual([]);
});

test("what has not ended, has other runs beside it, or is not there is refused, and nothing is changed", async () => {
  const directory = join(temporary(), ".provml");
  const prov = provenance({ directory, workflow: "two", agent: "Ada", announce: false });
  prov.training("one", () => 1)();
  await prov.flush();
  await expect(deleteRun(directory, "one", ada)).rejects.toMatchObject({ message: /writer that has not ended/ });
  prov.training("two", () => 2)();
  await prov.close();
  await expect(deleteRun(directory, "one", ada)).rejects.toMatchObject({ message: /2 runs \(two, one\).*--execution/ });
  await expect(deleteRun(directory, "three", ada)).rejects.toMatchObject({ code: "not-found" });
  expect(await names(directory)).toEqual(["two", "one"]);
  expect((await deleteRun(directory, "one", { ...ada, extent: "execution" })).runs).toHaveLength(2);
  expect(await names(directory)).toEqual([]);
});

test("what another execution went on from is refused, and stays when room is made, until that one is deleted", async () => {
  const root = temporary();
  const [directory, file] = [join(root, ".provml"), join(root, "checkpoint.json")];
  for (const [name, first, last] of [
    ["fitA", 0, 3],
    ["fitB", 3, 6],
  ] as const) {
    const prov = provenance({ directory, workflow: "resumed", agent: "Ada", announce: false });
    prov.run(name, (run) => {
      if (first > 0) run.used(file);
      run.series("loss", { resumed: first > 0 });
      for (const epoch of run.epochs(last, { first })) {
        epoch.log({ loss: 1 / (1 + epoch.number) });
        if (first > 0 || epoch.number !== last - 1) continue;
        writeFileSync(file, JSON.stringify([name, epoch.number]));
        epoch.checkpoint(file);
      }
    });
    await prov.close();
  }
  const steps = () =>
    asked(directory, async (graph) => (await graph.series("fitB", "loss")).map(({ step }) => Number(step)));
  await expect(deleteRun(directory, "fitA", ada)).rejects.toMatchObject({
    code: "bad-argument",
    message: /fitB .* went on from a checkpoint of fitA/,
  });
  expect(await steps()).toEqual([0, 1, 2, 3, 4, 5]);
  const { deleted, kept } = await collect(directory, { ...ada, olderThanDays: 0, used: "ignore", mode: "try" });
  expect([deleted, kept].map((ones) => ones.flatMap(({ runs }) => runs.map(({ name }) => name)))).toEqual([
    ["fitB"],
    ["fitA"],
  ]);
  await deleteRun(directory, "fitB", ada);
  await deleteRun(directory, "fitA", ada);
  expect(await names(directory)).toEqual([]);
});

test("a server drops the graph, is not brought it again by who has not heard, and tells whoever pulls", async () => {
  const { directory, first } = await chain();
  await flush(directory);
  const other = copyOf(directory);
  await using server = await faultyServer();
  await using store = serverStore(server.address);
  const feeding = { server: server.address };
  await pushToServer(directory, store, feeding);
  const ofFirst = () => server.lines().filter((line) => line.endsWith(`/${first}/graph> .`)).length;
  expect(ofFirst()).toBeGreaterThan(10);
  await deleteRun(directory, "make", ada);
  const { comparison } = await pushToServer(directory, store, feeding);
  expect([ofFirst(), comparison?.missing]).toEqual([0, 0]);
  const left = await store.select(`SELECT ?p { <https://w3id.org/prov-ml/id/${first}/execution> ?p ?o }`);
  expect(left.rows.map(({ p }) => p?.value)).not.toContain("https://w3id.org/prov-ml#command");
  expect(await store.size()).toBe(await asked(directory, async (graph) => (await graph.counts()).triples));
  await feed(other, store, feeding);
  await pushToServer(other, store, feeding);
  expect(ofFirst()).toBe(0);
  await pullFromServer(store, other);
  expect([filesOf(other, first), await names(other)]).toEqual([[], ["tune"]]);
});
