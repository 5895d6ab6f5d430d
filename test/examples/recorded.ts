import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, inject } from "vitest";
import { flush } from "../../src/flush/flush.ts";

export type Example = "penguins" | "mnist" | "decorators" | "sweep";

/** The folder in which an example ran as a child, with what it recorded in `.provml` and what it printed. */
export interface RecordedExample {
  readonly folder: string;
  readonly directory: string;
  readonly printed: string;
}

/**
 * Examples that ran once for all files of tests, which change nothing of them: whoever comes first runs one, the others wait for it.
 * Without the folder of the global set-up they run for this file alone.
 */
export function sharedExamples(...examples: readonly Example[]): ReadonlyMap<Example, RecordedExample> {
  const shared = inject("examples");
  if (!shared) return recordedExamples(...examples);
  const recorded = new Map<Example, RecordedExample>();
  beforeAll(async () => {
    for (const example of examples) recorded.set(example, await sharedExample(shared, example));
  });
  return recorded;
}

/** Copies of the shared examples, for a file of tests that goes on recording where they did. */
export function copiedExamples(...examples: readonly Example[]): ReadonlyMap<Example, RecordedExample> {
  const shared = sharedExamples(...examples);
  const copies = new Map<Example, RecordedExample>();
  beforeAll(() => {
    for (const [example, { folder: from, printed }] of shared) {
      const folder = mkdtempSync(join(tmpdir(), `provml-${example}-`));
      cpSync(from, folder, { recursive: true, preserveTimestamps: true });
      copies.set(example, { folder, directory: join(folder, ".provml"), printed });
    }
  });
  afterAll(() => {
    for (const { folder } of copies.values()) rmSync(folder, { recursive: true, force: true });
  });
  return copies;
}

async function sharedExample(shared: string, example: Example): Promise<RecordedExample> {
  const folder = join(shared, example);
  const outcome = join(shared, `${example}.json`);
  if (madeFolder(folder)) {
    let told: { readonly printed?: string; readonly failure?: string };
    try {
      const { printed, directory } = await run(example, folder);
      await flush(directory);
      told = { printed };
    } catch (error) {
      told = { failure: String(error) };
    }
    writeFileSync(`${outcome}.part`, JSON.stringify(told));
    renameSync(`${outcome}.part`, outcome);
  }
  while (!existsSync(outcome)) await sleep(20);
  const { printed, failure } = JSON.parse(readFileSync(outcome, "utf8"));
  if (failure !== undefined) throw new Error(failure);
  return { folder, directory: join(folder, ".provml"), printed };
}

function madeFolder(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Runs the examples once for all tests of a file, each in a folder of its own, and flushes what they recorded. */
export function recordedExamples(...examples: readonly Example[]): ReadonlyMap<Example, RecordedExample> {
  const recorded = new Map<Example, RecordedExample>();
  beforeAll(async () => {
    for (const example of examples) recorded.set(example, await run(example));
    for (const { directory } of recorded.values()) await flush(directory); // digests large files
  });
  afterAll(() => {
    for (const { folder } of recorded.values()) rmSync(folder, { recursive: true, force: true });
  });
  return recorded;
}

/** Runs an example as a child, in a folder of its own or once more in the one that is given. */
export function run(
  example: Example,
  folder = mkdtempSync(join(tmpdir(), `provml-${example}-`)),
): Promise<RecordedExample> {
  const directory = join(folder, ".provml");
  const program = fileURLToPath(new URL(`../../dist/examples/${example}.js`, import.meta.url));
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("PROVML_"));
  const env = { ...Object.fromEntries(others), PROVML_DIR: directory };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program], { cwd: folder, env }, (error, printed, stderr) =>
      error || stderr !== "" ? reject(error ?? new Error(stderr)) : resolve({ folder, directory, printed }),
    );
  });
}
