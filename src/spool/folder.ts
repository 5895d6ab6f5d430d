import { type Access, accessIn, foldersToBe, GROUP, makeFolder, PRIVATE } from "./access.ts";
import { createDirectory, markerOf } from "./directory.ts";
import type { SettledOptions } from "./options.ts";
import { OpenSegment, syncPath } from "./segment.ts";

/** The folder of a writer's segments: made before the first one, and anew when someone has removed it. */
export class SegmentFolder {
  readonly #options: SettledOptions;
  #isMade = false;
  #access: Access = PRIVATE;
  /** Folders, and files that are complete, of which nobody knows that they are on the disk. */
  #unsynced: string[] = [];

  constructor(options: SettledOptions) {
    this.#options = options;
  }

  /** Throws the file system's error. */
  make(): void {
    if (!this.#isMade) this.makeAnew();
  }

  makeAnew(): void {
    const { directory, spool, shared, durability } = this.#options;
    const folders = new Set([directory, spool].flatMap(foldersToBe));
    createDirectory(directory, shared);
    this.#access = shared === "group" ? GROUP : accessIn(directory);
    makeFolder(spool, this.#access);
    this.#unsynced.push(markerOf(directory), ...folders);
    if (durability === "sync") this.#syncNames();
    this.#isMade = true;
  }

  /** A new segment of this number. Throws the file system's error. */
  open(number: number): OpenSegment {
    const { spool, writer, durability } = this.#options;
    try {
      return new OpenSegment(spool, `${writer}-${number}`, durability, this.#access);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") this.#isMade = false;
      throw error;
    }
  }

  /** A segment is complete; under `sync` it is on the disk already. */
  sealed(path: string): void {
    if (this.#options.durability === "os") this.#unsynced.push(path);
  }

  /** Brings the names, and the segments that are complete, to the disk. */
  sync(): void {
    this.#syncNames();
    if (this.#isMade) syncPath(this.#options.spool);
  }

  #syncNames(): void {
    for (const path of this.#unsynced) syncPath(path);
    this.#unsynced = [];
  }
}
