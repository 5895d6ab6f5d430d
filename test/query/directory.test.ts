import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provenance } from "provml";
import { open } from "provml/query";
import { expect, it, onTestFinished } from "vitest";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A training on a directory of images, moved into the graph; then asked by content. */
async function trained(): Promise<{ folder: string; directory: string }> {
  const folder = mkdtempSync(join(tmpdir(), "provml-images-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const images = join(folder, "images");
  mkdirSync(join(images, "cat"), { recursive: true });
  for (const name of ["cat/1.png", "cat/2.png"]) writeFileSync(join(images, name), `the bytes of ${name}`);
  const directory = join(folder, ".provml");
  const prov = provenance({ directory, workflow: "cats", agent: "ada", announce: false });
  prov.dataset(images, { split: "train" });
  prov.training("fit", (_: string) => ({ w: 1 }))(images);
  await prov.close();
  const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
  await flush(directory);
  return { folder, directory };
}

it("finds what a file of a recorded directory had an effect on, by its bytes, wherever a copy of it lies", async () => {
  const { folder, directory } = await trained();
  const copy = join(folder, "copy.png");
  writeFileSync(copy, "the bytes of cat/2.png");
  const graph = await open(directory);
  onTestFinished(() => graph.close());
  for (const subject of [copy, { sha256: sha256("the bytes of cat/2.png") }]) {
    const { roots, nodes } = await graph.lineage(subject, { direction: "down" });
    expect(roots).toHaveLength(1);
    expect(nodes.find(({ id }) => id === roots[0])).toMatchObject({ label: "images", sha256: expect.any(String) });
    expect(nodes.filter(({ types }) => types.includes("provml:Model"))).toHaveLength(1);
  }
  writeFileSync(copy, "other bytes");
  await expect(graph.lineage(copy)).rejects.toMatchObject({ code: "not-found" });
});

it("says of a file that has changed since its directory was recorded that it has, and which directory that is", async () => {
  const { folder, directory } = await trained();
  const graph = await open(directory);
  onTestFinished(() => graph.close());
  const { roots } = await graph.lineage({ sha256: sha256("the bytes of cat/2.png") });
  const changed = join(folder, "images", "cat", "2.png");
  writeFileSync(changed, "other bytes");
  await expect(graph.lineage(changed)).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringMatching(
      new RegExp(`has changed: .* ${roots[0]} had it with sha256 ${sha256("the bytes of cat/2.png")}`),
    ),
  });
  const added = join(folder, "images", "cat", "3.png");
  writeFileSync(added, "new bytes");
  await expect(graph.lineage(added)).rejects.toMatchObject({ message: expect.not.stringContaining("has changed") });
});

it("tells of a manifest that is gone, and answers without it", async () => {
  const { directory } = await trained();
  rmSync(join(directory, "manifests"), { recursive: true });
  const graph = await open(directory);
  onTestFinished(() => graph.close());
  await expect(graph.lineage({ sha256: sha256("the bytes of cat/2.png") })).rejects.toMatchObject({
    code: "not-found",
  });
  expect(String(graph.problems)).toContain("manifest");
});
