import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { textAt } from "../content/files.ts";

/** What the files of a git repository say without running git. */
export interface Checkout {
  /** The working tree's top folder. */
  readonly root: string;
  /** The commit's SHA-1, or SHA-256 in a repository of that kind; undefined where there is none yet, or files do not tell. */
  readonly commit?: string | undefined;
  /** Undefined of a detached HEAD. */
  readonly branch?: string | undefined;
  /** The remote's URL as the configuration has it; it may hold credentials. */
  readonly remote?: string | undefined;
}

/**
 * Reads HEAD, its commit and the remote of the repository around a folder; undefined where there is none. Where refs are kept as
 * a reftable, git alone knows commit and branch.
 */
export function readCheckout(from: string): Checkout | undefined {
  const root = rootAbove(from);
  if (root === undefined) return undefined;
  const own = gitFolder(join(root, ".git"));
  const shared = resolve(own, textAt(join(own, "commondir"))?.trim() ?? "."); // of a worktree: the repository's
  const config = textAt(join(shared, "config")) ?? "";
  const head = (textAt(join(own, "HEAD")) ?? "").trim();
  const ref = refOf(head);
  const branch = ref?.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined;
  const remote = remoteOf(config, branch);
  if (/^\s*refstorage\s*=\s*reftable/im.test(config)) return { root, remote };
  return { root, commit: commitAt(head, own, shared), branch, remote };
}

function rootAbove(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (statSync(join(at, ".git"), { throwIfNoEntry: false })) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** `.git` is a folder, or in a worktree or submodule a file that names it. */
function gitFolder(path: string): string {
  const pointer = /^gitdir: (.+)$/m.exec(textAt(path) ?? "")?.[1];
  return pointer === undefined ? path : resolve(dirname(path), pointer.trim());
}

function refOf(text: string): string | undefined {
  return text.startsWith("ref: ") ? text.slice(5).trim() : undefined;
}

/** Git follows no more references from one to the next. */
const LONGEST_CHAIN = 5;

/** The commit that a text names: by its hash, or by a reference to a file, which is a worktree's own or the repository's. */
function commitAt(text: string, own: string, shared: string): string | undefined {
  let at: string | undefined = text;
  for (let i = 0; i <= LONGEST_CHAIN && at !== undefined; i++) {
    if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(at)) return at;
    const ref = refOf(at);
    if (ref === undefined || ref.split("/").includes("..")) return undefined;
    at = (textAt(join(own, ref)) ?? textAt(join(shared, ref)))?.trim() || packedRef(shared, ref);
  }
  return undefined;
}

function packedRef(folder: string, ref: string): string | undefined {
  for (const line of (textAt(join(folder, "packed-refs")) ?? "").split("\n")) {
    const [commit, name] = line.split(" ");
    if (name === ref) return commit;
  }
  return undefined;
}

/** The remote that the branch follows, else origin, else the first one. */
function remoteOf(config: string, branch: string | undefined): string | undefined {
  const remotes = new Map<string, string>();
  let followed: string | undefined;
  let section: readonly (string | undefined)[] = [];
  for (const line of config.split("\n")) {
    const header = /^\s*\[(\w+)(?:\s+"((?:\\.|[^"\\])*)")?\s*\]/.exec(line);
    if (header) section = [header[1]?.toLowerCase(), header[2]?.replace(/\\(.)/g, "$1")];
    const [, name = "", value = ""] = /^\s*(?:\[.*\])?\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const [kind, of] = section;
    const uncommented = value.replace(/\s+[#;].*$/, "");
    const plain = /^"(.*)"$/.exec(uncommented)?.[1] ?? uncommented;
    if (kind === "remote" && of !== undefined && name.toLowerCase() === "url" && !remotes.has(of))
      remotes.set(of, plain);
    if (kind === "branch" && of !== undefined && of === branch && name.toLowerCase() === "remote") followed = plain;
  }
  const [first] = remotes.values();
  return (followed === undefined ? undefined : remotes.get(followed)) ?? remotes.get("origin") ?? first;
}
