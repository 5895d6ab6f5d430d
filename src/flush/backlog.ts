import { readdirSync, statSync } from "node:fs";
import { directoryPaths } from "../spool/directory.ts";
import { listSegments } from "../spool/reader.ts";

/** What waits in a spool. */
export interface Backlog {
  readonly segments: number;
  readonly bytes: number;
  /** Segments that nobody writes any more. */
  readonly sealed: number;
  /** When the oldest of them was written last, milliseconds since 1970; absent where there is none. */
  readonly oldestSealedAt?: number;
  /** Statements and series that no graph can hold. */
  readonly quarantined: number;
}

/** Looks at names, sizes and times only, so that it may be asked at any time. */
export function backlogOf(directory: string, spool: string = directoryPaths(directory).spool): Backlog {
  let [bytes, sealed, segments] = [0, 0, 0];
  let oldest = Number.POSITIVE_INFINITY;
  for (const segment of listSegments(spool)) {
    const stat = statSync(segment.path, { throwIfNoEntry: false });
    if (stat === undefined) continue; // taken just now
    segments++;
    bytes += stat.size;
    if (!segment.sealed) continue;
    sealed++;
    oldest = Math.min(oldest, stat.mtimeMs);
  }
  const quarantined = namesIn(directoryPaths(directory).quarantine).filter((name) => name.endsWith(".json")).length;
  return { segments, bytes, sealed, ...(sealed > 0 ? { oldestSealedAt: oldest } : {}), quarantined };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
