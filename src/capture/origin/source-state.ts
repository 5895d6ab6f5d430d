import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import type { Brief, BriefValue } from "../../model/brief.ts";
import { commitIri } from "../../model/names.ts";
import { recordedPath } from "../content/files.ts";
import type { Execution } from "../execution.ts";
import { contentStatements } from "../flow.ts";
import { cleanName } from "../secrets.ts";
import type { Companion } from "./companion.ts";

/** Larger differences are known by their digest only, and above the second bound not even so. */
const MOST_KEPT_BYTES = 16 * 1024 * 1024;
const MOST_BYTES = 256 * 1024 * 1024;
/** How many untracked files are named where changes are kept; all are counted. */
const MOST_NAMED = 100;
const LONGEST_MS = 60_000;

/**
 * Asks git in which state the execution's working tree is, and states it: whether it differs from its commit, the digest of the difference
 * (on request the difference itself), how many files are untracked; and the commit where its files do not tell. It takes processes of their own, so it goes on beside
 * the program; where git cannot say, nothing is stated, which means unknown.
 */
export function watchChanges(execution: Execution): Companion | undefined {
  const { source } = execution.origin;
  if (source === undefined) return undefined;
  const git = new Git(source.folder);
  const state = (attributes: [string, BriefValue][], ...more: Brief[]) =>
    execution.faults.guard(() => execution.write([{ kind: "entity", id: source.name, attributes }, ...more]));

  const found = (async (): Promise<void> => {
    const status = await git.ask(["status", "--porcelain", "--untracked-files=normal", "-z"]);
    if (status === undefined) return;
    const entries = String(status.bytes).split("\0");
    const untracked = entries.flatMap((entry) => (entry.startsWith("?? ") ? [entry.slice(3)] : []));
    const isDirty = entries.length - 1 > untracked.length;
    const attributes: [string, BriefValue][] = [
      ["provml:isDirty", isDirty],
      ["provml:untrackedCount", untracked.length],
    ];
    if (execution.settings.recordChanges)
      for (const path of untracked.slice(0, MOST_NAMED))
        attributes.push(["provml:untracked", cleanName(path).slice(0, 1024)]);
    state(attributes);
    if (isDirty) {
      const changes = await git.ask(DIFF);
      if (changes) {
        state([["provml:changesDigest", changes.sha256]]);
        if (execution.settings.recordChanges) keepChanges(execution, source.name, changes);
      }
    }
    if (!source.hasCommit) await tellCommit(execution, source.name, git);
  })().catch(execution.faults.report);
  return {
    settle: () => {
      git.hold();
      return found;
    },
  };
}

/** One and the same text whatever the user configured, so that its digest tells changes apart, and one that `git apply` takes. */
const DIFF = [
  ..."-c diff.noprefix=false -c diff.mnemonicPrefix=false -c diff.relative=false -c diff.suppressBlankEmpty=false".split(
    " ",
  ),
  ..."diff --no-ext-diff --no-textconv --no-color --no-renames --full-index --binary --submodule=short".split(" "),
  ..."--diff-algorithm=myers --indent-heuristic --unified=3 --inter-hunk-context=0 -O/dev/null HEAD".split(" "),
];

function keepChanges(execution: Execution, source: string, { bytes, sha256, size }: Answer): void {
  if (size > bytes.length) return;
  const path = execution.faults.guard(() => execution.sink.content?.(bytes, sha256));
  if (path === undefined) return;
  const id = execution.id();
  const attributes: [string, BriefValue][] = [
    ["prov:type", { name: "provml:DataReference" }],
    ["rdfs:label", "uncommitted changes"],
    ["provml:path", recordedPath(execution.rootDirectory, path)],
  ];
  const statements: Brief[] = [
    { kind: "entity", id, attributes },
    { kind: "entity", id: source, attributes: [["provml:changes", { name: id }]] },
  ];
  contentStatements(id, sha256, size, "text/x-diff", statements);
  execution.write(statements);
}

async function tellCommit(execution: Execution, source: string, git: Git): Promise<void> {
  const commit = String((await git.ask(["rev-parse", "--verify", "-q", "HEAD"]))?.bytes ?? "").trim();
  const branch = String((await git.ask(["symbolic-ref", "--short", "-q", "HEAD"]))?.bytes ?? "").trim();
  const statements: Brief[] = [];
  if (branch !== "")
    statements.push({ kind: "entity", id: source, attributes: [["provml:branch", cleanName(branch)]] });
  if (/^[0-9a-f]{40,64}$/.test(commit)) statements.push(...commitStatements(source, commit));
  execution.write(statements);
}

export function commitStatements(source: string, commit: string): Brief[] {
  const name = `<${commitIri(commit)}>`;
  return [
    { kind: "entity", id: name, attributes: [["prov:type", { name: "provml:Commit" }]] },
    { kind: "specializationOf", specificEntity: source, generalEntity: name },
  ];
}

/** What git printed: of long answers the head, but the digest and the size of all. */
interface Answer {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly size: number;
}

/** Runs git in a folder, one command after the other. The program does not wait for it when it ends, unless it is held. */
class Git {
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #isHeld = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** From now on the program waits for git. */
  hold(): void {
    this.#isHeld = true;
    if (this.#child?.exitCode === null) for (const handle of handlesOf(this.#child)) handle.ref?.();
  }

  /** What git answers, digested piece by piece as it comes; undefined where it fails or does not end. */
  ask(args: readonly string[]): Promise<Answer | undefined> {
    return new Promise((done) => {
      const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...environment } = process.env; // of a hook that we run in
      const child = spawn("git", ["-c", "core.fsmonitor=false", ...args], {
        cwd: this.#folder,
        env: { ...environment, GIT_OPTIONAL_LOCKS: "0" }, // never touches the user's index
        stdio: ["ignore", "pipe", "ignore"],
        windowsHide: true,
      });
      this.#child = child;
      if (!this.#isHeld) for (const handle of handlesOf(child)) handle.unref?.();
      const hash = createHash("sha256");
      const pieces: Buffer[] = [];
      let size = 0;
      child.stdout?.on("data", (piece: Buffer) => {
        size += piece.length;
        if (size > MOST_BYTES) child.kill();
        hash.update(piece);
        if (size <= MOST_KEPT_BYTES) pieces.push(piece);
      });
      const limit = setTimeout(() => child.kill(), LONGEST_MS).unref(); // spawn's own would keep the program from ending
      child.on("error", () => {
        clearTimeout(limit);
        done(undefined); // no git, or no processes to spare
      });
      child.on("close", (code) => {
        clearTimeout(limit);
        done(code === 0 ? { bytes: Buffer.concat(pieces), sha256: hash.digest("hex"), size } : undefined);
      });
    });
  }
}

interface Handle {
  ref?(): unknown;
  unref?(): unknown;
}

/** The process and its pipe: each alone keeps a program from ending. */
function handlesOf(child: ChildProcess): Handle[] {
  return [child, child.stdout].filter((handle) => handle != null) as Handle[]; // no pipe: too many open files
}
