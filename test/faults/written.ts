import { join } from "node:path";
import type { Brief } from "../../src/model/brief.ts";
import type { SegmentReading } from "../../src/spool/reader.ts";
import { blame, type Outcome } from "./trial.ts";

/*
 * What the program `writes` writes, known beforehand, so that every statement and row that comes back can be held against it.
 */

/** Fixed, because strace must know the names of the files. */
export const WRITER = "wchild";
export const SERIES = { id: "x:loss", name: "loss", activity: "x:fit" };
const ROWS_PER_STATEMENT = 3;

export function entityNumber(n: number): Brief {
  return { kind: "entity", id: `x:e-${n}`, attributes: [["rdfs:label", `Nº ${n} ${"·".repeat(n % 40)}`]] };
}

/** What a build reads out of segments; `damage` names what it could not. */
export interface ReadBack {
  readonly statements: Brief[];
  readonly rows: { readonly step: number; readonly value: number; readonly series: string | undefined }[];
  readonly sequences: number[];
  readonly damage: string[];
}

export type Reader = (paths: readonly string[], mode: "dead" | "living") => ReadBack;

/** Reads as the flusher of that build does: what a proven dead writer left, or one of whom nobody knows. */
export async function readerOf(build: string): Promise<Reader> {
  const { readSegment }: typeof import("../../src/spool/reader.ts") = await import(join(build, "src/spool/reader.js"));
  return (paths, mode) => {
    const read: ReadBack = { statements: [], rows: [], sequences: [], damage: [] };
    for (const path of paths) {
      try {
        const reading = readSegment(path, { dead: mode === "dead" });
        if (reading) take(reading, read);
        read.damage.push(...(reading?.damage ?? []).map(({ reason }) => `${path}: ${reason}`));
      } catch (error) {
        if ((error as { code?: string }).code !== "corrupt") throw error;
        read.damage.push(String(error));
      }
    }
    return read;
  };
}

function take(reading: SegmentReading, read: ReadBack): void {
  const names = new Map<number, string>();
  for (const frame of reading.frames()) {
    if (frame.kind === "series") {
      names.set(frame.number, frame.id);
      continue;
    }
    const count = frame.kind === "statements" ? frame.statements.length : frame.rows.length / 4;
    for (let i = 0; i < count; i++) read.sequences.push(frame.sequence + i);
    if (frame.kind === "statements") read.statements.push(...frame.statements);
    else {
      for (let i = 0; i < frame.rows.length; i += 4) {
        const [series = -1, step = -1, value = -1] = frame.rows.subarray(i, i + 3);
        read.rows.push({ series: names.get(series), step, value });
      }
    }
  }
}

/** Of what was acknowledged nothing is lost, and nothing is there twice, or other than it was written. */
export function judgeReadBack(outcome: Outcome, read: ReadBack, acknowledged: number, where: string): void {
  const texts = new Set(read.statements.map((statement) => JSON.stringify(statement)));
  const steps = new Set(read.rows.map(({ step }) => step));
  for (let n = 0; n < acknowledged; n++) {
    if (!texts.has(textOf(n))) blame(outcome, "lost", 1, `${where}: statement ${n} of ${acknowledged} acknowledged`);
    for (let row = 0; row < ROWS_PER_STATEMENT; row++)
      if (!steps.has(ROWS_PER_STATEMENT * n + row))
        blame(outcome, "lost", 1, `${where}: row ${row} before statement ${n}`);
  }
  blame(outcome, "duplicated", read.sequences.length - new Set(read.sequences).size, `${where}: sequence numbers`);
  blame(outcome, "duplicated", read.rows.length - steps.size, `${where}: rows`);
  for (const statement of read.statements) {
    const n = Number((statement as { id?: string }).id?.slice("x:e-".length));
    if (!(n >= 0) || JSON.stringify(statement) !== textOf(n))
      blame(outcome, "unexplained", 1, `${where}: ${JSON.stringify(statement)}`);
  }
  for (const { series, step, value } of read.rows)
    if (series !== SERIES.id || value !== Math.floor(step / ROWS_PER_STATEMENT))
      blame(outcome, "unexplained", 1, `${where}: row ${step} = ${value} of ${series}`);
}

function textOf(n: number): string {
  let text = TEXTS.get(n);
  if (text === undefined) {
    text = JSON.stringify(entityNumber(n));
    TEXTS.set(n, text);
  }
  return text;
}
const TEXTS = new Map<number, string>();
