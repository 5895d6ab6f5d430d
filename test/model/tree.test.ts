import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type EntryState, readTree, type TreeEntryKind, type TreeReader, treeDigest } from "../../src/model/tree.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const LIMITS = { until: 100, mostEntries: 1000 };

/** A file system of these entries, all of which changed at 50 unless `state` says otherwise. */
function reader(
  entries: Readonly<Record<string, TreeEntryKind>>,
  state: (path: string, look: number) => Partial<EntryState> = () => ({}),
): TreeReader & { readonly opened: string[] } {
  const looks = new Map<string, number>();
  const opened: string[] = [];
  return {
    opened,
    names: (folder) => {
      const start = folder === "" ? "" : `${folder}/`;
      const inside = Object.keys(entries).filter((path) => path.startsWith(start) && path !== folder);
      return [...new Set(inside.map((path) => path.slice(start.length).split("/")[0] as string))].reverse();
    },
    state: (path) => {
      const look = (looks.get(path) ?? 0) + 1;
      looks.set(path, look);
      const kind = path === "" ? "directory" : (entries[path] ?? "directory");
      return { kind, size: 1, mtimeMs: 50, ctimeMs: 50, inode: 7, ...state(path, look) };
    },
    target: () => "elsewhere",
    digest: (path) => {
      opened.push(path);
      return sha256(path);
    },
  };
}

describe("a tree", () => {
  it("is in the order of its whole paths' bytes, whatever order the file system has", () => {
    const reading = readTree(reader({ "a/b": "file", "a-c": "file", a0: "file", é: "file", Z: "file" }), LIMITS);
    expect(reading.kind === "read" && reading.entries.map(({ path }) => path)).toEqual(["Z", "a-c", "a/b", "a0", "é"]);
  });

  it("names what it does not open", () => {
    const found = reader({ f: "file", p: "fifo", s: "socket", l: "link", "e/": "directory" });
    readTree(found, LIMITS);
    expect(found.opened).toEqual(["f"]);
  });

  it("is the same by the kinds and names of its entries, not by times and sizes of what is named", () => {
    const digest = (ctimeMs: number) => {
      const reading = readTree(
        reader({ a: "file", p: "fifo" }, () => ({ ctimeMs })),
        LIMITS,
      );
      return reading.kind === "read" && treeDigest(reading.entries);
    };
    expect(digest(10)).toBe(digest(20));
    expect(digest(10)).toBe(sha256(`provml-tree 1\n${sha256("a")}  a\0fifo  p\0`));
  });
});

describe("a tree is not taken", () => {
  const reason = (found: TreeReader) => {
    const reading = readTree(found, LIMITS);
    return reading.kind === "unverified" ? `${reading.path || "it"} ${reading.reason}` : "read";
  };

  it("where an entry changed after the time that counts, by its ctime or, where there is none, its mtime", () => {
    const at = (state: Partial<EntryState>) =>
      reason(reader({ "a/b": "file" }, (path) => (path === "a/b" ? state : {})));
    expect(at({ ctimeMs: 101 })).toContain("a/b changed after");
    expect(at({ ctimeMs: 0, mtimeMs: 101 })).toContain("a/b changed after");
    expect(at({ ctimeMs: 99, mtimeMs: 500 })).toBe("read");
  });

  it("where a directory changed between two looks, or is none any more", () => {
    const at = (state: Partial<EntryState>) =>
      reason(reader({ "a/b": "file" }, (path, look) => (path === "a" && look === 3 ? state : {})));
    expect(at({ mtimeMs: 51 })).toContain("a changed after");
    expect(at({ kind: "link" })).toContain("a changed after");
    expect(at({})).toBe("read");
  });

  it("where it has more entries than the limit, and then no more names are asked for than that", () => {
    const asked: number[] = [];
    const endless: TreeReader = {
      ...reader({}),
      names: (_, most) => {
        asked.push(most);
        return Array.from({ length: most + 1 }, (_, i) => `f${i}`);
      },
    };
    expect(reason(endless)).toBe("it has more than 1000 entries");
    expect(asked).toEqual([1000]);
  });

  it("where directories nest for ever: each counts", () => {
    const endless: TreeReader = { ...reader({}), names: () => ["d"] };
    expect(reason(endless)).toBe("it has more than 1000 entries");
  });

  it("where something cannot be read, and says what", () => {
    const found = reader({ "a/b": "file", c: "link" });
    const refuses = () => {
      throw Object.assign(new Error("no"), { code: "EACCES" });
    };
    expect(reason({ ...found, target: refuses })).toBe("c could not be read (EACCES)");
    expect(reason({ ...found, digest: () => undefined })).toBe("a/b could not be read, or changed while it was");
  });
});
