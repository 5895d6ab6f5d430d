import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Graph, open } from "provml/query";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { snapshotPath } from "../../src/query/snapshots.ts";
import { folder, recorder } from "./recorded.ts";

// Compiled: the store starts a thread, and Node 20 starts none from TypeScript.
type Opening = typeof import("../../src/query/open-directory.ts");
type Settled = typeof import("../../src/query/settled-files.ts");
const { openDirectory } = (await import("../../dist/src/query/open-directory.js")) as Opening;
const { SettledFiles } = (await import("../../dist/src/query/settled-files.js")) as unknown as Settled;
const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
const { deleteRun } = (await import(
  "../../dist/src/curate/deletion.js"
)) as typeof import("../../src/curate/deletion.ts");

async function recordedIn(root: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    const prov = recorder(root);
    prov.training(name, (_given: object) => {
      prov.current().log({ loss: 0.5 });
      return new Map();
    })({ learningRate: 0.5 });
    await prov.close();
    await flush(join(root, ".provml"));
  }
}

interface Opened {
  readonly graph: Graph;
  /** How many files were read, not taken from the snapshot. */
  readonly read: number;
}

/** Opens a directory with a snapshot beside it, however small the graph is. */
async function openedWith(
  root: string,
  mode: "use" | "keep" = "keep",
  meanwhile: () => unknown = () => {},
): Promise<Opened> {
  const at = join(root, ".provml");
  const place = { graph: join(at, "graph"), series: join(at, "series"), manifests: join(at, "manifests") };
  const settled = new SettledFiles({ ...place, spools: [join(at, "spool")] }, snapshotOf(root), mode, 1);
  let taken = 0;
  const { read } = settled;
  settled.read = async function* (form, held) {
    taken = Array.isArray(held) ? held.length : 0;
    yield* read.call(settled, form, held);
    await meanwhile();
  };
  const problems = new Set<string>();
  const graph = await openDirectory({ ...place, spools: [join(at, "spool")] }, { problems, settled });
  onTestFinished(() => graph.close());
  return { graph, read: settled.filesRead.size - taken };
}

function snapshotOf(root: string): string {
  return join(root, "kept", "one.snapshot");
}

/** What a graph answers that was loaded without any. */
async function loaded(root: string): Promise<Graph> {
  const graph = await open(join(root, ".provml"), { snapshot: "none" });
  onTestFinished(() => graph.close());
  return graph;
}

async function answers(graph: Graph): Promise<unknown> {
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
  return {
    runs: await graph.runs(),
    run: await graph.run("first"),
    triples: sorted(await graph.select("SELECT ?s ?p ?o { ?s ?p ?o }")),
    graphs: sorted(await graph.select("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")),
    problems: graph.problems,
  };
}

describe("a directory that is opened from a snapshot", () => {
  test("answers what one that is loaded does, and takes what came since from its files and the spool", async () => {
    const root = folder();
    await recordedIn(root, "first", "second");
    const kept = await openedWith(root);
    expect(kept.read).toBeGreaterThan(0);
    const copied = await openedWith(root);
    expect(copied.read).toBe(0);
    expect(await answers(copied.graph)).toEqual(await answers(await loaded(root)));
    expect(await answers(kept.graph)).toEqual(await answers(await loaded(root)));

    await recordedIn(root, "third");
    const going = recorder(root);
    going.training("fourth", (_given: object) => new Map())({});
    await going.flush();
    const { graph, read } = await openedWith(root, "use");
    expect(read).toBe(filesOf(root) - filesIn(root));
    expect((await graph.runs()).map(({ name }) => name)).toEqual(["fourth", "third", "second", "first"]);
    expect(await answers(graph)).toEqual(await answers(await loaded(root)));
  });

  test("has all functions of SPARQL, and takes more quads", async () => {
    const root = folder();
    await recordedIn(root, "first");
    await openedWith(root);
    const { graph, read } = await openedWith(root, "use");
    expect(read).toBe(0);
    const [row] = await graph.select(
      "SELECT (RAND() < 1 AS ?rand) (STRLEN(STRUUID()) AS ?uuid) (YEAR(NOW()) > 2000 AS ?now) (MD5('a') AS ?md5) (REPLACE('abc', 'b', 'x') AS ?replaced) {}",
    );
    expect(row).toEqual({ rand: true, uuid: 36, now: true, md5: "0cc175b9c0f1b6a831c399e269772661", replaced: "axc" });
    expect((await graph.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")).size).toBeGreaterThan(10);
  });

  test("after a query that was stopped is taken from it once more", async () => {
    const root = folder();
    await recordedIn(root, "first");
    await openedWith(root);
    const { graph } = await openedWith(root, "use");
    const before = await graph.runs();
    const endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }";
    await expect(graph.select(endless, { timeoutMs: 300 })).rejects.toMatchObject({ code: "query-timeout" });
    expect(await graph.runs()).toEqual(before);
  });

  test("does not take one with files that are gone, are others by now, or of which more is in the spool", async () => {
    const root = folder();
    await recordedIn(root, "first", "second");
    await openedWith(root);
    expect((await openedWith(root, "use")).read).toBe(0);

    await deleteRun(join(root, ".provml"), "second");
    const { graph } = await openedWith(root, "use");
    expect((await graph.runs()).map(({ name }) => name)).toEqual(["first"]);
    expect(await answers(graph)).toEqual(await answers(await loaded(root)));

    await openedWith(root); // is made anew
    expect((await openedWith(root, "use")).read).toBe(0);
    const [name] = graphFilesOf(root) as [string];
    utimesSync(name, 1, 1);
    expect((await openedWith(root, "use")).read).toBe(filesOf(root));

    await openedWith(root);
    expect((await openedWith(root, "use")).read).toBe(0);
    const execution = (await (await loaded(root)).run("first")).execution;
    vi.stubEnv("PROVML_EXECUTION", execution);
    onTestFinished(() => void vi.unstubAllEnvs());
    const again = recorder(root);
    again.training("more", (_given: object) => new Map())({});
    await again.flush();
    expect(again.execution).toBe(execution);
    const gone = await openedWith(root, "use");
    expect(gone.read).toBe(filesOf(root));
    expect(await answers(gone.graph)).toEqual(await answers(await loaded(root)));
  });

  test("says so where an execution is deleted or goes on while it is opened, read from files or taken over", async () => {
    const root = folder();
    await recordedIn(root, "first", "second", "third");
    await openedWith(root);
    for (const name of ["second", "third"]) {
      const { graph } = await openedWith(root, "use", () => deleteRun(join(root, ".provml"), name));
      expect(graph.problems).toEqual([
        expect.stringMatching(/^execution \S+ was deleted while it was read; ask again$/),
      ]);
    }
    for (const mode of ["keep", "use"] as const) {
      const summary = graphFilesOf(root).find((path) => /-summary|compact-/.test(path)) as string;
      const { graph } = await openedWith(root, mode, () => renameSync(summary, summary.replace(/\w\.nq$/, "$&.gone")));
      renameSync(summary.replace(/\w\.nq$/, "$&.gone"), summary);
      expect([mode, graph.problems]).toEqual([mode, ["an execution went on while it was read; ask again"]]);
    }
  });

  test("of what was deleted keeps nothing, in the cache of who deletes it and in that of others once they open it", async () => {
    const root = folder();
    vi.stubEnv("PROVML_CACHE", folder());
    onTestFinished(() => void vi.unstubAllEnvs());
    await recordedIn(root, "first", "second");
    const own = snapshotPath(join(root, ".provml", "graph")) as string;
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, "a snapshot");
    await openedWith(root);
    await deleteRun(join(root, ".provml"), "second");
    expect(existsSync(own)).toBe(false);
    expect(existsSync(snapshotOf(root))).toBe(true);
    await openedWith(root, "use");
    expect(existsSync(snapshotOf(root))).toBe(false);
  });

  test("is not made again and again while an execution goes on that no snapshot can have", async () => {
    const root = folder();
    await recordedIn(root, "first");
    const going = recorder(root);
    for (let i = 0; i < 50; i++) going.training(`going-${i}`, (_given: object) => new Map())({});
    await going.flush();
    await flush(join(root, ".provml"));
    await openedWith(root);
    const { ino } = statSync(snapshotOf(root));
    const { graph } = await openedWith(root);
    expect(statSync(snapshotOf(root)).ino).toBe(ino);
    expect(await graph.runs()).toHaveLength(51);
  });

  test("stays where nothing is wrong with it: with a limit that it would break", async () => {
    const root = folder();
    await recordedIn(root, "first");
    await openedWith(root);
    const at = join(root, ".provml");
    const place = {
      graph: join(at, "graph"),
      series: join(at, "series"),
      manifests: join(at, "manifests"),
      spools: [],
    };
    const settled = new SettledFiles(place, snapshotOf(root), "use", 1);
    const opening = openDirectory(place, { problems: new Set(), quadLimit: 5, settled });
    await expect(opening).rejects.toMatchObject({ code: "too-large" });
    expect(existsSync(snapshotOf(root))).toBe(true);
  });

  test("is not looked for in the working directory", () => {
    vi.stubEnv("PROVML_CACHE", "");
    vi.stubEnv("XDG_CACHE_HOME", "");
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const home of ["", "relative"]) {
      vi.stubEnv("HOME", home);
      expect(snapshotPath("graph")).toBeUndefined();
    }
    vi.stubEnv("HOME", "/home/ada");
    expect(snapshotPath("graph")).toMatch(
      /^\/home\/ada\/(?:\.cache|Library\/Caches)\/provml\/snapshots\/[0-9a-f]{32}\.snapshot$/,
    );
    vi.stubEnv("PROVML_CACHE", "none");
    expect(snapshotPath("graph")).toBeUndefined();
  });

  test("with a graph file whose bytes were changed under its old time is not taken", async () => {
    const root = folder();
    await recordedIn(root, "first");
    await openedWith(root);
    const [name] = graphFilesOf(root) as [string];
    const { atime, mtime } = statSync(name);
    writeFileSync(name, changed(readFileSync(name), 20));
    utimesSync(name, atime, mtime);
    await expect(openedWith(root, "use")).rejects.toMatchObject({ code: "corrupt" });
  });

  test("throws one away that is damaged or another engine's, and loads", async () => {
    const root = folder();
    await recordedIn(root, "first");
    await openedWith(root);
    const path = snapshotOf(root);
    const whole = readFileSync(path);
    const spoil: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
      "a byte of the memory": (bytes) => changed(bytes, 100_000),
      "its last byte": (bytes) => changed(bytes, bytes.length - 1),
      "its end": (bytes) => bytes.subarray(0, bytes.length / 2),
      nothing: () => Buffer.alloc(0),
    };
    for (const [what, change] of Object.entries(spoil)) {
      writeFileSync(path, change(Buffer.from(whole)), { mode: 0o600 });
      const { graph, read } = await openedWith(root);
      expect([what, read, (await graph.runs()).length]).toEqual([what, filesOf(root), 1]);
      expect((await openedWith(root, "use")).read).toBe(0); // it is made anew
      await graph.close();
    }
    const { readSnapshot, readSnapshotHeader, writeSnapshot } = await import("../../src/store/snapshot-file.ts");
    const header = readSnapshotHeader(path);
    if (header === undefined) throw new Error("there is no snapshot");
    const memory = new Uint8Array(header.memory);
    expect(await readSnapshot(path, header, memory)).toBe(true);
    writeSnapshot(path, memory, { ...header, engine: "0".repeat(64) });
    expect((await openedWith(root, "use")).read).toBe(filesOf(root));
    expect(existsSync(path)).toBe(false);
  });

  test("makes none of a small graph, none while it only uses them, and none where that is impossible", async () => {
    const root = folder();
    await recordedIn(root, "first");
    const cache = folder();
    vi.stubEnv("PROVML_CACHE", cache);
    onTestFinished(() => void vi.unstubAllEnvs());
    await (await open(join(root, ".provml"), { snapshot: "keep" })).close();
    expect(readdirSync(cache)).toEqual([]);
    await openedWith(root, "use");
    expect(existsSync(snapshotOf(root))).toBe(false);
    appendFileSync(dirname(snapshotOf(root)), "a file where the folder would be");
    const { graph } = await openedWith(root);
    expect((await graph.runs()).length).toBe(1);
    await expect(open(join(root, ".provml"), { snapshot: "sometimes" as "use" })).rejects.toMatchObject({
      code: "bad-option",
    });
  });
});

function changed(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
}

function graphFilesOf(root: string): string[] {
  const graph = join(root, ".provml", "graph");
  const names = readdirSync(graph, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".nq"));
  return names.map((name) => join(graph, name)).filter((path) => statSync(path).isFile());
}

function filesOf(root: string): number {
  return graphFilesOf(root).length;
}

/** How many files the snapshot has. */
function filesIn(root: string): number {
  const text = readFileSync(snapshotOf(root)).toString("latin1");
  return (text.slice(text.lastIndexOf('"holds":')).match(/\.nq"/g) ?? []).length;
}
