import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { digestFile, fileState, mediaType, recordedPath } from "../../src/capture/content/files.ts";
import { isRemote } from "../../src/capture/content/remote.ts";
import { record } from "./memory-sink.ts";

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "provml-files-")));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function file(name = "data.csv", content: string | Buffer = "a,b\n1,2\n"): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a file that a step used", () => {
  it("is recorded with path, digest, size and media type", () => {
    const { prov, recorded } = record();
    const path = file();
    prov.activity("read", () => void prov.current().used(path))();
    const [entity] = recorded().usedBy("read");
    expect([entity?.label, entity?.get("provml:path")]).toEqual(["data.csv", path]);
    const content = recorded().contentOf(entity!);
    expect(content?.id).toMatch(/^ni:\/\/\/sha-256;/);
    expect(content?.get("provml:sha256")).toBe(sha256("a,b\n1,2\n"));
    expect([content?.get("provml:byteSize"), content?.get("provml:mediaType")]).toEqual([8, "text/csv"]);
  });

  it("is the same entity however it is named, as argument, too, once it is described", () => {
    const { prov, recorded } = record();
    const path = file();
    const link = join(folder(), "other-name.csv");
    symlinkSync(path, link);
    prov.dataset(path, { name: "birds" });
    prov.activity("read", (_path: string, _link: string, _url: URL, _text: string) => {})(
      path,
      link,
      pathToFileURL(path),
      pathToFileURL(path).href,
    );
    expect(recorded().objectsUsedBy("read")).toEqual(["birds"]);
    expect(recorded().valuesUsedBy("read")).toEqual({});
  });

  it("is found as an argument also under a name that looks like any word", () => {
    const { prov, recorded } = record();
    mkdirSync(join(folder(), "x"));
    prov.dataset("src");
    prov.activity("read", (_: string) => {})("src");
    expect(recorded().objectsUsedBy("read")).toEqual(["src"]);
  });

  it("is a value like any other string as long as nobody described it", () => {
    const { prov, recorded } = record();
    prov.dataset(file());
    prov.activity("read", (name: string) => name)("other.csv");
    expect(recorded().valuesUsedBy("read")).toEqual({ name: "other.csv" });
  });

  it("is a new entity once it has changed, with the content that it has then", () => {
    const { prov, recorded } = record();
    const path = file();
    const read = prov.activity("read", () => void prov.current().used(path));
    read();
    read();
    appendFileSync(path, "3,4\n");
    read();
    const entities = recorded().things("data.csv");
    expect(entities).toHaveLength(2);
    const digests = entities.map((e) => recorded().contentOf(e)?.get("provml:sha256"));
    expect(digests).toEqual([sha256("a,b\n1,2\n"), sha256("a,b\n1,2\n3,4\n")]);
  });

  it("is left to the flusher when it is larger than 1 MiB, unless the program wants it now", () => {
    const { prov, recorded } = record();
    const bytes = Buffer.alloc(1024 * 1024 + 1, 7);
    const [later, now] = [file("later.bin", bytes), file("now.bin", bytes)];
    prov.current().used(later);
    prov.current().used(now, { digest: "now" });
    const digests = recorded().briefs.filter((brief) => brief.kind === "digest");
    expect(digests).toEqual([
      expect.objectContaining({ path: later, size: bytes.length, mediaType: "application/octet-stream" }),
    ]);
    expect(recorded().contentOf(recorded().entity("later.bin"))).toBeUndefined();
    expect(recorded().contentOf(recorded().entity("now.bin"))?.get("provml:sha256")).toBe(sha256(bytes));
  });

  it.each([
    ["not there", () => join(folder(), "none.csv")],
    ["a path that no file can have", () => "a\0b.csv"],
  ])("is recorded as not verified when it is %s", (_, path) => {
    const { prov, recorded } = record();
    prov.current().used(path(), { role: "data" });
    expect(recorded().entity("data").get("provml:isVerified")).toBe(false);
  });

  it("may lie elsewhere, where it is identified and not fetched", () => {
    const { prov, recorded } = record();
    prov.dataset("s3://bucket/birds/train.parquet");
    prov.dataset("https://ada:pw@host/data/");
    prov.activity("read", (_s3: string, _http: string) => {})(
      "s3://bucket/birds/train.parquet",
      "https://ada:pw@host/data/",
    );
    expect(recorded().objectsUsedBy("read")).toEqual(["train.parquet", "data"]);
    expect(recorded().entity("train.parquet").get("provml:path")).toBe("s3://bucket/birds/train.parquet");
    expect(recorded().entity("data").get("provml:path")).toBe("https://host/data/");
  });
});

describe("a file that a step generated", () => {
  it("is a new entity each time, even if the bytes are the same", () => {
    const { prov, recorded } = record();
    const path = file("model.json", "{}");
    const save = prov.activity("save", () => void prov.current().generated(path, { kind: "model" }));
    save();
    save();
    const states = recorded().things("model.json");
    expect(states).toHaveLength(2);
    expect(states.map((s) => recorded().makersOf(s))).toEqual([["save"], ["save"]]);
    expect(states[0]?.types).toEqual(["provml:Model", "mls:Model", "provml:DataReference"]);
  });

  it("is what a later step uses", () => {
    const { prov, recorded } = record();
    const path = file("model.json", "{}");
    prov.activity("save", () => void prov.current().generated(path))();
    prov.evaluation("test", (_: string) => 0.5)(path);
    expect(
      recorded()
        .usedBy("test")
        .map((t) => recorded().makersOf(t)),
    ).toEqual([["save"]]);
  });

  it("is not stated again as the value of a step that returns its path", () => {
    const { prov, recorded } = record();
    const path = file("model.json", "{}");
    prov.activity("save", () => prov.current().generated(path))();
    expect(recorded().valuesGeneratedBy("save")).toEqual({});
  });
});

describe("bytes in memory", () => {
  it("have the content of a file with the same bytes", () => {
    const { prov, recorded } = record();
    prov.entity(Buffer.from("abc"), { name: "buffer" });
    expect(recorded().contentOf(recorded().entity("buffer"))?.get("provml:sha256")).toBe(sha256("abc"));
  });

  it("of other types are digested with type and length", () => {
    const { prov, recorded } = record();
    const values = new Float32Array([1, 2]);
    prov.entity(values, { name: "floats" });
    const digest = createHash("sha256")
      .update("provml-value 1\nFloat32Array\n[2]\n")
      .update(new Uint8Array(values.buffer));
    expect(recorded().contentOf(recorded().entity("floats"))?.get("provml:sha256")).toBe(digest.digest("hex"));
  });

  it("are not digested unasked when they are many", () => {
    const { prov, recorded } = record();
    prov.entity(new Uint8Array(1024 * 1024 + 1), { name: "many" });
    expect(recorded().contentOf(recorded().entity("many"))).toBeUndefined();
  });
});

it("a digest counts only when the file stayed the same meanwhile", () => {
  const path = file();
  const state = fileState(path);
  appendFileSync(path, "3,4\n");
  expect(state && digestFile(state)).toBeUndefined();
});

it("forgets the oldest of very many paths, and nothing else", () => {
  const { prov, recorded } = record();
  prov.dataset("https://host/first", { name: "first" });
  for (let i = 0; i < 10_000; i++) prov.entity(`https://host/${i}`);
  prov.activity("read", (_a: string, _b: string) => {})("https://host/first", "https://host/5");
  expect(recorded().objectsUsedBy("read")).toEqual(["5"]);
});

it.each([
  ["s3://bucket/key", true],
  ["HTTPS://host/x", true],
  ["file:///tmp/x", false],
  ["file://localhost/tmp/x", false],
  ["file://host/share", true],
  ["C:\\data\\x.csv", false],
  ["data/x.csv", false],
])("%s is remote: %s", (text, expected) => {
  expect(isRemote(text)).toBe(expected);
});

it("paths below the root are recorded relative to it, with forward slashes", () => {
  expect(recordedPath("/a/b", "/a/b/c/d.csv")).toBe("c/d.csv");
  expect([recordedPath("/a/b", "/a/x.csv"), recordedPath("/a/b", "/a/b")]).toEqual(["/a/x.csv", "/a/b"]);
  expect(mediaType("x.PARQUET")).toBe("application/vnd.apache.parquet");
});
