import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder for the examples that several files of tests look at. */
    readonly examples?: string;
  }
}

/** Children of the tests run the compiled package, so it is compiled once before them. */
export default function setup(project: TestProject): () => void {
  if (process.env.PROVML_TEST_BUILT !== "1") build(); // `npm run check` has just compiled
  const examples = mkdtempSync(join(tmpdir(), "provml-examples-"));
  project.provide("examples", examples);
  return () => rmSync(examples, { recursive: true, force: true });
}

function build(): void {
  const { status } = spawnSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
  if (status !== 0) throw new Error("npm run build failed: the tests start the compiled package");
}
