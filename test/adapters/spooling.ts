import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Provenance, provenance } from "provml";
import { onTestFinished } from "vitest";

/** An instance that records on disk, in a folder that is gone after the test. */
export function spooling(): { prov: Provenance; directory: string } {
  const folder = mkdtempSync(join(tmpdir(), "provml-adapters-"));
  const directory = join(folder, ".provml");
  const prov = provenance({ directory, workflow: "adapters", agent: "ada", announce: false });
  onTestFinished(async () => {
    await prov.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { prov, directory };
}

/** Bytes on the heap after a collection. */
export function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}
