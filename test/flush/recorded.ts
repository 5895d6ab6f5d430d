import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const FLUSHES = fileURLToPath(new URL("fixtures/flushes.mjs", import.meta.url));
export const COMPACTS = fileURLToPath(new URL("fixtures/compacts.mjs", import.meta.url));
const RECORDS = fileURLToPath(new URL("fixtures/records.mjs", import.meta.url));

export const EXECUTION = "0199d3c0-0000-7000-8000-000000000001";
export const X = `https://w3id.org/prov-ml/id/${EXECUTION}/`;

/** A folder of the test's own, removed after it. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-flush-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type End = "close" | "exit" | "kill";

/** A process of its own that records what it is told to, into a directory and a second time into a record that stays. */
export interface Recorder {
  readonly directory: string;
  readonly record: string;
  readonly child: ChildProcess;
  write(rounds: number): Promise<void>;
  /** Tells it to write and does not wait. */
  start(rounds: number): void;
  end(how: End): Promise<void>;
}

export interface Recording {
  readonly segmentBytes?: number;
  readonly writer?: string;
  readonly directory?: string;
  /** A file to digest later. */
  readonly file?: string;
}

export async function recorder(given: Recording = {}): Promise<Recorder> {
  const { segmentBytes = 10_000, writer = "wrec", file } = given;
  const record = join(temporary(), ".provml");
  const directory = given.directory ?? join(temporary(), ".provml");
  const more = file === undefined ? [] : [file];
  const child = fork(RECORDS, [directory, record, writer, String(segmentBytes), ...more]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const answer = async () => {
    await Promise.race([
      once(child, "message"),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`the recorder ended with ${code}`))),
    ]);
  };
  await answer();
  return {
    directory,
    record,
    child,
    async write(rounds) {
      child.send({ rounds });
      await answer();
    },
    start: (rounds) => void child.send({ rounds }),
    async end(how) {
      child.send({ end: how });
      await once(child, "exit");
    },
  };
}

/** A spool as a program left it that wrote so many rounds. */
export async function recorded(rounds: number, how: End, given: Recording = {}): Promise<string> {
  const { write, end, directory } = await recorder(given);
  await write(rounds);
  await end(how);
  return directory;
}

export function copyOf(directory: string): string {
  const copy = join(temporary(), ".provml");
  cpSync(directory, copy, { recursive: true });
  return copy;
}
