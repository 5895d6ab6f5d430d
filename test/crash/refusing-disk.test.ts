import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { listSegments } from "../../src/spool/reader.ts";
import { readAll } from "../spool/spooled.ts";
import { expectAllAcknowledged, hasStrace, traced, trial } from "./trial.ts";

test("goes on in the next segment when a file may not grow (ulimit -f)", () => {
  const given = trial();
  const quoted = [process.execPath, ...given.args(300)].map((word) => `'${word}'`).join(" ");
  const { status, stdout } = spawnSync("bash", ["-c", `ulimit -f 16; exec ${quoted}`], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    statements: 300,
    rows: 900,
    lostStatements: 0,
    lostRows: 0,
    lastFault: "EFBIG",
  });
  expect(expectAllAcknowledged(given)).toMatchObject({ ended: true, damage: [] });
});

describe.skipIf(!hasStrace)("under strace", () => {
  const COUNT = 4;

  test.each([
    ["a write that fails", "pwrite64:error=EIO:when=5", "os", "EIO"],
    ["a disk that is full for one write", "pwrite64:error=ENOSPC:when=5", "os", "ENOSPC"],
    ["an fdatasync that fails", "fdatasync:error=EIO:when=2", "sync", "EIO"],
  ])("loses nothing to %s", (_, injection, durability, code) => {
    const given = trial();
    const { status, stdout } = traced(given.args(COUNT, { durability }), [
      "-P",
      given.segment(0),
      "-e",
      `inject=${injection}`,
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ statements: COUNT, rows: 3 * COUNT, lostStatements: 0, lostRows: 0 });
    expect(JSON.parse(stdout).lastFault).toBe(code);
    expect(listSegments(`${given.directory}/spool`)).toHaveLength(code === "EIO" ? 2 : 1);
    const read = expectAllAcknowledged(given);
    expect([read.statements.length, read.ended]).toEqual([COUNT, true]);
  });

  test("names what a disk lost that only claimed to have written it", () => {
    const given = trial();
    const injection = "inject=pwrite64:retval=7:when=6"; // the second frame of rows, numbers 4 to 6
    expect(traced(given.args(COUNT), ["-P", given.segment(0), "-e", injection]).status).toBe(0);
    const { sequences, damage } = readAll(given.directory);
    expect(sequences).toEqual(Array.from({ length: 4 * COUNT }, (_, n) => n).filter((n) => n < 4 || n > 6));
    expect(damage).toEqual([expect.objectContaining({ firstSequence: 4, lastSequence: 6 })]);
  });

  test("counts exactly what a disk costs that refuses every further write, and ends as without it", () => {
    const given = trial();
    const strace = ["-P", given.segment(0), "-e", "inject=pwrite64:error=ENOSPC:when=5+"];
    const { status, stdout } = traced(given.args(COUNT), strace);
    expect(status).toBe(0);
    // The rows of the last rounds wait together and are dropped at the end.
    const lost = { lostStatements: COUNT - 1, lostRows: 3 * (COUNT - 1) };
    expect(JSON.parse(stdout)).toMatchObject({ statements: 1, rows: 3, ...lost, lastFault: "ENOSPC" });
    const read = readAll(given.directory);
    expect(read.sequences).toEqual([0, 1, 2, 3]);
    expect(read.damage).toEqual([expect.objectContaining({ reason: "the segment's end is missing" })]);
  });
});
