import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** In memory where there is such a place: a trial copies much and asks for thousands of fsyncs. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A folder that goes with its scope: `using folder = temporaryFolder()`. */
export function temporaryFolder(place: string = PLACE): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(place, "provml-faults-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
