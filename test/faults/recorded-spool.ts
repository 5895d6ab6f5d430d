import { spawnSync } from "node:child_process";
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Arrived, arrivedIn, judge } from "./arrived.ts";
import { temporaryFolder } from "./folder.ts";
import { type Held, heldIn } from "./oracle.ts";
import { blame, noOutcome, type Outcome } from "./trial.ts";

const SPOOLS = fileURLToPath(new URL("programs/spools.js", import.meta.url));
const BUILD = fileURLToPath(new URL("../..", import.meta.url));

export interface SpoolSize {
  readonly writers: number;
  /** Of each. */
  readonly statements: number;
  readonly rows: number;
  readonly segmentBytes?: number;
}

/** A spool that was recorded once, all trials start from copies of it; what must come of it; and what came of it undisturbed, which was held against that. */
export interface RecordedSpool extends Disposable {
  readonly directory: string;
  readonly held: Held;
  /** What an undisturbed flusher made of it, its own statements among it; of the code as it is, also where a sabotaged build is tried. */
  readonly undisturbed: Arrived;
}

export async function recordSpool(size: SpoolSize): Promise<RecordedSpool> {
  const { writers, statements, rows, segmentBytes = 64 * 1024 * 1024 } = size;
  const folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const numbers = [writers, statements, rows, segmentBytes].map(String);
  const { signal, stderr } = spawnSync(process.execPath, [SPOOLS, BUILD, directory, ...numbers], { encoding: "utf8" });
  if (signal !== "SIGKILL") throw new Error(`the spool was not recorded: ${stderr}`);
  const copy = copied(directory, folder.path);
  await flushed(BUILD, copy);
  const undisturbed = await arrivedIn(copy, "with stated");
  const held = heldIn(directory);
  const difference = noOutcome();
  judge(difference, held, await arrivedIn(copy, "without stated"), "an undisturbed flusher");
  if (difference.notes.length > 0) throw new Error(difference.notes.join("; "));
  return { directory, held, undisturbed, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** A copy of a directory, in a folder of its own. */
export function copied(directory: string, folder: string): string {
  const copy = join(folder, "copy", ".provml");
  cpSync(directory, copy, { recursive: true });
  return copy;
}

/** One pass of a build's flusher in this process. */
export async function flushed(build: string, directory: string): Promise<void> {
  const { flush }: typeof import("../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  await flush(directory);
}

/** After the last pass: all that the oracle holds and an undisturbed flusher states is there, each once, and the spool is empty. */
export async function judgeFlushed(
  outcome: Outcome,
  { undisturbed }: RecordedSpool,
  directory: string,
  where: string,
): Promise<void> {
  judge(outcome, undisturbed, await arrivedIn(directory, "with stated"), where);
  const left = readdirSync(join(directory, "spool"));
  blame(outcome, "unexplained", left.length, `${where}: left in the spool: ${left.slice(0, 3).join(", ")}`);
}
