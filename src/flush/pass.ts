import { join } from "node:path";
import { readCoverage, type SequenceRange } from "../spool/coverage.ts";
import { deletedExecutions } from "../spool/deleted.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { processIdentity, writerState } from "../spool/liveness.ts";
import { hasBrought, summariesIn } from "../spool/summary-names.ts";
import type { RememberedSegments } from "./remembered.ts";
import type { FlushReport } from "./report.ts";

/** One walk over the spool: what it was asked for, what it has found out, and what it has done. */
export interface Pass {
  readonly directory: string;
  readonly spool: string;
  readonly includesOpen: boolean;
  readonly report: FlushReport;
  readonly onProgress: ((report: FlushReport) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** What earlier passes of the same process know of segments that are still written. */
  readonly remembered: RememberedSegments | undefined;
  /** Writers of whose series something was stated that this pass has taken back. */
  readonly retracted: Set<string>;
  /** The executions that were deleted. */
  readonly deleted: ReadonlySet<string>;
  /** Whether a segment's writer is proven dead, or declared so by someone who knows. */
  isDead(header: SegmentHeader): boolean;
  isProvenDead(header: SegmentHeader): boolean;
  /** Whether something is stated of a writer's series that more rows make untrue; looked up once a pass. */
  isSummarised(header: SegmentHeader): boolean;
  /** What of a writer has been moved before; looked up once a pass, for it only saves work. */
  coverageOf(header: SegmentHeader): readonly SequenceRange[];
}

export type PassOptions = Omit<
  Pass,
  "isDead" | "isProvenDead" | "coverageOf" | "isSummarised" | "report" | "retracted" | "deleted"
> & {
  readonly declaresDead: ((header: SegmentHeader) => boolean) | undefined;
};

export function newPass({ declaresDead, ...options }: PassOptions): Pass {
  const self = processIdentity();
  const { graph } = directoryPaths(options.directory);
  const coverage = new Map<string, Map<string, SequenceRange[]>>();
  const summarised = new Map<string, ReadonlySet<string> | "any">();
  const isProvenDead = (header: SegmentHeader) => writerState(header, self) === "dead";
  return {
    ...options,
    isProvenDead,
    retracted: new Set(),
    deleted: deletedExecutions(graph),
    report: {
      segments: 0,
      statements: 0,
      rows: 0,
      quads: 0,
      quarantined: 0,
      lostStatements: 0,
      lostRows: 0,
      damaged: 0,
      refused: [],
    },
    isDead: (header) => isProvenDead(header) || declaresDead?.(header) === true,
    isSummarised({ execution, writer }) {
      const folder = join(graph, execution);
      const known = summarised.get(execution) ?? (hasBrought(folder) ? "any" : new Set(summariesIn(folder).keys()));
      summarised.set(execution, known);
      return known === "any" || known.has(writer);
    },
    coverageOf({ execution, writer }) {
      const known = coverage.get(execution) ?? readCoverage(graph, execution);
      coverage.set(execution, known);
      return known.get(writer) ?? [];
    },
  };
}
