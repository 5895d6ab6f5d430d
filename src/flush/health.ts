import { closeSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makeFolder, openNew } from "../spool/access.ts";
import { type ProcessIdentity, processIdentity, type WriterState, writerState } from "../spool/liveness.ts";
import type { FlushReport } from "./report.ts";

/** What a watching flusher says of itself, in `flushers/<host>-<pid>.json`. Times are milliseconds since 1970. */
export interface FlusherHealth extends ProcessIdentity {
  readonly format: 1;
  readonly startedAt: number;
  readonly intervalMs: number;
  readonly lagMs: number;
  /** When this was written, and when the next pass begins. */
  readonly at: number;
  readonly nextPassAt: number;
  readonly passes: number;
  /** The last pass that came to its end. */
  readonly lastPassAt?: number;
  readonly lastPassMs?: number;
  /** Since the start. */
  readonly statements: number;
  readonly rows: number;
  readonly quarantined: number;
  /** Segments that could not be read in the last pass, or whose writer's rows could not. */
  readonly refused: number;
  /** Faults in a row, and what the last one says. */
  readonly failures: number;
  readonly lastFault?: string;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** A flusher as someone else sees it. */
export interface FlusherState {
  readonly path: string;
  readonly state: WriterState;
  readonly health: FlusherHealth;
}

/** It is written when something changes, and else so often. */
const TOLD_EVERY_MS = 10_000;

/** Keeps a flusher's file. That it cannot be written is no reason to move nothing. */
export class Health {
  readonly #directory: string;
  readonly #path: string;
  #health: FlusherHealth;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isNews = false;

  constructor(directory: string, start: Pick<FlusherHealth, "intervalMs" | "lagMs" | "startedAt">) {
    this.#directory = directory;
    this.#path = join(healthFolder(directory), `${hostname().replace(/[^\w.-]/g, "_")}-${process.pid}.json`);
    this.#health = {
      format: 1,
      ...processIdentity(),
      ...start,
      ...{ at: start.startedAt, nextPassAt: start.startedAt, passes: 0, statements: 0, rows: 0 },
      ...{ quarantined: 0, refused: 0, failures: 0, cpuMs: 0, residentBytes: 0 },
    };
    this.#tell();
  }

  /** A pass came to its end; what follows it may fail yet, so a fault stays until the flusher rests. */
  passed({ at, durationMs, report }: Passed): void {
    const before = this.#health;
    this.#health = {
      ...before,
      ...{ at, nextPassAt: at, passes: before.passes + 1, lastPassAt: at, lastPassMs: durationMs },
      statements: before.statements + report.statements,
      rows: before.rows + report.rows,
      quarantined: before.quarantined + report.quarantined,
      refused: report.refused.length,
    };
    this.#isNews = before.lastPassAt === undefined || before.refused !== report.refused.length;
    if (this.#isNews || at - this.#toldAt >= TOLD_EVERY_MS) this.#tell();
  }

  /** All went well, until the next pass. */
  rests({ at, pauseMs }: Resting): void {
    const { lastFault, ...before } = this.#health;
    this.#health = { ...before, at, nextPassAt: at + pauseMs, failures: 0 };
    const isNews = this.#isNews || before.failures > 0 || pauseMs > TOLD_EVERY_MS;
    if (isNews || at - this.#toldAt >= TOLD_EVERY_MS) this.#tell();
  }

  failed({ at, pauseMs, failures, error }: Failed): void {
    const lastFault = error instanceof Error ? error.message : String(error);
    this.#health = { ...this.#health, at, nextPassAt: at + pauseMs, failures, lastFault };
    this.#tell();
  }

  ended(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Then the next flusher clears it away.
    }
  }

  #tell(): void {
    const { user, system } = process.cpuUsage();
    this.#health = { ...this.#health, cpuMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() };
    this.#toldAt = this.#health.at;
    const draft = `${this.#path}.tmp`;
    try {
      makeFolder(healthFolder(this.#directory));
      rmSync(draft, { force: true });
      const descriptor = openNew(draft);
      try {
        writeFileSync(descriptor, `${JSON.stringify(this.#health)}\n`);
      } finally {
        closeSync(descriptor);
      }
      renameSync(draft, this.#path);
    } catch {
      // A full disk, for one: what it says of the pass is told on the error stream.
    }
  }
}

interface Passed {
  readonly at: number;
  readonly durationMs: number;
  readonly report: FlushReport;
}

interface Resting {
  readonly at: number;
  readonly pauseMs: number;
}

interface Failed {
  readonly at: number;
  readonly pauseMs: number;
  readonly failures: number;
  readonly error: unknown;
}

/** Those that watch the directory, or did and were ended before they could say so. */
export function readFlushers(directory: string): FlusherState[] {
  const self = processIdentity();
  const folder = healthFolder(directory);
  const found: FlusherState[] = [];
  for (const name of namesIn(folder)) {
    if (!name.endsWith(".json")) continue;
    try {
      const path = join(folder, name);
      const health = JSON.parse(readFileSync(path, "utf8")) as FlusherHealth;
      if (health.format === 1) found.push({ path, state: writerState(health, self), health });
    } catch {
      // Gone just now, or not ours.
    }
  }
  return found;
}

/** Clears away what flushers left that are proven dead: another one works now. */
export function clearHealth(directory: string): void {
  for (const { path, state } of readFlushers(directory)) if (state === "dead") rmSync(path, { force: true });
}

function healthFolder(directory: string): string {
  return join(directory, "flushers");
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
