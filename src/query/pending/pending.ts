import { executionNamespace } from "../../model/names.ts";
import { deletedExecutions } from "../../spool/deleted.ts";
import { processIdentity, writerState } from "../../spool/liveness.ts";
import { listSegments, readSegment, type SegmentReading } from "../../spool/reader.ts";
import type { Place, Writer } from "../source.ts";

/** What the spool says of those who write into it. */
export function readWriters(place: Place, problems: Set<string>): Writer[] {
  const self = processIdentity();
  const last = new Map<string, Writer>();
  for (const reading of pendingSegments(place, problems)) {
    const { header, ended } = reading;
    const namespace = executionNamespace(header.base, header.execution);
    const state = ended ? "ended" : writerState(header, self);
    last.set(`${namespace}${header.writer}`, { name: header.writer, namespace, state });
  }
  return [...last.values()];
}

/** The segments that can be read, each writer's in order. One that is gone meanwhile has been moved into graph files. */
export function* pendingSegments(
  { graph, spools }: Place,
  problems: Set<string>,
  execution?: string,
): Generator<SegmentReading, void, void> {
  const deleted = deletedExecutions(graph);
  for (const spool of spools) {
    for (const { path } of attempt(problems, () => listSegments(spool)) ?? []) {
      const reading = attempt(problems, () => openPending(path)?.reading);
      if (reading === undefined) continue;
      try {
        const its = reading.header.execution;
        if (!deleted.has(its) && (execution === undefined || its === execution)) yield reading;
      } finally {
        reading.close();
      }
    }
  }
}

/** A segment of the spool. Nobody writes it any more where it is sealed, or its writer dead. */
export interface PendingSegment {
  readonly reading: SegmentReading;
  readonly state: "open" | "sealed" | "dead";
}

/** Undefined where it is gone, or its writer has not written the header yet. */
export function openPending(path: string): PendingSegment | undefined {
  const reading = readSegment(path);
  if (reading === undefined || reading.sealed) return reading && { reading, state: "sealed" };
  if (writerState(reading.header) !== "dead") return { reading, state: "open" };
  reading.close();
  const whole = readSegment(path, { dead: true });
  return whole && { reading: whole, state: "dead" };
}

export function attempt<T>(problems: Set<string>, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.add(messageOf(error));
    return undefined;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
