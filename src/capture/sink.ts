import type { Brief } from "../model/brief.ts";

/**
 * Where capture puts what it saw. The spool is one, `provml/testing` will hold another. None of these may throw or wait
 * for anything but a write.
 */
export interface Sink {
  /** Takes statements; when it returns they have left the process (or are counted as lost). */
  statements(list: readonly Brief[]): void;
  /** Announces a series; the number stands for it in its rows. The series is also stated as an entity. */
  series(description: { readonly id: string; readonly name: string; readonly activity: string }): number;
  /** Takes one row; it may wait in memory for at most the sink's delay. `time` is in milliseconds since 1970. */
  row(series: number, step: number, value: number, time: number): void;
  /** Keeps bytes under their SHA-256, readable by their owner alone, and returns the path; it may throw. Absent where nothing is kept. */
  content?(bytes: Buffer, sha256: string): string;
  flush(): void;
  close(): void;
  stats(): SinkStats;
}

export interface SinkStats {
  /** Statements and rows taken, lost ones not counted. */
  readonly statements: number;
  readonly rows: number;
  readonly lostStatements: number;
  readonly lostRows: number;
  readonly bytesWritten: number;
}

/** What a sink must know of the execution that writes into it. */
export interface SinkRequest {
  readonly writer: string;
  readonly execution: string;
  readonly base: string;
  readonly root: string;
  readonly onFault: (fault: unknown) => void;
}

export type OpenSink = (request: SinkRequest) => Sink;
