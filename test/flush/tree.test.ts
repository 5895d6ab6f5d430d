import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, onTestFinished, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { RACY_MS } from "../../src/flush/tree.ts";
import { contentIri } from "../../src/model/names.ts";
import { crafted } from "./crafted.ts";
import { statedIn } from "./moved.ts";
import { temporary, X } from "./recorded.ts";

const PROVML = "https://w3id.org/prov-ml#";
const isRoot = process.getuid?.() === 0;
const hasCoreutils = spawnSync("sh", ["-c", "sha256sum --version && sort --version && find --version"]).status === 0;
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

/** A folder with these files, by path. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = join(temporary(), "data");
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

let writers = 0;

/** Asks for the digest of a directory as it is now, in a `.provml` directory of its own or in one that is there. */
function asked(root: string, directory?: string, time = Date.now() + 1): string {
  const request = { kind: "tree", id: "x:d", path: root, time, inode: lstatSync(root).ino };
  const writer = `wtree${writers++}`;
  return crafted({
    header: { writer },
    frames: [[request]],
    ...(directory ? { directory } : {}),
    name: `${writer}-0.seg`,
  });
}

interface Found {
  readonly sha256: string | undefined;
  readonly byteSize: number;
  readonly fileCount: number;
  readonly manifest: string | undefined;
  readonly reason: string | undefined;
  readonly isVerified: boolean;
}

function foundIn(directory: string): Found {
  const text = statedIn(directory, "digest").join("\n");
  const value = (name: string) => new RegExp(`<${PROVML}${name}> "([^"]*)"`).exec(text)?.[1];
  const sha256 = value("sha256");
  if (sha256 !== undefined)
    expect(text).toContain(`<${X}d> <http://www.w3.org/ns/prov#specializationOf> <${contentIri(sha256)}>`);
  return {
    sha256,
    byteSize: Number(value("byteSize")),
    fileCount: Number(value("fileCount")),
    manifest: value("manifest"),
    reason: /comment> "([^"]*)"/.exec(text)?.[1]?.replace("an entry of the directory", value("obstacle") ?? ""),
    isVerified: value("isVerified") !== "false",
  };
}

async function digested(root: string, directory?: string): Promise<Found & { readonly directory: string }> {
  const into = asked(root, directory);
  expect(await flush(into)).toMatchObject({ quarantined: 0, refused: [] });
  return { ...foundIn(into), directory: into };
}

async function manifestOf({
  directory,
  manifest = "",
}: Found & { directory: string }): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(join(directory, manifest));
  expect(manifest).toContain(createHash("sha256").update(bytes).digest("hex"));
  return parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    utf8: false,
  });
}

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a directory that was used", () => {
  test("has the digest that docs/content.md specifies, with the size and number of its files", async () => {
    const root = tree({ "b/c.txt": "cc", "a.txt": "a", "b-": "", "deep/er/x": "x" });
    mkdirSync(join(root, "e"));
    symlinkSync("../outside", join(root, "l"));
    const found = await digested(root);
    const lines = [
      [sha256("a"), "a.txt"],
      [sha256(""), "b-"],
      [sha256("cc"), "b/c.txt"],
      [sha256("x"), "deep/er/x"],
      ["directory", "e"],
      [`link ${sha256("../outside")}`, "l"],
    ].map(([what, path]) => `${what}  ${path}\0`);
    expect(found).toMatchObject({
      sha256: sha256(`provml-tree 1\n${lines.join("")}`),
      byteSize: 4,
      fileCount: 4,
      isVerified: true,
    });
    expect(statedIn(found.directory, "digest").join("\n")).toContain(`<${PROVML}mediaType> "inode/directory"`);
  });

  test.skipIf(!hasCoreutils)("has the digest that coreutils take (needs coreutils and findutils)", async () => {
    const root = tree({ "B/2.csv": "2", "a b.csv": "1", "é.csv": "3", "z\\\n.csv": "4", "B/.hidden": "5" });
    const command =
      "(printf 'provml-tree 1\\n'; cd \"$1\" && find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -z) | sha256sum";
    const printed = execFileSync("sh", ["-c", command, "sh", root], { encoding: "utf8" });
    expect((await digested(root)).sha256).toBe(printed.slice(0, 64));
  });

  test("has a manifest of all its entries, named by its own digest", async () => {
    const root = tree({ "b/c.txt": "cc", "a.txt": "a" });
    symlinkSync("a.txt", join(root, "l"));
    const time = new Date("2026-05-04T03:02:01Z");
    utimesSync(join(root, "a.txt"), time, time);
    const entries = await manifestOf(await digested(root));
    expect(
      entries.map(({ path, kind, size, sha256: digest, target }) => [path, kind, Number(size), digest, target]),
    ).toEqual([
      ["a.txt", "file", 1, sha256("a"), null],
      ["b/c.txt", "file", 2, sha256("cc"), null],
      ["l", "link", 5, sha256("a.txt"), "a.txt"],
    ]);
    expect(entries[0]?.mtime).toEqual(time);
    expect(entries[0]?.inode).toEqual(BigInt(statSync(join(root, "a.txt")).ino));
  });

  test("with equal files has equal content, wherever it lies", async () => {
    const files = { "x/1": "one", "x/2": "two" };
    const [one, other] = [await digested(tree(files)), await digested(tree(files))];
    expect(other.sha256).toBe(one.sha256);
    expect((await digested(tree({ ...files, "x/3": "" }))).sha256).not.toBe(one.sha256);
    expect((await digested(tree({ "x/1": "one", "x/20": "two" }))).sha256).not.toBe(one.sha256);
  });

  test("may be empty, and leaves the recorder's own directory out", async () => {
    const root = tree({});
    const empty = await digested(root);
    expect(empty).toMatchObject({ sha256: sha256("provml-tree 1\n"), fileCount: 0 });
    mkdirSync(join(root, ".provml")); // as the first step does, before it is looked at
    expect((await digested(root, join(root, ".provml"))).sha256).toBe(empty.sha256);
  });

  test("names links, pipes and sockets, follows none and opens none", { timeout: 20_000 }, async () => {
    const root = tree({ "a/x": "x" });
    symlinkSync("..", join(root, "a/up")); // a loop, were it followed
    symlinkSync("/", join(root, "out"));
    execFileSync("mkfifo", [join(root, "pipe")]);
    const server = createServer().listen(join(root, "sock"));
    onTestFinished(() => void server.close());
    await new Promise((done) => server.once("listening", done));
    const entries = await manifestOf(await digested(root));
    expect(entries.map(({ path, kind, target }) => [path, kind, target])).toEqual([
      ["a/up", "link", ".."],
      ["a/x", "file", null],
      ["out", "link", "/"],
      ["pipe", "fifo", null],
      ["sock", "socket", null],
    ]);
  });

  test.skipIf(process.platform !== "linux")("may have names that are no UTF-8 (Linux alone has them)", async () => {
    const root = tree({});
    const name = Buffer.from([0x66, 0xff, 0x2e, 0x62]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), "bytes");
    const found = await digested(root);
    const line = Buffer.concat([Buffer.from(`provml-tree 1\n${sha256("bytes")}  `), name, Buffer.from([0])]);
    expect(found.sha256).toBe(sha256(line));
    const [entry] = await manifestOf(found);
    expect([entry?.path, Buffer.from(entry?.pathBytes as Uint8Array)]).toEqual(["f\ufffd.b", name]);
  });

  test("may hold a sparse file, of which the zeros count", async () => {
    const root = tree({ sparse: "" });
    truncateSync(join(root, "sparse"), 20_000_000);
    const found = await digested(root);
    expect([found.byteSize, found.sha256]).toEqual([
      20_000_000,
      sha256(`provml-tree 1\n${sha256(Buffer.alloc(20_000_000))}  sparse\0`),
    ]);
  });
});

describe("a directory that was changed after it was used", () => {
  test.each([
    ["a file has other bytes", (root: string) => appendFileSync(join(root, "x/1"), "!"), "x/1 changed after"],
    [
      "a file has other bytes and its old mtime",
      (root: string) => {
        const { atime, mtime } = statSync(join(root, "x/1"));
        writeFileSync(join(root, "x/1"), "ONE");
        utimesSync(join(root, "x/1"), atime, mtime);
      },
      "x/1 changed after",
    ],
    ["a file was added", (root: string) => writeFileSync(join(root, "x/new"), ""), "x changed after"],
    ["a file was removed", (root: string) => rmSync(join(root, "x/1")), "x changed after"],
    ["it is gone", (root: string) => rmSync(root, { recursive: true }), "the directory could not be read (ENOENT)"],
    [
      "another one is in its place",
      (root: string) => {
        renameSync(root, `${root}.old`);
        mkdirSync(root);
      },
      "the directory changed after",
    ],
    [
      "a file is in its place",
      (root: string) => {
        rmSync(root, { recursive: true });
        writeFileSync(root, "");
      },
      "the directory could not be read (ENOTDIR)",
    ],
  ])("is not verified: %s", async (_, change, reason) => {
    const root = tree({ "x/1": "one", "y/2": "two" });
    const directory = asked(root);
    await sleep(20);
    change(root);
    expect(await flush(directory)).toMatchObject({ quarantined: 0, refused: [] });
    const found = foundIn(directory);
    expect([found.isVerified, found.sha256]).toEqual([false, undefined]);
    expect(found.reason).toContain(reason);
    expect(existsSync(join(directory, "manifests"))).toBe(false);
  });

  test.skipIf(isRoot)("or that cannot be read is not verified (root can read all)", async () => {
    const root = tree({ "x/1": "one" });
    chmodSync(join(root, "x/1"), 0);
    const found = await digested(root);
    expect([found.isVerified, found.reason]).toEqual([false, "x/1 could not be read, or changed while it was"]);
  });

  test.skipIf(!hasStrace)("while it is read is not verified (needs strace)", { timeout: 60_000 }, async () => {
    const root = tree({ "a/1": "one", "b/2": "two" });
    const directory = asked(root);
    await sleep(20);
    const child = new URL("fixtures/flushes.mjs", import.meta.url).pathname;
    // Every read of a directory takes half a second, in which a file comes where all was listed before.
    const slow = spawn(
      "strace",
      ["-f", "-qq", "-o", "/dev/null", "-e", "inject=getdents64:delay_exit=500000", process.execPath, child, directory],
      { stdio: "ignore" },
    );
    const ended = new Promise((done) => slow.once("exit", done));
    await sleep(2500);
    writeFileSync(join(root, "late"), "");
    await ended;
    expect(foundIn(directory).isVerified).toBe(false);
  });

  test("stays as it was found first", async () => {
    const root = tree({ "x/1": "one" });
    const directory = asked(root);
    const again = {
      frames: [[{ kind: "tree", id: "x:d", path: root, time: Date.now() + 1, inode: lstatSync(root).ino }]],
    };
    await flush(directory);
    const first = statedIn(directory, "digest");
    rmSync(root, { recursive: true });
    const writer = `wtree${writers - 1}`;
    for (const name of readdirSync(join(directory, "graph"), { recursive: true, encoding: "utf8" }))
      if (/-\d+-\d+\.nq$/.test(name)) rmSync(join(directory, "graph", name));
    crafted({ header: { writer }, ...again, directory, name: `${writer}-0.seg` });
    await flush(directory);
    expect(statedIn(directory, "digest")).toEqual(first);
  });
});

describe("a directory that is looked at again", () => {
  test("is not read again where nothing changed, and has the manifest that is there", async () => {
    const root = tree({ "x/1": "one", "x/2": "two" });
    await sleep(RACY_MS + 100);
    const first = await digested(root);
    const opens = spiedOpens(root, asked(root, first.directory));
    if (opens !== undefined) expect(opens).toEqual([]);
    else await flush(first.directory);
    expect(foundIn(first.directory).sha256).toBe(first.sha256);
    expect(
      readdirSync(join(first.directory, "manifests"), { recursive: true }).filter((n) =>
        String(n).endsWith(".parquet"),
      ),
    ).toHaveLength(1);
  }, 30_000);

  test("is read again where a file changed, also one of the same size and mtime", async () => {
    const root = tree({ "x/1": "one", "x/2": "two" });
    await sleep(RACY_MS + 100);
    const first = await digested(root);
    const { atime, mtime } = statSync(join(root, "x/1"));
    writeFileSync(join(root, "x/1"), "ONE");
    utimesSync(join(root, "x/1"), atime, mtime);
    const again = asked(root, first.directory);
    await flush(again);
    const digests = [
      ...statedIn(again, "digest")
        .join("\n")
        .matchAll(/sha256> "([0-9a-f]{64})"/g),
    ].map(([, one]) => one);
    const wanted = sha256(`provml-tree 1\n${sha256("ONE")}  x/1\0${sha256("two")}  x/2\0`);
    expect(digests.sort()).toEqual([first.sha256, wanted].sort());
  }, 30_000);

  test("is read again where a file had just changed when it was read first: it may have changed within the same tick", async () => {
    const root = tree({ "x/1": "one" });
    const first = await digested(root);
    const [entry] = await manifestOf(first);
    expect(entry?.settled).toBe(false);
    const opens = spiedOpens(root, asked(root, first.directory));
    if (opens !== undefined) expect(opens).toEqual([`${root}/x/1`]);
    await sleep(RACY_MS + 100);
    const second = await digested(root);
    expect((await manifestOf(second))[0]?.settled).toBe(true);
    expect(second.sha256).toBe(first.sha256);
  }, 30_000);

  test("survives a manifest that is damaged", async () => {
    const root = tree({ "x/1": "one" });
    const first = await digested(root);
    for (const name of readdirSync(join(first.directory, "manifests"), { recursive: true, encoding: "utf8" }))
      if (name.endsWith(".parquet")) writeFileSync(join(first.directory, "manifests", name), "PAR1 no");
    await flush(asked(root, first.directory));
    expect(foundIn(first.directory)).toMatchObject({ sha256: first.sha256, isVerified: true });
  });
});

test.each([
  ["without a time", { time: undefined }],
  ["without a path", { path: 7 }],
  ["without a name", { id: "no name" }],
])("puts a request %s into quarantine", async (_, wrong) => {
  const root = tree({});
  const request = { kind: "tree", id: "x:d", path: root, time: Date.now() + 1, inode: lstatSync(root).ino, ...wrong };
  const directory = crafted({ frames: [[request], [{ kind: "entity", id: "x:e" }]] });
  expect(await flush(directory)).toMatchObject({ quarantined: 1, refused: [] });
});

/** The files below a folder that a flush opens for reading; undefined where strace is absent. */
function spiedOpens(root: string, directory: string): string[] | undefined {
  if (!hasStrace) return undefined;
  const log = join(temporary(), "opens");
  const child = new URL("fixtures/flushes.mjs", import.meta.url).pathname;
  spawnSync("strace", ["-f", "-qq", "-e", "trace=openat", "-o", log, process.execPath, child, directory]);
  const opened = [...readFileSync(log, "utf8").matchAll(/openat\([^"]*"([^"]*)"/g)].map(([, path = ""]) => path);
  expect(opened.length).toBeGreaterThan(10);
  return opened.filter((path) => path.startsWith(`${root}/x/`));
}
