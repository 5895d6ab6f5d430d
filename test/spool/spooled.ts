import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Brief } from "../../src/model/brief.ts";
import { directoryPaths } from "../../src/spool/directory.ts";
import type { SpoolOptions } from "../../src/spool/options.ts";
import { type Damage, type Frame, listSegments, type ReadOptions, readSegment } from "../../src/spool/reader.ts";
import type { Spool } from "../../src/spool/spool.ts";
import { openSpool } from "../../src/spool/writer.ts";

/** A folder of the test's own, removed after it. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-spool-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function options(directory: string, more: Partial<SpoolOptions> = {}): SpoolOptions {
  const execution = "0199d3c0-0000-7000-8000-000000000001";
  return {
    directory,
    execution,
    base: "https://w3id.org/prov-ml/id/",
    root: "/where/it/ran",
    writer: "wtest",
    freeSpaceBytes: 0,
    ...more,
  };
}

export function open(directory: string, more: Partial<SpoolOptions> = {}): Spool {
  return openSpool(options(directory, more));
}

export const LOSS = { id: "x:wtest-1", name: "loss", activity: "x:wtest-2" };

export function entity(id: string | number): Brief {
  return { kind: "entity", id: `x:e-${id}` };
}

export interface Read {
  readonly statements: Brief[];
  /** Each row as [series id, step, value, time]. */
  readonly rows: (readonly [string | undefined, number, number, number])[];
  /** Of every statement and row, in the order read. */
  readonly sequences: number[];
  readonly damage: Damage[];
  readonly lost: { statements: number; rows: number };
  readonly ended: boolean;
  readonly tornBytes: number;
  readonly segments: number;
}

/** All that a directory's spool holds. */
export function readAll(directory: string, given: ReadOptions = {}): Read {
  return readPaths(
    listSegments(directoryPaths(directory).spool).map(({ path }) => path),
    given,
  );
}

export function readPaths(paths: readonly string[], given: ReadOptions = {}): Read {
  const statements: Brief[] = [];
  const rows: Read["rows"] = [];
  const sequences: number[] = [];
  const damage: Damage[] = [];
  const lost = { statements: 0, rows: 0 };
  let [ended, tornBytes] = [false, 0];
  for (const path of paths) {
    const reading = readSegment(path, given);
    if (!reading) continue;
    const names = new Map<number, string>();
    for (const frame of reading.frames()) {
      if (frame.kind === "series") names.set(frame.number, frame.id);
      else sequences.push(...numbersOf(frame));
      if (frame.kind === "statements") statements.push(...frame.statements);
      if (frame.kind === "rows")
        rows.push(...rowsOf(frame.rows).map(([s, ...rest]) => [names.get(s), ...rest] as const));
    }
    damage.push(...reading.damage);
    lost.statements += reading.lostStatements;
    lost.rows += reading.lostRows;
    ended ||= reading.ended;
    tornBytes += reading.tornBytes;
  }
  return { statements, rows, sequences, damage, lost, ended, tornBytes, segments: paths.length };
}

function numbersOf(frame: Exclude<Frame, { kind: "series" }>): number[] {
  const count = frame.kind === "rows" ? frame.rows.length / 4 : frame.statements.length;
  return Array.from({ length: count }, (_, index) => frame.sequence + index);
}

function rowsOf(rows: Float64Array): [number, number, number, number][] {
  return Array.from(
    { length: rows.length / 4 },
    (_, at) => [...rows.subarray(4 * at, 4 * at + 4)] as [number, number, number, number],
  );
}
