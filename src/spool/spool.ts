import type { Brief } from "../model/brief.ts";
import type { SeriesDescription } from "../model/row.ts";
import type { SpoolFault } from "./faults.ts";

/** Keeps statements and rows safe on disk. None of these throws or waits for anything but the disk. */
export interface Spool {
  readonly writer: string;
  /** When it returns, the statements are as safe as the durability says, or counted as lost. */
  statements(list: readonly Brief[]): void;
  /** The number that stands for a series in its rows. Ids are brief names. */
  series(description: SeriesDescription): number;
  /** Takes a row, which waits in memory for at most `rowDelayMs`, or to the end of the synchronous section. */
  row(series: number, step: number, value: number, time: number): void;
  /** Keeps bytes in the directory's `content/` under their SHA-256 and returns the path. Of all these it alone throws, what the disk says. */
  content(bytes: Buffer, sha256: string): string;
  /** When it returns, everything taken is on the disk itself, or counted as lost. */
  flush(): void;
  /** Writes what waits and seals the segment; what comes later is counted as lost. */
  close(): void;
  stats(): SpoolStats;
}

/** Statements and rows taken (lost ones not among them) and lost; bytes and segments written. */
export interface SpoolStats {
  readonly statements: number;
  readonly rows: number;
  readonly lostStatements: number;
  readonly lostRows: number;
  readonly bytesWritten: number;
  readonly segments: number;
  readonly lastFault?: SpoolFault;
}
