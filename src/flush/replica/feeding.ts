import { REAL_CLOCK, type Replica } from "./delivery.ts";
import { type FeedOptions, type FeedReport, feed } from "./feed.ts";

export interface FeedingOptions extends FeedOptions {
  readonly signal: AbortSignal;
  /** How long it waits after a pass. Default: 2 s. */
  readonly intervalMs?: number;
  /** Called after each pass that delivered something, or found a file damaged or unreadable that the one before did not. */
  readonly onPass?: (report: FeedReport) => void;
  /** Called after a pass that a fault of the disk ended; it is tried again. */
  readonly onFault?: (error: Error) => void;
}

const INTERVAL_MS = 2000;
const LONGEST_INTERVAL_MS = 30_000;

/**
 * Feeds a server until the signal comes, however long it is down. It runs beside the flusher and shares nothing with it but files, so that
 * no state of a server ever keeps the spool from being emptied.
 */
export async function keepFeeding(directory: string, replica: Replica, options: FeedingOptions): Promise<void> {
  const { signal, intervalMs = INTERVAL_MS, clock = REAL_CLOCK, onPass, onFault, ...given } = options;
  let idle = 0;
  const unwritten: string[] = [];
  let named = "";
  while (!signal.aborted) {
    try {
      const own = { clock, signal, unwritten };
      const report = await feed(directory, replica, { patienceMs: Number.POSITIVE_INFINITY, ...given, ...own });
      idle = report.files > 0 ? 0 : idle + 1;
      const troubles = [...report.damaged, ...report.unreadable].join("\n");
      const isNews = troubles !== "" && troubles !== named;
      named = troubles;
      if (report.files + report.refused > 0 || report.waiting !== undefined || isNews) onPass?.(report);
    } catch (error) {
      idle++;
      onFault?.(error as Error);
    }
    const pauseMs = Math.min(intervalMs * 2 ** Math.min(idle, 10), Math.max(LONGEST_INTERVAL_MS, intervalMs));
    if (!signal.aborted) await clock.sleep(pauseMs, signal);
  }
}
