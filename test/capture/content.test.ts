import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import {
  Bool,
  Field,
  Int32,
  List,
  makeData,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, it, onTestFinished } from "vitest";
import { littleEndian } from "../../src/capture/content/array-digest.ts";
import { digestDirectory } from "../../src/capture/content/directory.ts";
import { valueDigest } from "../../src/capture/content/value-digest.ts";

/** docs/content.md: what it says each value's digest is, and how Python takes it. */
const page = readFileSync(new URL("../../docs/content.md", import.meta.url), "utf8");
const vectors = [...page.matchAll(/^\| (.+) \| `([0-9a-f]{64})` \|$/gm)].map(([, value = "", sha256 = ""]) => ({
  value: value.replace(/^`|`$/g, ""),
  sha256,
}));
const python = /```python\n(.*?)```/s.exec(page)?.[1] ?? "";
const hasPython = spawnSync("python3", ["--version"]).status === 0;

function exampleTable(): Table {
  return new Table({
    n: vectorFromArray([1, null, 3], new Int32()),
    s: vectorFromArray(["x", "é", null], new Utf8()),
    l: vectorFromArray([[true, false], [], null], new List(new Field("item", new Bool()))),
  });
}

function exampleDirectory(): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-content-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["b", "e"]) mkdirSync(join(folder, name));
  for (const [name, text] of [
    ["a.txt", "a"],
    ["b/c.txt", "c"],
    ["b-", ""],
  ] as const)
    writeFileSync(join(folder, name), text);
  symlinkSync("a.txt", join(folder, "l"));
  return folder;
}

function digestOf(expression: string): string | undefined {
  if (expression === "the directory below") return digestDirectory(exampleDirectory())?.sha256;
  const value = expression === "the table below" ? exampleTable() : runInThisContext(`(${expression})`);
  return valueDigest(value, "now")?.sha256;
}

describe("the vectors of docs/content.md", () => {
  it.each(vectors)("$value", ({ value, sha256 }) => {
    expect(digestOf(value)).toBe(sha256);
  });

  it.skipIf(!hasPython)("are what Python's hashlib takes by the same page", () => {
    const printed = execFileSync("python3", ["-c", python], { encoding: "utf8" });
    expect(vectors).toHaveLength(12);
    expect(printed.trim().split("\n")).toEqual(vectors.map(({ sha256 }) => sha256));
  });
});

describe("arrays and buffers", () => {
  const sha256 = (thing: object, asked?: "now") => valueDigest(thing, asked)?.sha256;

  it("have one content for one sequence of bytes, however it is held", () => {
    const bytes = new Uint8Array([9, 1, 2, 3]);
    const held = [
      bytes.subarray(1),
      Buffer.from([1, 2, 3]),
      bytes.slice(1).buffer,
      new DataView(bytes.buffer, 1),
      new (class Weights extends Uint8Array {})([1, 2, 3]),
    ];
    expect(new Set(held.map((one) => sha256(one))).size).toBe(1);
  });

  it("go by the type of the language, not by the name of a subclass or an own property", () => {
    const plain = new Float32Array([1, 2]);
    const named = new (class Weights extends Float32Array {})([1, 2]);
    const lying = Object.defineProperties(new Float32Array([1, 2]), { length: { value: 7 }, byteLength: { value: 0 } });
    expect([sha256(named), sha256(lying)]).toEqual([sha256(plain), sha256(plain)]);
    expect(sha256(new Int32Array(plain.buffer))).not.toBe(sha256(plain));
  });

  it("are turned round on a machine that has the other order", () => {
    const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...littleEndian(bytes, 2, "BE")]).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
    expect([...littleEndian(bytes, 8, "BE")]).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(littleEndian(bytes, 4, "LE")).toBe(bytes);
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("of shared memory have a digest on request only", () => {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    expect([sha256(shared), sha256(shared.buffer)]).toEqual([undefined, undefined]);
    expect(sha256(shared, "now")).toBe(sha256(new Int32Array(2)));
  });

  it("that are detached or out of bounds have none, while an empty one has", () => {
    const detached = new Float32Array(4);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const buffer = new ArrayBuffer(8, { maxByteLength: 16 } as never) as ArrayBuffer & { resize(length: number): void };
    const [outside, view] = [new Uint8Array(buffer, 4, 4), new DataView(buffer, 4, 4)];
    buffer.resize(2);
    expect([detached, outside, view].map((one) => sha256(one, "now"))).toEqual([undefined, undefined, undefined]);
    expect(sha256(new Uint8Array(buffer))).toBe(sha256(Buffer.from([0, 0])));
    expect(sha256(new Float32Array(0))).toBeDefined();
  });

  it("over 1 MiB are digested on request only", () => {
    const many = new Float64Array(131_073);
    expect([sha256(many), typeof sha256(many, "now")]).toEqual([undefined, "string"]);
  });
});

describe("tensors", () => {
  const data = new Float32Array([1, 2, 3, 4, 5, 6]);

  it("of one dimension have the content of their typed array, and of more dimensions another", () => {
    const flat = valueDigest(data, undefined);
    expect(valueDigest({ dtype: "float32", shape: [6], values: data }, undefined)).toEqual(flat);
    expect(valueDigest({ dtype: "float32", shape: [2, 3], values: data }, undefined)).not.toEqual(flat);
    expect(valueDigest({ type: "float32", dims: [2, 3], location: "cpu", data }, undefined)).toEqual(
      valueDigest({ dtype: "float32", shape: [2, 3], values: data }, undefined),
    );
  });

  it("are read from an accelerator on request only", () => {
    let reads = 0;
    const dataSync = () => {
      reads++;
      return data;
    };
    const tensor = { dtype: "float32", shape: [2, 3], dataSync };
    expect([valueDigest(tensor, undefined), reads]).toEqual([undefined, 0]);
    expect(valueDigest(tensor, "now")).toEqual(valueDigest({ dtype: "float32", shape: [2, 3], values: data }, "now"));
    expect(reads).toBe(1);
    const onGpu = {
      type: "float32",
      dims: [6],
      location: "gpu-buffer",
      get data(): unknown {
        throw new Error("on the GPU");
      },
    };
    expect(valueDigest(onGpu, "now")).toBeUndefined();
  });

  it.each([
    ["whose shape does not fit", { dtype: "float32", shape: [2, 2], values: data }],
    ["that is transposed", { dtype: "float32", shape: [2, 3], stride: [1, 2], data }],
    ["that is a part of another", { dtype: "float32", shape: [6], offset: 1, data: new Float32Array(7) }],
  ])("have no digest as a tensor %s", (_, tensor) => {
    expect(valueDigest(tensor, undefined)).toBeUndefined();
  });

  it("of TensorFlow.js have the digest of their numbers", async () => {
    const tf = await import("@tensorflow/tfjs");
    await tf.setBackend("cpu");
    const tensor = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const same = valueDigest({ dtype: "float32", shape: [2, 3], values: data }, undefined);
    expect([valueDigest(tensor, undefined), valueDigest(tensor, "now")]).toEqual([undefined, same]);
    expect(valueDigest(tf.buffer([2, 3], "float32", data), undefined)).toEqual(same);
    expect(valueDigest(tf.tensor1d(["a", "né"]), "now")).toEqual(
      valueDigest({ type: "string", dims: [2], location: "cpu", data: ["a", "né"] }, "now"),
    );
  });
});

describe("tables of Apache Arrow", () => {
  const sha256 = (table: Table) => valueDigest(table, "now")?.sha256;

  it("are not digested unasked", () => {
    expect(valueDigest(exampleTable(), undefined)).toBeUndefined();
  });

  it("have one content however they are cut, written and read", () => {
    const whole = exampleTable();
    const parts = [whole.slice(0, 1), whole.slice(1, 2), whole.slice(2)].flatMap(({ batches }) => batches);
    const cut = new Table(parts);
    expect(cut.batches).toHaveLength(3);
    const read = [tableFromIPC(tableToIPC(whole, "file")), tableFromIPC(tableToIPC(cut, "stream"))];
    expect([cut, ...read].map(sha256)).toEqual([sha256(whole), sha256(whole), sha256(whole)]);
  });

  it("have one content whether strings come by dictionary or not", () => {
    const words = ["a", "b", null, "a"];
    const byDictionary = new Table({ s: vectorFromArray(words) });
    expect(String(byDictionary.schema.fields[0]?.type)).toMatch(/^Dictionary/);
    expect(sha256(byDictionary)).toBe(sha256(new Table({ s: vectorFromArray(words, new Utf8()) })));
  });

  it("differ by a value, a null, a name, a type, the order of rows", () => {
    const column = (values: unknown[], type: unknown) => vectorFromArray(values as never, type as never) as Vector;
    const tables = [
      new Table({ n: column([1, 2], new Int32()) }),
      new Table({ n: column([1, 3], new Int32()) }),
      new Table({ n: column([1, null], new Int32()) }),
      new Table({ m: column([1, 2], new Int32()) }),
      new Table({ n: column(["1", "2"], new Utf8()) }),
      new Table({ n: column([2, 1], new Int32()) }),
    ];
    expect(new Set(tables.map(sha256)).size).toBe(tables.length);
  });

  it("take no account of what lies under a null", () => {
    const nulls = (hidden: number) =>
      makeData({
        type: new Int32(),
        length: 2,
        nullCount: 1,
        nullBitmap: Uint8Array.of(1),
        data: Int32Array.of(7, hidden),
      });
    const tables = [0, 99].map((hidden) => new Table({ n: new Vector([nulls(hidden)]) }));
    expect(sha256(tables[0]!)).toBe(sha256(tables[1]!));
  });

  it("may nest, also when cut", () => {
    const type = new Struct([new Field("a", new Int32(), true), new Field("b", new Utf8(), true)]);
    const rows = [{ a: 1, b: "x" }, null, { a: null, b: "y" }, { a: 4, b: null }];
    const whole = new Table({ p: vectorFromArray(rows as never, type as never) as Vector });
    const cut = new Table([whole.slice(0, 2), whole.slice(2)].flatMap(({ batches }) => batches));
    expect(sha256(whole)).toBeDefined();
    expect(sha256(cut)).toBe(sha256(whole));
  });
});
