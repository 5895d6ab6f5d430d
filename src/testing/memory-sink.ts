import type { Sink, SinkRequest } from "../capture/sink.ts";
import type { Brief } from "../model/brief.ts";
import { exactJson } from "../model/exact-json.ts";
import type { SeriesDescription } from "../model/row.ts";

/** One number of a series, as the program logged it. */
export interface RecordedRow {
  /** The series' name, e.g. `loss`. */
  readonly series: string;
  readonly step: number;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** A sink that keeps what it takes in memory, as it would be read back from disk: after having been JSON. What the spool refuses is lost here too. */
export interface MemorySink extends Sink {
  readonly request: SinkRequest;
  readonly briefs: readonly Brief[];
  readonly rows: readonly RecordedRow[];
  readonly announced: readonly SeriesDescription[];
  readonly isClosed: boolean;
}

export function memorySink(request: SinkRequest): MemorySink {
  const briefs: Brief[] = [];
  const rows: RecordedRow[] = [];
  const announced: SeriesDescription[] = [];
  const counts = { lostStatements: 0, lostRows: 0, bytesWritten: 0 };
  let isClosed = false;
  return {
    request,
    briefs,
    rows,
    announced,
    get isClosed() {
      return isClosed;
    },
    statements(list) {
      for (const brief of list) {
        const json = isClosed ? undefined : jsonOf(brief);
        if (json === undefined) counts.lostStatements++;
        else {
          briefs.push(JSON.parse(json));
          counts.bytesWritten += json.length;
        }
      }
    },
    series: (description) => announced.push(description) - 1,
    row(series, step, value, time) {
      if (isClosed) counts.lostRows++;
      else rows.push({ series: announced[series]?.name ?? "?", step, value, time });
    },
    flush() {},
    close() {
      isClosed = true;
    },
    stats: () => ({ ...counts, statements: briefs.length, rows: rows.length }),
  };
}

/** As many bytes as a frame of the spool takes, which is a list of statements. */
const MOST_BYTES = 2 ** 20 - "[]".length;

function jsonOf(value: unknown): string | undefined {
  try {
    const json = exactJson(value);
    return Buffer.byteLength(json) > MOST_BYTES ? undefined : json;
  } catch {
    return undefined;
  }
}
