import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { feedExit, feedText } from "../../src/cli/feed-text.ts";
import { compact } from "../../src/flush/compaction/compact.ts";
import { flush } from "../../src/flush/flush.ts";
import type { DeliveryClock, Replica } from "../../src/flush/replica/delivery.ts";
import { type FeedOptions, feed } from "../../src/flush/replica/feed.ts";
import { transferDirectory } from "../../src/flush/transfer/directory.ts";
import { pullFromServer, pushToServer } from "../../src/flush/transfer/server.ts";
import { commentedGraphFile } from "../../src/rdf/graph-file.ts";
import { normalLine } from "../../src/rdf/normal-line.ts";
import { createDirectory } from "../../src/spool/directory.ts";
import { planGraphFolder } from "../../src/spool/plans.ts";
import { serverStore } from "../../src/store/server/server.ts";
import { type FaultyOptions, faultyServer } from "../faults/server.ts";
import { filesIn, graphFiles, graphIn } from "./moved.ts";
import { recorded, temporary } from "./recorded.ts";

const SERVER = "http://store.example/";

/** A replica that answers as told, and keeps the lines that it stored. */
function replica(
  answer: (lines: readonly string[], call: number) => Awaited<ReturnType<Replica["deliver"]>>["kind"] = () => "stored",
) {
  const held = new Set<string>();
  let calls = 0;
  return {
    held,
    calls: () => calls,
    async deliver(nquads: Uint8Array) {
      const lines = Buffer.from(nquads).toString().split("\n").filter(Boolean);
      const kind = answer(lines, calls++);
      if (kind === "stored") for (const line of lines) held.add(line);
      return kind === "stored" ? { kind } : { kind, reason: "because" };
    },
  };
}

/** Time that passes only when somebody sleeps. */
function clock(): DeliveryClock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => slept.reduce((sum, ms) => sum + ms, 0),
    random: () => 0.5,
    sleep: async (ms) => void slept.push(ms),
  };
}

async function flushed(writer = "wone"): Promise<string> {
  const directory = await recorded(6, "close", { writer });
  await flush(directory);
  return directory;
}

const options = (more: Partial<FeedOptions> = {}): FeedOptions => ({ server: SERVER, clock: clock(), ...more });

test("delivers each graph file once, also after a compaction, and all again without the cursor", async () => {
  const directory = await flushed();
  const [one, other] = [replica(), replica()];
  const { files, quads } = await feed(directory, one, options());
  expect([files, quads]).toEqual([graphFiles(directory).length, graphIn(directory).length]);
  expect([...one.held].sort()).toEqual(graphIn(directory));
  const calls = one.calls();
  await compact(directory);
  expect(await feed(directory, one, options())).toMatchObject({ files: 0, quads: 0, waiting: undefined });
  expect(one.calls()).toBe(calls);
  rmSync(join(directory, "replicas"), { recursive: true });
  await feed(directory, other, options());
  expect([...other.held].sort()).toEqual(graphIn(directory));
});

test("a torn or damaged line of the cursor delivers a file again, and hides none", async () => {
  const directory = await flushed();
  await feed(directory, replica(), options());
  const [path] = filesIn(directory, "replicas") as [string];
  const bytes = readFileSync(path);
  const files = graphFiles(directory).length;
  for (let cut = bytes.length - 4; cut > bytes.length - 40; cut -= 13) {
    writeFileSync(path, bytes.subarray(0, cut));
    expect(await feed(directory, replica(), options())).toMatchObject({ files: 1 });
    expect(await feed(directory, replica(), options())).toMatchObject({ files: 0 });
  }
  const flipped = Buffer.from(bytes);
  flipped[bytes.length - 6] = 0x39;
  writeFileSync(path, flipped);
  expect((await feed(directory, replica(), options())).files).toBeLessThanOrEqual(files);
});

test("where the cursor cannot be written, a push delivers all and compares it, and says why it will be delivered again", async () => {
  const directory = await flushed();
  const { server, store } = await serverFor();
  const cursors = join(directory, "replicas");
  writeFileSync(cursors, ""); // no folder: nobody can write below it, whatever the user may
  const unwritten: string[] = [];
  const given = options({ server: server.address, unwritten });
  const { feed: fed, comparison } = await pushToServer(directory, store, given);
  expect([fed.files, fed.waiting, comparison?.missing]).toEqual([graphFiles(directory).length, undefined, 0]);
  expect(fed.cursorFault).toMatch(/^E[A-Z]+: /);
  expect(feedText(server.address, fed)).toMatch(/delivered again another time, since that cannot be noted: E/);
  expect(feedExit(fed)).toBe(0);

  const calls = replica();
  expect(await feed(directory, calls, options({ server: server.address }))).toMatchObject({ files: fed.files });
  expect(await feed(directory, calls, given)).toMatchObject({ files: 0 });
  rmSync(cursors);
  await flush(await recorded(6, "close", { directory, writer: "wtwo" }));
  expect(await feed(directory, calls, given)).toMatchObject({ cursorFault: undefined });
  expect(unwritten).toEqual([]);
  expect(await feed(directory, calls, options({ server: server.address }))).toMatchObject({ files: 0 });
});

test("tries again with waits that double and vary, and gives up when its patience ends, for the next pass to go on", async () => {
  const directory = await flushed();
  const time = clock();
  const down = replica(() => "retry");
  const { waiting } = await feed(directory, down, options({ clock: time, patienceMs: 60_000 }));
  expect(waiting).toBe("because");
  expect(time.slept).toEqual([750, 1500, 3000, 6000, 12_000, 24_000]);
  const back = replica((_, call) => (call < 3 ? "retry" : "stored"));
  expect(await feed(directory, back, options())).toMatchObject({ waiting: undefined });
  expect([...back.held].sort()).toEqual(graphIn(directory));
});

test("what a server refuses goes to quarantine with the reason, and all else to the server", async () => {
  const directory = await flushed();
  const bad = graphIn(directory).filter((_, n) => n % 40 === 7);
  const picky = replica((lines) => (lines.some((line) => bad.includes(line)) ? "refused" : "stored"));
  expect(await feed(directory, picky, options())).toMatchObject({ refused: bad.length, waiting: undefined });
  expect([...picky.held].sort()).toEqual(graphIn(directory).filter((line) => !bad.includes(line)));
  const told = filesIn(directory, "quarantine").map((path) => JSON.parse(readFileSync(path, "utf8")));
  expect(told.map(({ quad }) => quad).sort()).toEqual(bad);
  expect(told[0]).toMatchObject({ server: SERVER, reason: "because" });
});

test("a server that refuses everything is at fault itself: nothing goes to quarantine", async () => {
  const directory = await flushed();
  const { waiting, files } = await feed(
    directory,
    replica(() => "refused"),
    options(),
  );
  expect([waiting, files]).toEqual(["the server refuses everything: because", 0]);
  expect(filesIn(directory, "quarantine")).toEqual([]);
});

test("many refused quads in a row do not hide that others are taken", async () => {
  const directory = await flushed();
  let good = new Set<string>();
  const picky = replica((lines, call) => {
    if (call === 0) good = new Set(lines.slice(100));
    return lines.every((line) => good.has(line)) ? "stored" : "refused";
  });
  await feed(directory, picky, options());
  expect([...picky.held].sort()).toEqual([...good].sort());
  expect(filesIn(directory, "quarantine")).toHaveLength(100);
});

/** Something that has the name of a graph file and cannot be read as one, whoever tries. */
function unreadableIn(directory: string): string[] {
  const [folder = ""] = graphFiles(directory).map((path) => dirname(path));
  const paths = ["wdir-0-1.nq", `compact-${"0".repeat(32)}.nq`].map((name) => join(folder, name));
  for (const path of paths) mkdirSync(path);
  return paths.sort();
}

test("a graph file that cannot be read is named and passed over, by push too, and all else is delivered", async () => {
  const directory = await flushed();
  const paths = unreadableIn(directory);
  const named = paths.map((path) => expect.stringContaining(path));
  const one = replica();
  for (let pass = 0; pass < 2; pass++)
    expect(await feed(directory, one, options())).toMatchObject({ unreadable: named, waiting: undefined });
  expect([...one.held].sort()).toEqual(graphIn(directory));

  const { server, store } = await serverFor();
  const { comparison } = await pushToServer(directory, store, { server: server.address });
  expect(comparison).toMatchObject({ missing: 0, troubles: named });
  expect(comparison?.quads).toBe(graphIn(directory).length);

  const other = join(temporary(), ".provml");
  createDirectory(other);
  const moved = await transferDirectory(directory, other);
  expect(moved.comparison).toMatchObject({ missing: 0, missingRows: 0 });
  for (const path of paths) expect(moved.comparison.troubles.join()).toContain(path);
  expect(graphIn(other)).toEqual(graphIn(directory));
});

async function serverFor(given: FaultyOptions = {}) {
  const server = await faultyServer(given);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, store: serverStore(server.address, { credentials: null }) };
}

test("a push to a server is compared by value, makes good what the server lost, and a pull brings the same back", async () => {
  const [directory, second] = [await flushed("wone"), await flushed("wtwo")];
  const { server, store } = await serverFor();
  const plan = `https://w3id.org/prov-ml/id/plan.${"a".repeat(32)}`;
  const planFolder = planGraphFolder(join(directory, "graph"), plan);
  mkdirSync(planFolder);
  const ofPlan = [
    `<${plan}> <http://www.w3.org/2000/01/rdf-schema#label> "penguins" <${plan}-graph> .`,
    `<${plan}-graph> <http://www.w3.org/2000/01/rdf-schema#label> "penguins" <https://w3id.org/prov-ml/id/catalogue> .`,
  ];
  writeFileSync(join(planFolder, "plan.nq"), commentedGraphFile("", ofPlan).bytes);
  for (const from of [directory, second]) {
    const { feed: fed, comparison } = await pushToServer(from, store, options({ server: server.address }));
    expect([fed.waiting, comparison?.missing, comparison?.troubles]).toEqual([undefined, 0, []]);
    expect(comparison?.quads).toBe(graphIn(from).length);
  }
  const whole = [...new Set([...graphIn(directory), ...graphIn(second)].map(normalLine))].sort();
  expect(server.lines().map(normalLine).sort()).toEqual(whole);

  // A server that was set up anew, of which the cursor says that it has everything.
  const anew = await serverFor();
  const again = await pushToServer(directory, anew.store, options({ server: server.address }));
  expect([again.feed.files, again.comparison?.missing]).toEqual([0, 0]);
  expect(anew.server.lines()).toHaveLength(graphIn(directory).length);

  const here = join(temporary(), ".provml");
  createDirectory(here);
  expect((await pullFromServer(store, here)).comparison).toMatchObject({ missing: 0, troubles: [] });
  expect(graphIn(here).map(normalLine).sort()).toEqual(whole);
  expect(await pullFromServer(store, here)).toMatchObject({ brought: 0 });
  expect(await pullFromServer(store, directory)).toMatchObject({ comparison: { missing: 0 } });
  expect(graphIn(directory).map(normalLine).sort()).toEqual(whole);
});
