import { existsSync } from "node:fs";
import { type Lines, StatementLines } from "../../rdf/statement-lines.ts";
import { deletedExecutions } from "../../spool/deleted.ts";
import type { SegmentHeader } from "../../spool/format.ts";
import { checkHeader, listSegments, type SegmentFile, segmentsAfter, segmentsByWriter } from "../../spool/reader.ts";
import type { Place } from "../source.ts";
import { attempt, messageOf, openPending } from "./pending.ts";
import { PendingStream } from "./pending-stream.ts";
import { PendingSummaries } from "./pending-summaries.ts";
import type { Retracted } from "./retracted.ts";

export interface PendingOptions {
  /** Filled with what graph files say of series that the spool has more rows of; to be given to whoever reads them. */
  readonly retracted: Retracted;
  /** Only what this execution (its UUID) stated. */
  readonly execution?: string;
}

/**
 * What the flusher would add to the graph files if it went over the spool now, as N-Quads: what is in the spool and in no graph file
 * yet, and of each writer's stream what it has lost, how it ended and what its series come to; and what it would take out of them. Only what a look at other files would
 * tell is left out: the digests that wait for the flusher. Read this before the graph files: what a flusher moves meanwhile then comes twice, never not at all.
 */
export async function* pendingQuads(
  place: Place,
  problems: Set<string>,
  options: PendingOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const newStated = () => new Set<string>(); // each graph states what it uses
  const lines = new StatementLines("quads");
  for await (const { bytes } of pendingLines({ ...options, place, problems, lines, newStated })) yield bytes;
}

/** The same without the graphs, as N-Triples: what the union of all graphs holds. */
export function pendingTriples(
  place: Place,
  problems: Set<string>,
  options: PendingOptions,
): AsyncGenerator<Lines, void, void> {
  const stated = new Set<string>();
  const lines = new StatementLines("triples");
  return pendingLines({ ...options, place, problems, lines, newStated: () => stated });
}

interface Pending extends PendingOptions {
  readonly place: Place;
  readonly problems: Set<string>;
  readonly lines: StatementLines;
  /** What a stream takes for stated already. */
  readonly newStated: () => Set<string>;
}

async function* pendingLines(pending: Pending): AsyncGenerator<Lines, void, void> {
  const { place, problems, lines } = pending;
  const deleted = deletedExecutions(place.graph);
  for (const spool of place.spools) {
    for (const listed of segmentsByWriter(attempt(problems, () => listSegments(spool)) ?? [])) {
      yield* streamLines({ ...pending, deleted }, spool, listed);
    }
  }
  if (lines.length > 0) yield lines.take();
}

/** The segments of one writer, as the flusher goes through them. */
async function* streamLines(
  {
    place,
    problems,
    lines,
    newStated,
    execution,
    retracted,
    deleted,
  }: Pending & { readonly deleted: ReadonlySet<string> },
  spool: string,
  listed: readonly SegmentFile[],
): AsyncGenerator<Lines, void, void> {
  const stated = newStated();
  let stream: PendingStream | undefined;
  let isWhole = mayHaveEnded(listed.at(-1) as SegmentFile);
  for (let segments = listed; segments.length > 0; ) {
    for (const segment of segments) {
      try {
        const opened = openPending(segment.path);
        if (opened === undefined) {
          isWhole &&= existsSync(segment.path); // without a header it holds nothing; what is gone, a flusher takes
          continue;
        }
        try {
          const { header } = opened.reading;
          if ((execution !== undefined && header.execution !== execution) || deleted.has(header.execution)) return;
          checkHeader(segment, header);
          const summaries = isWhole ? summariesOf(place, header) : undefined;
          stream ??= new PendingStream(place, header, { lines, stated, problems, summaries, retracted });
          yield* stream.read(opened);
          isWhole &&= opened.state !== "open";
        } finally {
          opened.reading.close();
        }
      } catch (error) {
        problems.add(messageOf(error));
        isWhole = false;
      }
    }
    // Only a list made after the death is known to be the whole: the writer may have gone on after the first one.
    segments = isWhole && stream?.isDead === true ? segmentsAfter(spool, segments.at(-1)) : [];
  }
  if (!isWhole || stream === undefined) return;
  // A late one is all that there is, unless its writer has just gone on.
  const hasEnded = stream.hasEnded || (stream.hasGoneOn && segmentsAfter(spool, listed.at(-1)).length === 0);
  if (hasEnded) await stream.end();
  // A flush states anew what it takes back as soon as nobody writes the last segment. It does so, too, where another one cannot be read; here that one is
  // named instead, and nothing is said of the series.
  else if (stream.hasRetracted) await stream.sumUp();
}

function summariesOf({ series }: Place, { execution, writer }: SegmentHeader): PendingSummaries {
  return new PendingSummaries(series, execution, writer);
}

function mayHaveEnded({ path, sealed }: SegmentFile): boolean {
  if (sealed) return true;
  try {
    const last = openPending(path);
    last?.reading.close();
    return last?.state !== "open";
  } catch {
    return false;
  }
}
