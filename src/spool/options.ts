import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { ROW_BYTES } from "../model/row.ts";
import { RECORDER } from "../model/version.ts";
import { directoryPaths } from "./directory.ts";
import type { SpoolFault } from "./faults.ts";
import { MAX_PAYLOAD_BYTES } from "./frame.ts";
import type { Durability } from "./segment.ts";

export interface SpoolOptions {
  /** The `.provml` directory; made at the first write. */
  readonly directory: string;
  /** Where the segments go, if not into the directory's `spool/`, e.g. a node-local disk. */
  readonly spool?: string | undefined;
  /** The execution's UUID, and the namespace that it lives in. */
  readonly execution: string;
  readonly base: string;
  /** The absolute directory that relative paths in the statements start from. */
  readonly root: string;
  /** A letter-led id, unique in the directory; random unless given. */
  readonly writer?: string | undefined;
  readonly recorder?: string | undefined;
  readonly durability?: Durability | undefined;
  /** `group`: the directory is made for its group. Default: as the directory is, a new one for the user alone. */
  readonly shared?: "group" | undefined;
  readonly segmentBytes?: number | undefined;
  readonly rowBufferRows?: number | undefined;
  readonly rowDelayMs?: number | undefined;
  readonly spoolBytes?: number | undefined;
  readonly freeSpaceBytes?: number | undefined;
  /** Called when something starts to go wrong, once until it has gone well again. */
  readonly onFault?: ((fault: SpoolFault) => void) | undefined;
}

export const SPOOL_DEFAULTS = {
  durability: "os",
  /** A segment is sealed, and may be taken, at this size. */
  segmentBytes: 64 * 1024 * 1024,
  /** Rows are written when so many wait, or the first has waited so long. */
  rowBufferRows: 16_384,
  rowDelayMs: 50,
  /** The bound of one writer's spool, and the free space of the disk that is left untouched. */
  spoolBytes: 10 * 1024 ** 3,
  freeSpaceBytes: 64 * 1024 * 1024,
} as const;

const MAX_ROWS = MAX_PAYLOAD_BYTES / ROW_BYTES;

/** With every default filled in. @throws {ProvenanceError} `bad-option` */
export function settleOptions(options: SpoolOptions) {
  const settled = {
    directory: options.directory,
    execution: options.execution,
    base: options.base,
    root: options.root,
    spool: options.spool,
    writer: options.writer ?? randomWriter(),
    recorder: options.recorder ?? RECORDER,
    durability: options.durability ?? SPOOL_DEFAULTS.durability,
    shared: options.shared,
    segmentBytes: options.segmentBytes ?? SPOOL_DEFAULTS.segmentBytes,
    rowBufferRows: options.rowBufferRows ?? SPOOL_DEFAULTS.rowBufferRows,
    rowDelayMs: options.rowDelayMs ?? SPOOL_DEFAULTS.rowDelayMs,
    spoolBytes: options.spoolBytes ?? SPOOL_DEFAULTS.spoolBytes,
    freeSpaceBytes: options.freeSpaceBytes ?? SPOOL_DEFAULTS.freeSpaceBytes,
    onFault: options.onFault,
  };
  for (const name of ["directory", "execution", "base", "root"] as const) {
    if (typeof settled[name] !== "string" || settled[name] === "")
      throw bad(name, settled[name], "a text that is not empty");
  }
  if (!/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(settled.writer))
    throw bad("writer", settled.writer, "a letter, then letters and digits");
  if (settled.durability !== "os" && settled.durability !== "sync")
    throw bad("durability", settled.durability, '"os" or "sync"');
  if (!isWithin(settled.rowBufferRows, 1, MAX_ROWS))
    throw bad("rowBufferRows", settled.rowBufferRows, `a whole number from 1 to ${MAX_ROWS}`);
  if (!isWithin(settled.rowDelayMs, 1, 60_000))
    throw bad("rowDelayMs", settled.rowDelayMs, "a whole number from 1 to 60000");
  for (const name of ["segmentBytes", "spoolBytes", "freeSpaceBytes"] as const) {
    if (!isWithin(settled[name], 0, Number.MAX_SAFE_INTEGER)) throw bad(name, settled[name], "a whole number of bytes");
  }
  // Absolute from here on: the program may change its working directory.
  const directory = resolve(settled.directory);
  return {
    ...settled,
    directory,
    spool: settled.spool === undefined ? directoryPaths(directory).spool : resolve(settled.spool),
  };
}

export type SettledOptions = ReturnType<typeof settleOptions>;

/** 50 random bits, letter-led, so that `<writer>-<n>` is a qualified name's local part. */
function randomWriter(): string {
  return `w${Array.from(randomBytes(10), (byte) => BASE32[byte & 31]).join("")}`;
}
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function bad(name: string, value: unknown, expected: string): ProvenanceError {
  return new ProvenanceError("bad-option", `spool option ${name} is ${JSON.stringify(value)}; it must be ${expected}`);
}
