import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { ProvenanceError } from "../../model/error.ts";
import { isWhole } from "../../rdf/graph-file.ts";
import { areKnown, COMPACT_NAME, publishedNames, replacedBy } from "../../spool/compacted.ts";
import { DELETIONS_FOLDER, deletedExecutions } from "../../spool/deleted.ts";
import { directoryPaths } from "../../spool/directory.ts";
import { quarantinedOf } from "../deletion.ts";
import type { Comparing } from "./comparison.ts";
import { type Copied, copyOnce, hasSameBytes, hasSameSize, hasSameTrailer } from "./copy-file.ts";
import { graphFolders, namesOrWhy, readIfThere, unreadable } from "./graph-folder.ts";

const MAX_ROUNDS = 100;

/** What goes along with the graph: which names are whole files, and when two of one name are the same. */
const PARTS = [
  { folder: "content", names: /^[0-9a-f]{64}$/, isSame: hasSameSize },
  { folder: "manifests", names: /^[0-9a-f]{64}\.parquet$/, isSame: hasSameSize },
  { folder: "series", names: /^[\w.-]+\.parquet$/, isSame: hasSameBytes },
  { folder: "quarantine", names: /^[\w.-]+\.json$/, isSame: hasSameBytes },
] as const;

/** One directory on its way into another, round by round until a round finds nothing new. */
export class Copy {
  readonly #from: string;
  readonly #to: string;
  readonly #comparing: Comparing;
  readonly #note: (copied: Copied) => void;
  /** Files that need no second look: what is written once does not change. */
  readonly #done = new Set<string>();
  /** Files and folders of what was deleted. */
  #left: ReadonlySet<string> = new Set();
  #isNews = false;
  /** What the source's folders held when it was copied last. */
  #names = "";

  constructor(from: string, to: string, comparing: Comparing, note: (copied: Copied) => void) {
    this.#from = from;
    this.#to = to;
    this.#comparing = comparing;
    this.#note = note;
  }

  /** Round by round until one finds nothing new. Whether the source has changed since this was done last. */
  all(): boolean {
    const names = this.#namesNow();
    const isChanged = names !== this.#names;
    this.#names = names;
    let rounds = 0;
    while (rounds < MAX_ROUNDS && this.round()) rounds++;
    if (rounds === MAX_ROUNDS) this.#comparing.trouble(`${this.#from} changed whenever it was read; run it again`);
    return isChanged || rounds > 0;
  }

  #namesNow(): string {
    const { graph, series } = directoryPaths(this.#from);
    const names = [graph, series].map((folder) => this.#orNamed(() => namesBelow(folder)) ?? []);
    return names.flat().sort().join("\n");
  }

  /** Whether there was anything new. Graph files are listed first: what was listed has its rows in `series/` by then. */
  round(): boolean {
    this.#isNews = false;
    const [source, target] = [directoryPaths(this.#from).graph, directoryPaths(this.#to).graph];
    // What was deleted here or there is not brought over, and that it was comes first.
    const deletions = namesOrWhy(join(source, DELETIONS_FOLDER));
    if (typeof deletions !== "string")
      this.#graphFolder(join(source, DELETIONS_FOLDER), join(target, DELETIONS_FOLDER), deletions);
    const deleted = new Set([...deletedExecutions(source), ...deletedExecutions(target)]);
    const folders = graphFolders(source).filter((folder) => !deleted.has(folder));
    this.#left = leftOf(this.#from, deleted);
    const listed = folders.map((folder) => ({ folder, names: namesOrWhy(join(source, folder)) }));
    for (const part of PARTS) this.#folder(join(this.#from, part.folder), join(this.#to, part.folder), part);
    for (const { folder, names } of listed)
      if (typeof names !== "string") this.#graphFolder(join(source, folder), join(target, folder), names); // else the comparison names it
    return this.#isNews;
  }

  #folder(from: string, to: string, part: (typeof PARTS)[number]): void {
    for (const entry of this.#orNamed(() => entriesOf(from)) ?? []) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (this.#left.has(source)) continue;
      if (entry.isDirectory()) this.#folder(source, target, part);
      else if (entry.isFile() && part.names.test(entry.name))
        this.#once(source, () => {
          const copied = copyOnce(source, target, part.isSame);
          if (copied !== "differs") return copied;
          // Names of rows and of refused statements may mean two things where damage met one copy: both are kept.
          const beside = besides(source, target);
          return beside === undefined ? "gone" : copyOnce(source, beside, hasSameBytes);
        });
    }
  }

  /** What is known to be in a compact file there is not copied beside it; the comparison finds what that file may lack. */
  #graphFolder(from: string, to: string, names: readonly string[]): void {
    const left = names.filter((name) => !this.#done.has(join(from, name)));
    if (left.length === 0) return;
    const known = new Set(this.#orNamed(() => publishedNames(to)));
    for (const name of left) {
      const path = join(from, name);
      this.#once(path, () => {
        const stoodFor = COMPACT_NAME.test(name) ? replacedBy(path) : [name];
        if (stoodFor.length > 0 && areKnown(stoodFor, known)) return "there";
        return copyOnce(path, join(to, name), hasSameTrailer, isWhole);
      });
    }
  }

  /** What is gone was compacted: its replacement is in the next listing. What cannot be read is named, and passed over. */
  #once(path: string, copy: () => Copied): void {
    if (this.#done.has(path)) return;
    const copied = this.#orNamed(copy);
    if (copied !== undefined) {
      this.#isNews = true;
      this.#note(copied);
    }
    if (copied !== "gone") this.#done.add(path);
  }

  #orNamed<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ProvenanceError)) throw error;
      this.#comparing.trouble(`${error.message} and was not brought over`);
      return undefined;
    }
  }
}

/** The rows and refused statements of executions that were deleted. */
function leftOf(directory: string, deleted: ReadonlySet<string>): ReadonlySet<string> {
  if (deleted.size === 0) return new Set();
  const { series, quarantine } = directoryPaths(directory);
  const rows = Array.from(deleted, (execution) => join(series, `execution=${execution}`));
  return new Set([...rows, ...quarantinedOf(quarantine, deleted)]);
}

/** Another name beside one that is taken, made of the content; undefined where that is gone. */
function besides(source: string, target: string): string | undefined {
  const bytes = readIfThere(source);
  if (bytes === undefined) return undefined;
  const extension = extname(target);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const stem = target.slice(0, -extension.length || undefined).replace(/\.[0-9a-f]{16}$/, ""); // rows are known under one such mark
  return `${stem}.${digest}${extension}`;
}

function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(folder, error);
  }
}

function entriesOf(folder: string): import("node:fs").Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(folder, error);
  }
}
