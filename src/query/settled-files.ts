import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { COMPACT_NAME } from "../spool/compacted.ts";
import { deletedExecutions } from "../spool/deleted.ts";
import { BROUGHT_NAME, summarisedWriter } from "../spool/summary-names.ts";
import type { Settled, SourceForm } from "../store/embedded.ts";
import { type FilesRead, graphFiles, stampOf } from "./graph-files.ts";
import { pendingSegments } from "./pending/pending.ts";
import type { Retracted } from "./pending/retracted.ts";
import { makeRoom, orNone, removed, statsOf, used } from "./snapshots.ts";
import type { Place } from "./source.ts";

/** Less is loaded in half a second, and needs no snapshot. */
const LEAST_BYTES = 24_000_000;
/** Files that a snapshot lacks, as a share of those that it has, above which it is made anew. */
const MOST_MISSING = 1 / 3;

/**
 * The graph files of executions of which nothing is in the spool: written once, and read by all who open the directory. What is loaded of them may be kept in a
 * snapshot, and is taken from one that holds nothing else than files that still lie there as they were.
 */
export class SettledFiles implements Settled {
  readonly path: string;
  readonly #place: Place;
  readonly #mode: "use" | "keep";
  readonly #leastBytes: number;
  #read: FilesRead = new Map();
  /** The names of those that were taken or read first. */
  #settled: readonly string[] = [];
  #isTaken = false;

  /** `keep` makes a snapshot where there is none that has nearly all, and the files have at least `leastBytes`. */
  constructor(place: Place, path: string, mode: "use" | "keep", leastBytes = LEAST_BYTES) {
    this.#place = place;
    this.path = path;
    this.#mode = mode;
    this.#leastBytes = leastBytes;
  }

  /** What was taken from a snapshot or read since {@link read} was called last; grows by what is read after it. */
  get filesRead(): FilesRead {
    return this.#read;
  }

  /**
   * Whether an execution has gone on since its files were taken for settled: what they say of its series may count no more. So it seems, too, where one was
   * compacted meanwhile, which is as rare, and costs one who asks again nothing else.
   */
  isUnsettledBy(retracted: Retracted, deleted: ReadonlySet<string>): boolean {
    return this.#settled.some(
      (name) =>
        retracted.of(dirname(name)) !== undefined ||
        (summarises(basename(name)) && !deleted.has(dirname(name)) && !existsSync(join(this.#place.graph, name))),
    );
  }

  /** Whether statements of this execution were read. */
  has(execution: string): boolean {
    return this.#settled.some((name) => dirname(name) === execution);
  }

  isPart(holds: unknown): boolean {
    const held = filesIn(holds);
    if (held.length === 0) return false;
    const deleted = deletedExecutions(this.#place.graph);
    if (held.some(([name]) => deleted.has(dirname(name)))) {
      removed(this.path); // what was deleted is to be nowhere
      return false;
    }
    const unsettled = this.#unsettled();
    const there = [...stampsBelow(this.#place.graph)].filter(([name]) => !unsettled.has(dirname(name)));
    const stamps = new Map(there);
    if (!held.every(([name, stamp]) => stamps.get(name) === stamp)) return false;
    if (this.#mode === "use") return true;
    const bytes = bytesOf(held);
    return bytesOf(there) - bytes <= Math.max(this.#leastBytes, bytes * MOST_MISSING);
  }

  async *read(form: SourceForm, held: unknown): AsyncGenerator<Uint8Array, void, void> {
    this.#read = new Map(filesIn(held));
    this.#isTaken = this.#read.size > 0;
    if (this.#isTaken) used(this.path);
    else yield* graphFiles(this.#place.graph, { without: this.#unsettled(), read: this.#read });
    this.#settled = [...this.#read.keys()];
    this.#isTaken ||= form === "quads"; // a snapshot is of triples
  }

  holds(): unknown {
    const bytes = bytesOf(this.#read);
    if (this.#mode === "use" || this.#isTaken || bytes < this.#leastBytes) return undefined;
    return makeRoom(this.path, MOST_BYTES_A_BYTE * bytes) ? [...this.#read] : undefined;
  }

  #unsettled(): ReadonlySet<string> {
    const unsettled = new Set(deletedExecutions(this.#place.graph));
    for (const { header } of pendingSegments(this.#place, new Set())) unsettled.add(header.execution);
    return unsettled;
  }
}

/** An engine's memory takes about twice the bytes of its N-Quads. */
const MOST_BYTES_A_BYTE = 4;

function summarises(file: string): boolean {
  return summarisedWriter(file) !== undefined || BROUGHT_NAME.test(file) || COMPACT_NAME.test(file);
}

function filesIn(holds: unknown): (readonly [name: string, stamp: string])[] {
  return Array.isArray(holds) ? holds : [];
}

function bytesOf(files: Iterable<readonly [name: string, stamp: string]>): number {
  let bytes = 0;
  for (const [, stamp] of files) bytes += Number.parseInt(stamp, 10) || 0;
  return bytes;
}

function stampsBelow(graph: string): FilesRead {
  const stamps: FilesRead = new Map();
  for (const name of orNone(() => readdirSync(graph, { recursive: true, encoding: "utf8" })))
    for (const stats of name.endsWith(".nq") ? statsOf(join(graph, name)) : []) stamps.set(name, stampOf(stats));
  return stamps;
}
