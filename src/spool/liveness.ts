import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Who a process is, so that another one can tell later whether it still lives. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** The three that only Linux tells. */
  readonly bootId?: string;
  readonly pidNamespace?: string;
  /** Clock ticks between boot and the start of the process: tells a reused pid. */
  readonly processStart?: string;
}

export type WriterState = "alive" | "dead" | "unknown";

export function processIdentity(): ProcessIdentity {
  const bootId = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const pidNamespace = attempt(() => readlinkSync("/proc/self/ns/pid"));
  const self = processStat("self");
  // A /proc of another namespace knows this process under another number.
  const processStart = self?.pid === process.pid ? self.start : undefined;
  return {
    host: hostname(),
    pid: process.pid,
    ...(bootId === undefined ? {} : { bootId }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
    ...(processStart === undefined ? {} : { processStart }),
  };
}

/**
 * Whether the process that wrote a segment lives. `dead` is said only with proof, by a process of the same boot and PID namespace;
 * everything else is `unknown` and never to be written down. A sealed segment needs no judgement.
 */
export function writerState(writer: ProcessIdentity, self: ProcessIdentity = processIdentity()): WriterState {
  if (writer.bootId === undefined && self.bootId === undefined) {
    return writer.host === self.host && !exists(writer.pid) ? "dead" : "unknown";
  }
  if (writer.bootId !== self.bootId) return "unknown";
  if (writer.pidNamespace === undefined || writer.pidNamespace !== self.pidNamespace) return "unknown";
  // Both must agree: /proc may hide other users' processes, or be that of another namespace.
  if (!exists(writer.pid)) return processStat(writer.pid) ? "unknown" : "dead";
  const stat = processStat(writer.pid);
  if (!stat || writer.processStart === undefined || self.processStart === undefined) return "unknown";
  return stat.start === writer.processStart && !stat.isZombie ? "alive" : "dead";
}

/** Fields 1, 3 and 22 of /proc/PID/stat; the program's name between them may hold spaces and parentheses. */
function processStat(pid: number | "self"): { pid: number; start: string; isZombie: boolean } | undefined {
  return attempt(() => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const start = fields[19];
    if (start === undefined) return undefined;
    return { pid: Number.parseInt(text, 10), start, isZombie: fields[0] === "Z" || fields[0] === "X" };
  });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything but ESRCH (no permission, a number that is no pid) proves nothing.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
