import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, closeSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { accessIn, makeFolder, openNew } from "../../spool/access.ts";
import { areKnown, COMPACT_NAME, joined, replacedBy } from "../../spool/compacted.ts";

/** Above this a cursor is written anew, if that makes it half as long. */
const LONG_BYTES = 1_000_000;

/**
 * Which graph files a server has: a line for each, appended when the server has answered, with a check sum of its own, so that a torn or
 * damaged line says nothing. It only saves work: what it does not name is delivered again, which changes nothing. So it need not be
 * written where that cannot be, as in a directory of somebody else.
 */
export class Cursor {
  readonly #path: string;
  readonly #unwritten: string[];
  readonly #delivered = new Map<string, Set<string>>();

  /** `unwritten`: the entries that could not be written, for the next cursor for this server; it is changed. */
  constructor(directory: string, server: string, unwritten: string[] = []) {
    this.#path = join(directory, "replicas", `${serverKey(server)}.cursor`);
    this.#unwritten = unwritten;
    this.#read();
    for (const entry of unwritten) this.#note(entry);
  }

  /** Whether the server has all that a file of this folder of `graph/` holds. */
  has(folder: string, name: string, path: string): boolean {
    const known = this.#delivered.get(folder);
    if (known === undefined) return false;
    if (known.has(name)) return true;
    const names = COMPACT_NAME.test(name) ? replacedBy(path) : [name];
    return names.length > 0 && areKnown(names, known);
  }

  /** Notes files that the server has stored: never before it has said so. Why that could not be written, or undefined. */
  add(files: readonly DeliveredFile[]): string | undefined {
    for (const { folder, name, path } of files) {
      for (const one of [name, ...(COMPACT_NAME.test(name) ? replacedBy(path) : [])]) {
        const entry = `${folder}/${one}`;
        this.#note(entry);
        this.#unwritten.push(entry);
      }
    }
    if (this.#unwritten.length === 0) return undefined;
    const above = dirname(this.#path);
    try {
      makeFolder(above);
      const lines = this.#unwritten.map(lineOf).join("\n");
      appendFileSync(this.#path, `\n${lines}\n`, { mode: accessIn(above).file }); // the first line end keeps a torn line apart
    } catch (error) {
      return (error as Error).message;
    }
    this.#unwritten.length = 0;
    return undefined;
  }

  #read(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch {
      return; // none, or none that can be read: all is delivered again
    }
    for (const line of text.split("\n")) {
      const entry = line.slice(SUM_LENGTH + 1);
      if (line === "" || line !== lineOf(entry)) continue;
      this.#note(entry);
    }
    if (text.length > LONG_BYTES) this.#shorten(text.length);
  }

  /** What another one appends at this moment is lost with the old file, and delivered again. */
  #shorten(length: number): void {
    const lines: string[] = [];
    for (const [folder, names] of this.#delivered)
      for (const name of joined(names)) lines.push(lineOf(`${folder}/${name}`));
    const text = `${lines.join("\n")}\n`;
    if (text.length > length / 2) return;
    const draft = `${this.#path}.${randomBytes(6).toString("hex")}.tmp`;
    try {
      const descriptor = openNew(draft);
      try {
        writeSync(descriptor, text);
      } finally {
        closeSync(descriptor);
      }
      renameSync(draft, this.#path);
    } catch {
      rmSync(draft, { force: true }); // it stays long
    }
  }

  #note(entry: string): void {
    const slash = entry.lastIndexOf("/");
    const [folder, name] = [entry.slice(0, slash), entry.slice(slash + 1)];
    const known = this.#delivered.get(folder);
    if (known) known.add(name);
    else this.#delivered.set(folder, new Set([name]));
  }
}

export interface DeliveredFile {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
}

/** A server by its address, in names of files. */
export function serverKey(server: string): string {
  return createHash("sha256").update(server).digest("hex").slice(0, 16);
}

const SUM_LENGTH = 16;

function lineOf(entry: string): string {
  return `${createHash("sha256").update(entry).digest("hex").slice(0, SUM_LENGTH)} ${entry}`;
}
