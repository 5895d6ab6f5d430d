import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { heldIn } from "../faults/oracle.ts";
import { graphFiles, movedTo, published, segmentsIn, statedIn } from "./moved.ts";
import { copyOf, EXECUTION, recorded, temporary } from "./recorded.ts";

describe.each(["close", "kill"] as const)("a spool whose writer ended by %s", (how) => {
  test("becomes exactly the quads of its statements and its rows, and goes", async () => {
    const directory = await recorded(40, how);
    const held = heldIn(directory);
    expect(segmentsIn(directory).length).toBeGreaterThan(3);
    const report = await flush(directory);
    const moved = await movedTo(directory);
    expect(moved).toEqual(held);
    expect([report.statements, report.rows]).toEqual([5 * 40, 4 * 40]);
    expect(report).toMatchObject({ quarantined: 0, lostStatements: 0, lostRows: 0, damaged: 0, refused: [] });
    expect(segmentsIn(directory)).toEqual([]);
  });

  test("is moved once: again adds nothing, and the same spool a second time changes nothing", async () => {
    const directory = await recorded(20, how);
    const spool = copyOf(directory);
    await flush(directory);
    const first = published(directory);
    expect((await flush(directory)).segments).toBe(0);
    for (const name of segmentsIn(spool))
      writeFileSync(join(directory, "spool", name), readFileSync(join(spool, "spool", name)));
    expect(await flush(directory)).toMatchObject({ statements: 0, rows: 0 });
    expect(published(directory)).toEqual(first);
  });
});

test("merges the segments of several writers, each file under its own names", async () => {
  const directory = await recorded(10, "close", { writer: "wa" });
  await recorded(10, "kill", { writer: "wb", directory });
  const held = heldIn(directory);
  await flush(directory);
  expect(await movedTo(directory)).toEqual(held);
  expect(statedIn(directory, "closing").join()).toContain("/wb-closing>");
  expect(statedIn(directory, "closing").join()).not.toContain("/wa-closing>");
});

test("states the summary of each series once the stream has ended", async () => {
  const directory = await recorded(10, "close");
  const values = heldIn(directory).rows.map((row) => row.split(" "));
  await flush(directory);
  const summary = statedIn(directory, "summary").join("\n");
  for (const name of ["loss", "accuracy"]) {
    const own = values.filter((fields) => fields[3] === name).map((fields) => Number(fields[6]));
    expect(own).toHaveLength(20);
    const id = `<https://w3id.org/prov-ml/id/${EXECUTION}/wrec-s${name === "loss" ? 0 : 1}>`;
    expect(summary).toContain(`${id} <https://w3id.org/prov-ml#rowCount> "20"^^`);
    const numbers = own.filter((value) => !Number.isNaN(value));
    expect(objectOf(summary, id, "minimum")).toBe(Math.min(...numbers));
    expect(objectOf(summary, id, "maximum")).toBe(Math.max(...numbers));
    expect(objectOf(summary, id, "firstValue")).toBe(own[0]);
    expect(objectOf(summary, id, "lastValue")).toBe(own.at(-1));
  }
});

test("makes every file private, and the count and digest at its end fit", async () => {
  const directory = await recorded(10, "kill");
  await flush(directory);
  const files = graphFiles(directory);
  expect(files.length).toBeGreaterThan(2);
  await movedTo(directory); // holds each trailer to its file
  for (const path of files) expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("is not disturbed by what a killed flusher left behind", async () => {
  const directory = await recorded(10, "close");
  const held = heldIn(directory);
  const left = join(directory, "graph", EXECUTION);
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, "wrec-0-4.nq.0123456789ab.tmp"), "<half a li");
  mkdirSync(join(directory, "series", `execution=${EXECUTION}`), { recursive: true });
  writeFileSync(join(directory, "series", `execution=${EXECUTION}`, "wrec-0-4.parquet.0123456789ab.tmp"), "PAR1");
  await flush(directory);
  expect(await movedTo(directory)).toEqual(held);
});

test("takes the spool from elsewhere when told", async () => {
  const directory = await recorded(5, "close");
  const held = heldIn(directory);
  const spool = join(temporary(), "spool");
  renameSync(join(directory, "spool"), spool);
  expect((await flush(directory)).segments).toBe(0);
  await flush(directory, { spool });
  expect(await movedTo(directory)).toEqual(held);
  expect(readdirSync(spool)).toEqual([]);
});

test("says what it has done after each segment", async () => {
  const directory = await recorded(20, "close");
  const seen: number[] = [];
  const { segments } = await flush(directory, { onProgress: (report) => seen.push(report.segments) });
  expect(seen).toEqual(Array.from({ length: segments }, (_, n) => n + 1));
});

test("does nothing where there is nothing", async () => {
  const directory = await recorded(1, "close");
  rmSync(join(directory, "spool"), { recursive: true });
  expect(await flush(directory)).toMatchObject({ segments: 0, statements: 0, rows: 0, refused: [] });
});

test("refuses a directory that is not there, or not one of provml's", async () => {
  const folder = temporary();
  await expect(flush(join(folder, ".provml"))).rejects.toMatchObject({ code: "no-directory" });
  await expect(flush(folder)).rejects.toMatchObject({ code: "foreign-directory" });
  writeFileSync(join(folder, "provml.json"), '{"format":2}');
  await expect(flush(folder)).rejects.toMatchObject({ code: "foreign-directory" });
});

function objectOf(lines: string, subject: string, property: string): number {
  const start = `${subject} <https://w3id.org/prov-ml#${property}> "`;
  const [, lexical = ""] = lines.split(start)[1]?.match(/^([^"]*)"/) ?? [];
  return lexical === "INF" ? Number.POSITIVE_INFINITY : Number(lexical);
}
