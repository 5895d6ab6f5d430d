import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { contentIri } from "../../src/model/names.ts";
import { flushesAtOnce } from "./at-once.ts";
import { crafted } from "./crafted.ts";
import { movedTo, published, statedIn } from "./moved.ts";
import { heldIn } from "./oracle.ts";
import { copyOf, recorded, temporary, X } from "./recorded.ts";

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

test("finds one thing where several flushers look at once while the file changes", { timeout: 60_000 }, async () => {
  for (let time = 0; time < 3; time++) {
    const { directory, file } = await asking();
    const flushers = flushesAtOnce(directory, 3);
    setTimeout(() => appendFileSync(file, "more"), 100 + 60 * time);
    await flushers;
    const stated = statedIn(directory, "digest").join("\n");
    expect(stated.includes("isVerified") !== stated.includes("specializationOf"), stated).toBe(true);
    const files = Object.keys(published(directory)).filter((path) => path.includes("-digest-"));
    expect(files).toHaveLength(1);
  }
});

test("puts a request for a thing without a name into quarantine", async () => {
  const request = { kind: "digest", path: "/nowhere", mediaType: "x/y", size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1 };
  const directory = crafted({ frames: [[{ ...request, id: "no name" }], [{ kind: "entity", id: "x:e" }]] });
  expect(await flush(directory)).toMatchObject({ quarantined: 1, refused: [] });
  expect((await movedTo(directory)).lines).toHaveLength(1);
});
