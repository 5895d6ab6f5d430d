import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Call } from "./calls.ts";

/** What lies below a folder: the bytes of each file, or `folder`, by path. Folders come before what is in them. */
export type Image = ReadonlyMap<string, Buffer | "folder">;

/** A file's bytes as they surely are on the disk, and the changes since then that may be or not be. */
interface File {
  durable: Buffer;
  unsynced: Change[];
}
type Change = { readonly offset: number; readonly bytes: Buffer } | { readonly length: number };

/** The same of a folder's entries. */
interface Folder {
  durable: Entries;
  unsynced: Entry[];
}
type Entries = Map<string, Node>;
type Node = File | Folder;
interface Entry {
  readonly remove?: string;
  readonly set?: readonly [name: string, node: Node];
}

/**
 * A disk as the standard of file systems allows it to be: what was not yet brought to it by fsync is there, in part, or not, in any order; a name
 * and the bytes behind it each on their own. A rename is atomic.
 */
export class Disk {
  readonly #root: string;
  readonly #folder: Folder;
  readonly #open = new Map<number, { readonly node: Node; position: number }>();

  /** What is there at the start is durable. */
  constructor(root: string, start: Image = new Map()) {
    this.#root = root;
    this.#folder = { durable: new Map(), unsynced: [] };
    for (const [path, content] of start) {
      const node: Node =
        content === "folder" ? { durable: new Map(), unsynced: [] } : { durable: content, unsynced: [] };
      this.#parent(path).durable.set(basename(path), node);
    }
  }

  /** Takes a call; false where it changes nothing below the root. */
  apply(call: Call): boolean {
    const { name, fd, path, to } = call;
    if (name === "close") return !this.#open.delete(fd) && false;
    if (fd >= 0 && name !== "open") return this.#applyToOpen(call);
    if (!path.startsWith(`${this.#root}/`) && path !== this.#root) return false;
    switch (name) {
      case "open":
        return this.#openNode(call);
      case "mkdir":
        if (path === this.#root) return false;
        return this.#enter(path, { set: [basename(path), { durable: new Map(), unsynced: [] }] });
      case "unlink":
        return this.#enter(path, { remove: basename(path) });
      case "link":
      case "rename": {
        if (dirname(path) !== dirname(to))
          throw new Error(`${path} is to get a name in another folder, which no image tells`);
        const set = [basename(to), this.#node(path) as Node] as const;
        return this.#enter(path, name === "link" ? { set } : { set, remove: basename(path) });
      }
      default:
        throw new Error(`${name} of ${path} is not understood`);
    }
  }

  /** What a power cut may leave just now: every combination, or where there are more, so many of them. */
  *afterPowerCut(most: number, random: () => number): Generator<Image> {
    const choices = this.#nodes().flatMap((node) =>
      (node.unsynced as readonly unknown[]).map((change) => ({ node, change })),
    );
    const counts = choices.map(({ change }) => variantsOf(change as Change | Entry));
    const total = counts.reduce((product, count) => product * count, 1);
    for (let n = 0; n < Math.min(total, most); n++) {
      let rest = n;
      const picked = new Map<unknown, number>();
      for (const [i, { change }] of choices.entries()) {
        const count = counts[i] ?? 1;
        // The first two of a selection are the extremes: nothing arrived, and everything.
        picked.set(change, total <= most ? rest % count : n < 2 ? n * (count - 1) : Math.floor(random() * count));
        rest = Math.floor(rest / count);
      }
      yield this.#image((change) => picked.get(change) ?? 0);
    }
  }

  /** What a process leaves that is killed: everything that it wrote, which is taken to be durable from here on. */
  now(): Image {
    for (const node of this.#nodes()) settle(node);
    return this.#image(() => 0);
  }

  #applyToOpen({ name, fd, bytes, offset }: Call): boolean {
    const opened = this.#open.get(fd);
    if (opened === undefined) return false;
    const { node } = opened;
    if (name === "sync") {
      settle(node);
    } else if (node.durable instanceof Map) {
      throw new Error(`${name} of a folder`);
    } else if (name === "truncate") {
      (node as File).unsynced.push({ length: offset });
    } else {
      const at = offset < 0 ? opened.position : offset;
      if (offset < 0) opened.position += bytes.length;
      (node as File).unsynced.push({ offset: at, bytes });
    }
    return true;
  }

  #openNode({ path, fd, flags }: Call): boolean {
    let node = path === this.#root ? this.#folder : this.#node(path);
    const isNew = node === undefined;
    if (node === undefined) {
      node = { durable: Buffer.alloc(0), unsynced: [] };
      this.#enter(path, { set: [basename(path), node] });
    } else if (flags.includes("O_TRUNC")) (node as File).unsynced.push({ length: 0 });
    this.#open.set(fd, { node, position: 0 });
    return isNew;
  }

  #enter(path: string, entry: Entry): true {
    this.#parent(path).unsynced.push(entry);
    return true;
  }

  #parent(path: string): Folder {
    const folder = dirname(path);
    return (folder === this.#root ? this.#folder : this.#node(folder)) as Folder;
  }

  #node(path: string): Node | undefined {
    let node: Node | undefined = this.#folder;
    for (const name of relative(this.#root, path).split("/")) node = entriesOf(node as Folder).get(name);
    return node;
  }

  /** All that has ever had a name. */
  #nodes(): Node[] {
    const found = new Set<Node>([this.#folder]);
    for (const node of found) {
      if (!(node.durable instanceof Map)) continue;
      for (const inner of node.durable.values()) found.add(inner);
      for (const { set } of (node as Folder).unsynced) if (set) found.add(set[1]);
    }
    return [...found];
  }

  #image(variant: (change: Change | Entry) => number): Image {
    const image = new Map<string, Buffer | "folder">();
    const walk = (folder: Folder, path: string) => {
      for (const [name, node] of entriesOf(folder, variant)) {
        const inner = join(path, name);
        if (node.durable instanceof Map) {
          image.set(inner, "folder");
          walk(node as Folder, inner);
        } else image.set(inner, bytesOf(node as File, variant));
      }
    };
    walk(this.#folder, this.#root);
    return image;
  }
}

/** Puts an image below another folder. */
export function lay(image: Image, root: string, into: string): void {
  for (const [path, content] of image) {
    const target = join(into, relative(root, path));
    if (content === "folder") mkdirSync(target);
    else writeFileSync(target, content);
  }
}

/** A write arrived not at all (0), in part, or whole (the last one); anything else not at all or whole. */
function variantsOf(change: Change | Entry): number {
  return "bytes" in change ? CUTS.length + 3 : 2;
}
/** How much of a write's beginning may have arrived: of the bytes, or before the last ones. */
const CUTS: readonly ((length: number) => number)[] = [
  () => 1,
  () => 31,
  () => 32,
  (length) => length >> 1,
  (length) => length - 1,
];

function settle(node: Node): void {
  const whole = (change: Change | Entry) => variantsOf(change) - 1;
  if (node.durable instanceof Map) node.durable = entriesOf(node as Folder, whole);
  else node.durable = bytesOf(node as File, whole);
  node.unsynced = [];
}

function entriesOf({ durable, unsynced }: Folder, variant?: (entry: Entry) => number): Entries {
  const entries = new Map(durable);
  for (const entry of unsynced) {
    if (variant?.(entry) === 0) continue;
    if (entry.remove !== undefined) entries.delete(entry.remove);
    if (entry.set) entries.set(...entry.set);
  }
  return entries;
}

function bytesOf({ durable, unsynced }: File, variant: (change: Change) => number): Buffer {
  let bytes = durable;
  for (const change of unsynced) {
    const chosen = variant(change);
    if (chosen === 0) continue;
    bytes =
      "length" in change
        ? Buffer.concat([bytes, Buffer.alloc(change.length)]).subarray(0, change.length)
        : written(bytes, change, chosen);
  }
  return bytes;
}

function written(before: Buffer, { offset, bytes }: { offset: number; bytes: Buffer }, variant: number): Buffer {
  const after = Buffer.alloc(Math.max(before.length, offset + bytes.length));
  before.copy(after);
  const cut = CUTS[variant - 1]?.(bytes.length);
  if (cut !== undefined) {
    const part = bytes.subarray(0, Math.min(cut, bytes.length));
    part.copy(after, offset);
    return after.subarray(0, Math.max(before.length, offset + part.length));
  }
  // The second half without the first, which is a hole, or what was there before; or all of it.
  const from = variant === CUTS.length + 1 ? bytes.length >> 1 : 0;
  bytes.copy(after, offset + from, from);
  return after;
}
