import { type ChildProcess, execFile } from "node:child_process";
import { createHash } from "node:crypto";
import type { BriefValue } from "../model/brief.ts";
import type { Companion } from "./companion.ts";
import type { Execution } from "./execution.ts";

/** States whether the execution's working tree differs from its commit, once git has said so. */
export function watchChanges(execution: Execution): Companion | undefined {
  const { source } = execution.origin;
  if (source === undefined) return undefined;
  const changes = findChanges(source.folder, ({ isDirty, changesDigest }) => {
    const attributes: [string, BriefValue][] = [["provml:isDirty", isDirty]];
    if (changesDigest !== undefined) attributes.push(["provml:changesDigest", changesDigest]);
    execution.faults.guard(() => execution.write([{ kind: "entity", id: source.name, attributes }]));
  });
  return { settle: changes.wait };
}

/** Finding out whether a working tree differs from its commit, under way. */
interface Changes {
  /** Resolves when it is known or cannot be known; until it is called, the program does not wait for it when it ends. */
  wait(): Promise<void>;
}

/**
 * Asks git whether the tree is dirty, and for the SHA-256 of the difference. It takes processes of their own, so it runs beside
 * the program; where git cannot say, nothing is told.
 */
function findChanges(folder: string, tell: (state: { isDirty: boolean; changesDigest?: string }) => void): Changes {
  let child: ChildProcess | undefined;
  let isAwaited = false;
  const git = (args: readonly string[]) =>
    new Promise<Buffer | undefined>((done) => {
      const environment = { ...process.env, GIT_OPTIONAL_LOCKS: "0" }; // never touches the user's index
      const options = {
        cwd: folder,
        env: environment,
        encoding: "buffer" as const,
        maxBuffer: MOST_BYTES,
        timeout: 60_000,
      };
      child = execFile("git", args, options, (error, out) => done(error ? undefined : out));
      if (!isAwaited) for (const handle of handlesOf(child)) handle.unref?.();
    });
  const found = (async (): Promise<void> => {
    const status = await git(["status", "--porcelain", "--untracked-files=no"]);
    if (status === undefined) return;
    if (status.length === 0) return tell({ isDirty: false });
    const changes = await git(["diff", "--no-ext-diff", "--no-color", "--binary", "HEAD"]);
    if (changes === undefined) return tell({ isDirty: true });
    tell({ isDirty: true, changesDigest: createHash("sha256").update(changes).digest("hex") });
  })().catch(() => {}); // without git or processes to spare it stays unknown
  return {
    wait() {
      isAwaited = true;
      if (child?.exitCode === null) for (const handle of handlesOf(child)) handle.ref?.();
      return found;
    },
  };
}

const MOST_BYTES = 256 * 1024 * 1024;

interface Handle {
  ref?(): unknown;
  unref?(): unknown;
}

/** The process and its pipes: each alone keeps a program from ending. */
function handlesOf(child: ChildProcess): Handle[] {
  return [child, child.stdout, child.stderr].filter((handle) => handle != null) as Handle[]; // no pipes: too many open files
}
