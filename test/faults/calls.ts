import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./folder.ts";

/** A call of a process to the system that changes what is on the disk, or brings it there. */
export interface Call {
  readonly name: "open" | "close" | "write" | "truncate" | "sync" | "rename" | "link" | "unlink" | "mkdir";
  /** The file descriptor; -1 where the call has none. */
  readonly fd: number;
  /** What is called by its name, or was when the descriptor was opened; "" where nobody knows. */
  readonly path: string;
  /** Its other name, of `rename` and `link`. */
  readonly to: string;
  /** Of `open`. */
  readonly flags: string;
  readonly bytes: Buffer;
  /** Where the bytes go, -1: on from the last ones; of `truncate` the length. */
  readonly offset: number;
}

const NAMES: Readonly<Record<string, Call["name"]>> = {
  open: "open",
  openat: "open",
  close: "close",
  write: "write",
  writev: "write",
  pwrite64: "write",
  pwritev: "write",
  ftruncate: "truncate",
  fsync: "sync",
  fdatasync: "sync",
  rename: "rename",
  renameat: "rename",
  renameat2: "rename",
  link: "link",
  linkat: "link",
  unlink: "unlink",
  unlinkat: "unlink",
  mkdir: "mkdir",
  mkdirat: "mkdir",
};
const LONGEST_TEXT = 2_000_000;

/** Runs a program under strace; the calls that went well, in the order in which they returned. `strace`: what else it is told. */
export function recordedCalls(args: readonly string[], strace: readonly string[] = []): Call[] {
  using folder = temporaryFolder();
  const log = join(folder.path, "calls");
  const traced = `trace=/^(${Object.keys(NAMES).join("|")})$`;
  const options = ["-f", "-qq", "-xx", "-s", String(LONGEST_TEXT), "-e", traced, ...strace, "-o", log];
  const environment = { ...process.env, UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" };
  const { error } = spawnSync("strace", [...options, process.execPath, ...args], { env: environment });
  if (error) throw error;
  return [...callsIn(readFileSync(log, "latin1"))];
}

function* callsIn(log: string): Generator<Call> {
  const begun = new Map<string, string>();
  const paths = new Map<number, string>();
  for (const line of log.split("\n")) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*)<unfinished \.\.\.>$/.exec(rest);
    if (unfinished) {
      begun.set(thread, unfinished[1] ?? "");
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const call = callOf(resumed ? `${begun.get(thread)}${resumed[1]}` : rest, paths);
    if (call !== undefined) yield call;
  }
}

function callOf(text: string, paths: Map<number, string>): Call | undefined {
  const [, system = "", given = "", result = "-1"] = /^(\w+)\((.*)\) += (-?\d+)/.exec(text) ?? [];
  const name = NAMES[system];
  if (name === undefined || Number(result) < 0) return undefined;
  const texts = [...given.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) =>
    Buffer.from(hex.replaceAll("\\x", ""), "hex"),
  );
  const rest = given.replaceAll(/"[^"]*"/g, "").split(",");
  const call = { name, fd: -1, path: "", to: "", flags: "", bytes: Buffer.alloc(0), offset: -1 };
  const [path, to] = texts.map((bytes) => resolve(bytes.toString()));
  switch (name) {
    case "open":
      paths.set(Number(result), path ?? "");
      return { ...call, fd: Number(result), path: path ?? "", flags: given };
    case "mkdir":
    case "unlink":
      return { ...call, path: path ?? "" };
    case "rename":
    case "link":
      return { ...call, path: path ?? "", to: to ?? "" };
    default: {
      const fd = Number(rest[0]);
      const known = { ...call, fd, path: paths.get(fd) ?? "" };
      if (name === "close") paths.delete(fd);
      if (name === "truncate") return { ...known, offset: Number(rest[1]) };
      if (name !== "write") return known;
      const offset = system.startsWith("p") ? Number(rest.at(-1)) : -1;
      return { ...known, bytes: Buffer.concat(texts).subarray(0, Number(result)), offset };
    }
  }
}
