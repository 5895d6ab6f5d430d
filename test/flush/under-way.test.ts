import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { DeliveryClock, Replica } from "../../src/flush/replica/delivery.ts";
import { type FeedOptions, feed } from "../../src/flush/replica/feed.ts";
import { type RestatingReplica, restating } from "../../src/flush/replica/restating.ts";
import { commentedGraphFile } from "../../src/rdf/graph-file.ts";
import { createDirectory } from "../../src/spool/directory.ts";
import type { Delivery } from "../../src/store/server/server.ts";
import { temporary } from "./recorded.ts";

/** Time that passes only when somebody sleeps. */
function clock(): DeliveryClock {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { now: () => now, random: () => 0.5, sleep };
}

const options = (more: Partial<FeedOptions> = {}): FeedOptions => ({
  server: "http://store.example/",
  clock: clock(),
  ...more,
});

const LARGE = "x".repeat(4_000_000);

/** A directory of so many files of three lines of four megabytes, so that a batch has two lines, and every second file is in two batches. */
function directoryOf(files: number): string {
  const directory = join(temporary(), ".provml");
  createDirectory(directory);
  const folder = join(directory, "graph", "one");
  mkdirSync(folder, { recursive: true });
  for (let file = 0; file < files; file++) {
    const lines = [0, 1, 2].map((line) => `<a:${file}.${line}> <a:p> "${LARGE}" <a:g> .`);
    writeFileSync(join(folder, `${file}.nq`), commentedGraphFile("", lines).bytes);
  }
  return directory;
}

/** Names of the lines of a delivery. */
const namesIn = (nquads: Uint8Array) =>
  [
    ...Buffer.from(nquads)
      .toString("latin1")
      .matchAll(/<a:(\d\.\d)>/g),
  ].map(([, name]) => name as string);

/** A replica whose answers a test gives. */
function answered() {
  const asked: { readonly names: readonly string[]; readonly answer: (delivery: Delivery | Error) => void }[] = [];
  const replica: Replica = {
    deliver: (nquads) =>
      new Promise((resolve, reject) => {
        const answer = (delivery: Delivery | Error) =>
          delivery instanceof Error ? reject(delivery) : resolve(delivery);
        asked.push({ names: namesIn(nquads), answer });
      }),
  };
  const until = async (count: number) => {
    while (asked.length < count) await turn();
  };
  return { replica, asked, until };
}

/** Long enough for everything that does not wait for an answer. */
async function quiet(): Promise<void> {
  for (let n = 0; n < 50; n++) await turn();
}

const STORED: Delivery = { kind: "stored" };
const RETRY: Delivery = { kind: "retry", reason: "because" };

test("two batches are under way at once, and the third goes when the first has come", async () => {
  const { replica, asked, until } = answered();
  const fed = feed(directoryOf(3), replica, options());
  await until(2);
  await quiet();
  expect(asked.map(({ names }) => names)).toEqual([
    ["0.0", "0.1"],
    ["0.2", "1.0"],
  ]);
  asked[1]?.answer(STORED);
  await quiet();
  expect(asked.length).toBe(2);
  asked[0]?.answer(STORED);
  await until(3);
  asked[2]?.answer(STORED);
  await until(4);
  asked[3]?.answer(STORED);
  await until(5);
  asked[4]?.answer(STORED);
  expect(await fed).toMatchObject({ files: 3, quads: 9, refused: 0, waiting: undefined });
});

test("a file is noted only when all batches up to its last one were stored, whichever came first", async () => {
  const directory = directoryOf(3);
  const { replica, asked, until } = answered();
  const fed = feed(directory, replica, options({ patienceMs: 0 }));
  await until(2);
  asked[1]?.answer(STORED);
  await quiet();
  asked[0]?.answer(RETRY);
  expect(await fed).toMatchObject({ files: 0, quads: 0, waiting: "because" });
  const second = answered();
  const fedAgain = feed(directory, second.replica, options({ patienceMs: 0 }));
  await second.until(2);
  second.asked[1]?.answer(RETRY);
  await quiet();
  second.asked[0]?.answer(STORED);
  await second.until(3);
  second.asked[2]?.answer(STORED);
  expect(await fedAgain).toMatchObject({ files: 0, quads: 2, waiting: "because" });
  const again: string[] = [];
  const stores: Replica = {
    async deliver(nquads) {
      again.push(...namesIn(nquads));
      return STORED;
    },
  };
  expect(await feed(directory, stores, options())).toMatchObject({ files: 3, quads: 9 });
  expect(again.sort()).toEqual(["0.0", "0.1", "0.2", "1.0", "1.1", "1.2", "2.0", "2.1", "2.2"]);
  expect(await feed(directory, stores, options())).toMatchObject({ files: 0 });
});

test("what has to wait ends what is tried again behind it, however patient that is", async () => {
  const directory = directoryOf(3);
  let refusals = 0;
  const replica: Replica = {
    async deliver(nquads) {
      if (namesIn(nquads).every((name) => name === "0.0" || name === "0.1"))
        return { kind: "refused", reason: "all of it" };
      refusals++;
      return RETRY;
    },
  };
  const given = options({ patienceMs: Number.POSITIVE_INFINITY });
  const sleeping: DeliveryClock = {
    ...(given.clock as DeliveryClock),
    sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true })),
  };
  const { waiting, files } = await feed(directory, replica, { ...given, clock: sleeping });
  expect([waiting, files, refusals]).toEqual(["the server refuses everything: all of it", 0, 2]);
});

test("a signal ends all that is tried again, and the pass", async () => {
  const ending = new AbortController();
  const { replica, asked, until } = answered();
  const fed = feed(directoryOf(3), replica, options({ patienceMs: Number.POSITIVE_INFINITY, signal: ending.signal }));
  await until(2);
  ending.abort();
  for (const { answer } of asked) answer(RETRY);
  expect(await fed).toMatchObject({ files: 0, waiting: "because" });
});

test("a fault of one batch is thrown in its turn, when nothing is under way any more", async () => {
  const directory = directoryOf(3);
  const { replica, asked, until } = answered();
  const fed = feed(directory, replica, options());
  let isOver = false;
  const fault = fed.then(
    () => undefined,
    (error: Error) => {
      isOver = true;
      return error.message;
    },
  );
  await until(2);
  asked[1]?.answer(new Error("a full disk"));
  asked[0]?.answer(STORED);
  await until(3);
  await quiet();
  expect(isOver).toBe(false);
  for (const { answer } of asked.slice(2)) answer(STORED);
  expect(await fault).toBe("a full disk");
  const stores: Replica = { deliver: async () => STORED };
  expect(await feed(directory, stores, options())).toMatchObject({ files: 3 });
});

/** A server that takes its time, and what it holds. */
function slowServer(): RestatingReplica & { readonly held: Set<string> } {
  const held = new Set<string>();
  const later = async <T>(what: () => T): Promise<T> => {
    for (let n = 0; n < 3; n++) await turn();
    return what();
  };
  return {
    held,
    deliver: (nquads) =>
      later(() => {
        for (const line of Buffer.from(nquads).toString().split("\n")) if (line !== "") held.add(line);
        return STORED;
      }),
    forget: (_, things) =>
      later(() => {
        for (const line of held) if (things.some((thing) => line.startsWith(`<${thing}> `))) held.delete(line);
      }),
    select: () =>
      later(() => {
        const of = (name: string) =>
          new Map(
            [...held].flatMap((line) => {
              const [, s, v] = new RegExp(`^<([^>]*)> <[^>]*#${name}> "(\\w+)"`).exec(line) ?? [];
              return s === undefined || v === undefined ? [] : [[s, v] as const];
            }),
          );
        const counts = of("rowCount");
        const rows = [...of("rowsDigest")].map(([s, d]) => ({
          s: { kind: "iri", value: s } as const,
          d: { kind: "literal", value: d, type: "" } as const,
          n: { kind: "literal", value: counts.get(s) ?? "", type: "" } as const,
        }));
        return { variables: ["s", "d", "n"], rows };
      }),
  };
}

const summary = (series: string, rowCount: number) => [
  `<a:${series}> <https://w3id.org/prov-ml#rowCount> "${rowCount}" <a:g> .`,
  `<a:${series}> <https://w3id.org/prov-ml#rowsDigest> "${String(rowCount).padStart(64, "0")}" <a:g> .`,
];

test.each([
  ["the later one last", [5, 9]],
  ["the later one first", [9, 5]],
  ["many", [3, 9, 7, 9, 1]],
])("of summaries that are delivered at once one stays, of each series: %s", async (_, counts) => {
  const server = slowServer();
  const replica = restating(server);
  const deliveries = counts.map((count) =>
    replica.deliver(Buffer.from([...summary("s", count), ...summary(`s${count}`, count)].join("\n"))),
  );
  expect(await Promise.all(deliveries)).toEqual(counts.map(() => STORED));
  const expected = [...summary("s", 9), ...counts.flatMap((count) => summary(`s${count}`, count))];
  expect([...server.held].sort()).toEqual([...new Set(expected)].sort());
});

test("a delivery of a summary that fails does not hold up the next one of its series", async () => {
  const server = slowServer();
  let calls = 0;
  const replica = restating({
    ...server,
    deliver: async (nquads) => (calls++ === 0 ? RETRY : await server.deliver(nquads)),
  });
  const bytes = Buffer.from(summary("s", 5).join("\n"));
  expect(await Promise.all([replica.deliver(bytes), replica.deliver(bytes)])).toEqual([RETRY, STORED]);
});
