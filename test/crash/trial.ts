import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { type Read, readAll, temporary } from "../spool/spooled.ts";

const BUILD = fileURLToPath(new URL("../../dist", import.meta.url));
const CHILD = fileURLToPath(new URL("../../dist/test/faults/programs/writes.js", import.meta.url));

/** The files of one trial: what the child writes into, and what it says that it has written. */
export function trial() {
  const folder = temporary();
  const directory = join(folder, ".provml");
  const ledger = join(folder, "ledger");
  return {
    directory,
    segment: (n: number) => join(directory, `spool/wchild-${n}.open`),
    acknowledged: () => (existsSync(ledger) ? readFileSync(ledger, "utf8").split("\n").slice(0, -1).map(Number) : []),
    args: (count: number, options: object = {}) => [
      CHILD,
      BUILD,
      directory,
      ledger,
      String(count),
      "return",
      JSON.stringify({ rowDelayMs: 60_000, ...options }), // no clock decides how many writes there are
    ],
  };
}
export type Trial = ReturnType<typeof trial>;

/** Runs the child under strace to its end. */
export function traced(args: readonly string[], strace: readonly string[]) {
  const command = ["-f", "-qq", "-o", "/dev/null", ...strace, process.execPath, ...args];
  return spawnSync("strace", command, { encoding: "utf8" });
}

export const hasStrace = spawnSync("strace", ["-V"]).status === 0;

/** Nothing acknowledged is lost, nothing is there twice, nothing is half. */
export function expectAllAcknowledged(given: Trial, where = ""): Read {
  const acknowledged = given.acknowledged();
  const read = readAll(given.directory, { dead: true });
  const ids = read.statements.map((statement) => ("id" in statement ? statement.id : undefined));
  expect(ids.slice(0, acknowledged.length), where).toEqual(acknowledged.map((n) => `x:e-${n}`));
  expect(
    read.rows.slice(0, 3 * acknowledged.length).map(([, step]) => step),
    where,
  ).toEqual(acknowledged.flatMap((n) => [3 * n, 3 * n + 1, 3 * n + 2]));
  expect(new Set(read.sequences).size, where).toBe(read.sequences.length);
  expect(read.damage, where).toEqual([]);
  return read;
}
