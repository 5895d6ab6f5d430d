import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { contentIri } from "../../src/model/names.ts";
import { heldIn } from "../faults/oracle.ts";
import { crafted } from "./crafted.ts";
import { filesIn, movedTo, published, statedIn } from "./moved.ts";
import { copyOf, FLUSHES, recorded, temporary, X } from "./recorded.ts";

const hasStrace = spawnSync("strace", ["-V"]).status === 0;

const BYTES = Buffer.alloc(3 * 1024 * 1024 + 7, "a,b\n");
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const UNVERIFIED = '<https://w3id.org/prov-ml#isVerified> "false"^^<http://www.w3.org/2001/XMLSchema#boolean>';

/** A recorded spool that asks for the digest of a file of 3 MiB. */
async function asking(): Promise<{ directory: string; file: string }> {
  const file = join(temporary(), "data.csv");
  writeFileSync(file, BYTES);
  return { directory: await recorded(5, "close", { file }), file };
}

test("states the content of a file that is as it was when it was used", async () => {
  const { directory } = await asking();
  const held = heldIn(directory);
  await flush(directory);
  const content = `<${contentIri(SHA256)}>`;
  const stated = statedIn(directory, "digest").join("\n");
  expect(stated).toContain(`<${X}wrec-1-f> <http://www.w3.org/ns/prov#specializationOf> ${content}`);
  expect(stated).toContain(`${content} <https://w3id.org/prov-ml#sha256> "${SHA256}"`);
  expect(stated).toContain(`${content} <https://w3id.org/prov-ml#byteSize> "${BYTES.length}"^^`);
  expect(stated).toContain(`${content} <https://w3id.org/prov-ml#mediaType> "text/csv"`);
  expect(stated).not.toContain("isVerified");
  expect(await movedTo(directory)).toEqual(held);
});

test.each([
  ["is gone", (file: string) => rmSync(file)],
  ["has grown", (file: string) => appendFileSync(file, "more")],
  [
    "has other bytes of the same number",
    (file: string) => {
      writeFileSync(file, Buffer.alloc(BYTES.length, "z"));
      utimesSync(file, new Date(), new Date());
    },
  ],
  [
    "is another one of the same bytes",
    (file: string) => {
      renameSync(file, `${file}.old`);
      writeFileSync(file, BYTES);
    },
  ],
  [
    "is a folder now",
    (file: string) => {
      rmSync(file);
      mkdirSync(file);
    },
  ],
])("states that a file is not verified that %s", async (_, change) => {
  const { directory, file } = await asking();
  change(file);
  await flush(directory);
  const stated = statedIn(directory, "digest");
  expect(stated).toHaveLength(2);
  expect(stated.join("\n")).toContain(`<${X}wrec-1-f> ${UNVERIFIED}`);
});

test("keeps the first finding, whatever a later look would find", async () => {
  const { directory, file } = await asking();
  const spool = copyOf(directory);
  await flush(directory);
  const first = published(directory);
  rmSync(file);
  renameSync(join(spool, "spool"), join(directory, "spool2"));
  // The graph files that would cover the request are gone, its finding is not.
  for (const path of Object.keys(first)) if (!path.includes("digest")) rmSync(join(directory, path));
  await flush(directory, { spool: join(directory, "spool2") });
  expect(published(directory)).toEqual(first);
});

test.skipIf(!hasStrace)(
  "states the finding of whoever publishes first where two flushers find different things (needs strace)",
  { timeout: 60_000 },
  async () => {
    const { directory, file } = await asking();
    // The first one has digested the file as it was, and is held up just before it publishes.
    const injection = ["-qq", "-o", "/dev/null", "-e", "inject=link,linkat:delay_enter=1500000"];
    const slow = spawn("strace", [...injection, process.execPath, FLUSHES, directory], { stdio: "ignore" });
    const ended = once(slow, "exit");
    const isFinding = (path: string) => /-digest-\d+\.nq\..*\.tmp$/.test(path);
    while (!filesIn(directory, "graph").some(isFinding)) {
      expect(slow.exitCode, "it is held up").toBe(null);
      await sleep(5);
    }
    appendFileSync(file, "more");
    await flush(directory);
    const first = statedIn(directory, "digest");
    expect(first.join()).toContain(UNVERIFIED);
    expect(await ended).toEqual([0, null]);
    expect(statedIn(directory, "digest")).toEqual(first);
  },
);

test("puts a request for a thing without a name into quarantine", async () => {
  const request = { kind: "digest", path: "/nowhere", mediaType: "x/y", size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1 };
  const directory = crafted({ frames: [[{ ...request, id: "no name" }], [{ kind: "entity", id: "x:e" }]] });
  expect(await flush(directory)).toMatchObject({ quarantined: 1, refused: [] });
  expect((await movedTo(directory)).lines).toHaveLength(1);
});
