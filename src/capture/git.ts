import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** What the files of a git repository say without running git. */
export interface Checkout {
  /** The working tree's top folder. */
  readonly root: string;
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  /** The first remote's URL as the configuration has it; it may hold credentials. */
  readonly remote?: string | undefined;
}

/** Reads HEAD, its commit and the remote of the repository around a folder; undefined where there is none. */
export function readCheckout(from: string): Checkout | undefined {
  const root = rootAbove(from);
  if (root === undefined) return undefined;
  const own = gitFolder(join(root, ".git"));
  const shared = resolve(own, read(join(own, "commondir"))?.trim() ?? ".");
  const head = read(join(own, "HEAD"))?.trim() ?? "";
  const ref = head.startsWith("ref: ") ? head.slice(5) : undefined;
  return {
    root,
    commit: ref === undefined ? commitOf(head) : commitOf(read(join(shared, ref))?.trim() ?? packedRef(shared, ref)),
    branch: ref?.replace(/^refs\/heads\//, ""),
    remote: /^\[remote [^\]]+\][^[]*?^\s*url\s*=\s*(.+)$/m.exec(read(join(shared, "config")) ?? "")?.[1]?.trim(),
  };
}

function rootAbove(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (statSync(join(at, ".git"), { throwIfNoEntry: false })) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** `.git` is a folder, or in a worktree or submodule a file that names it. */
function gitFolder(path: string): string {
  const pointer = /^gitdir: (.+)$/m.exec(read(path) ?? "")?.[1];
  return pointer === undefined ? path : resolve(dirname(path), pointer.trim());
}

function packedRef(folder: string, ref: string): string | undefined {
  for (const line of (read(join(folder, "packed-refs")) ?? "").split("\n")) {
    const [commit, name] = line.split(" ");
    if (name === ref) return commit;
  }
  return undefined;
}

function commitOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
