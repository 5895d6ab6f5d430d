import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { recordStream } from "../../src/adapters/streams.ts";
import { record } from "../capture/memory-sink.ts";

const TEXT = "species,mass\n".repeat(20_000);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "provml-streams-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const doubling = () =>
  new Transform({ objectMode: true, transform: (value: number, _encoding, done) => done(null, 2 * value) });

describe("a stream of Node that is recorded", () => {
  it("is a step from the file that is read to the one that is written, with bytes and digest", async () => {
    const { prov, recorded } = record();
    const [from, to] = [join(folder(), "raw.csv.gz"), join(folder(), "raw.csv")];
    writeFileSync(from, gzipSync(TEXT));
    const gunzip = createGunzip();
    const unpack = recordStream("unpack", gunzip, { prov, digest: "now" });
    expect(unpack).toBe(gunzip);
    await pipeline(createReadStream(from), unpack, recordStream("write", createWriteStream(to), { prov }));
    expect(readFileSync(to, "utf8")).toBe(TEXT);

    const found = recorded();
    expect(found.activity("unpack").types).toContain("provml:DataPreparationExecution");
    expect(found.status("unpack")).toBe("provml:Completed");
    expect(found.valuesGeneratedBy("unpack")).toEqual({
      bytesIn: gzipSync(TEXT).length,
      bytesOut: TEXT.length,
    });
    expect(found.objectsUsedBy("unpack")).toEqual(["raw.csv.gz"]);
    expect(found.contentOf(found.entity("unpack"))?.get("provml:sha256")).toBe(sha256(TEXT));
    expect(found.objectsUsedBy("write")).toEqual(["unpack"]);
    expect(found.valuesGeneratedBy("write")).toEqual({ bytes: TEXT.length });
    expect(found.contentOf(found.entity("raw.csv"))?.get("provml:sha256")).toBe(sha256(TEXT));
    expect(found.makersOf(found.entity("raw.csv"))).toEqual(["write"]);
  });

  it("counts the items of objects, and uses and generates what it is told", async () => {
    const { prov, recorded } = record();
    const rows = prov.dataset([1, 2, 3], { name: "rows" });
    const sums: number[] = [];
    const source = recordStream("read", Readable.from(rows), { prov, used: [rows], kind: "activity" });
    for await (const value of source.pipe(recordStream("double", doubling(), { prov, generated: [sums] })))
      sums.push(value);
    expect(sums).toEqual([2, 4, 6]);
    const found = recorded();
    expect(found.objectsUsedBy("read")).toEqual(["rows"]);
    expect(found.valuesGeneratedBy("read")).toEqual({ items: 3 });
    expect(found.objectsUsedBy("double")).toEqual(["read"]);
    expect(found.valuesGeneratedBy("double")).toEqual({ itemsIn: 3, itemsOut: 3 });
    expect(found.objectsGeneratedBy("double")).toHaveLength(2);
  });

  it("waits as it would without: the same pieces, in the same order with what else happens", async () => {
    const events = async (watch: (stream: PassThrough) => PassThrough): Promise<string[]> => {
      const log: string[] = [];
      const through = watch(new PassThrough({ highWaterMark: 8 }));
      through.on("drain", () => log.push("drain"));
      const slow = new Writable({
        highWaterMark: 4,
        write(piece: Buffer, _encoding, done) {
          log.push(`take ${piece}`);
          setImmediate(done);
        },
      });
      through.pipe(slow);
      for (const word of ["one", "two", "three", "four", "five"]) log.push(`${word} ${through.write(word)}`);
      through.end();
      await new Promise((finished) => slow.on("finish", finished));
      return log;
    };
    const { prov } = record();
    expect(await events((stream) => recordStream("pass", stream, { prov }))).toEqual(await events((stream) => stream));
  });

  it("fails with its error, which the program still has to handle, and ends early where nobody wants the rest", async () => {
    const { prov, recorded } = record();
    const broken = new Transform({ transform: (_piece, _encoding, done) => done(new RangeError("no such row")) });
    const failed = pipeline(Readable.from(["a"]), recordStream("clean", broken, { prov }), new PassThrough().resume());
    await expect(failed).rejects.toThrow("no such row");
    expect(recorded().status("clean")).toBe("provml:Failed");
    expect(recorded().activity("clean").get("provml:errorType")).toBe("RangeError");

    for await (const value of recordStream("numbers", Readable.from([1, 2, 3]), { prov })) if (value === 2) break;
    await new Promise(setImmediate);
    expect(recorded().status("numbers")).toBe("provml:EndedEarly");
    expect(recorded().valuesGeneratedBy("numbers")).toMatchObject({ items: expect.any(Number) });

    const alone = recordStream("alone", new PassThrough(), { prov });
    expect(alone.listenerCount("error")).toBe(0);
  });

  it("is no stream where it is none", () => {
    expect(() => recordStream("", new PassThrough())).toThrow(/takes the step's name first/);
    expect(() => recordStream("clean", [] as never)).toThrow(/takes a stream/);
    expect(() => recordStream("clean", undefined as never)).toThrow(/takes a stream/);
  });
});

describe("a stream of the web that is recorded", () => {
  const numbers = (count: number, pulled: number[] = []) => {
    let next = 0;
    return new ReadableStream<number>(
      {
        pull(controller) {
          pulled.push(next);
          if (next < count) controller.enqueue(next++);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  };

  it("is a step that ends with it: read to the end, cancelled, failed", async () => {
    const { prov, recorded } = record();
    const read: number[] = [];
    for await (const value of recordStream("count", numbers(3), { prov })) read.push(value);
    expect(read).toEqual([0, 1, 2]);
    expect(recorded().status("count")).toBe("provml:Completed");
    expect(recorded().valuesGeneratedBy("count")).toEqual({ items: 3 });

    for await (const value of recordStream("some", numbers(9), { prov })) if (value === 1) break;
    expect(recorded().status("some")).toBe("provml:EndedEarly");

    const broken = new ReadableStream({ pull: () => Promise.reject(new RangeError("gone")) });
    await expect(recordStream("broken", broken, { prov }).getReader().read()).rejects.toThrow("gone");
    expect(recorded().status("broken")).toBe("provml:Failed");
  });

  it("passes through a pair, with the digest of its bytes", async () => {
    const { prov, recorded } = record();
    const gunzip = recordStream("unpack", new DecompressionStream("gzip"), { prov, digest: "now" });
    const text = await new Response(new Blob([gzipSync(TEXT)]).stream().pipeThrough(gunzip as never)).text();
    expect(text).toBe(TEXT);
    expect(recorded().valuesGeneratedBy("unpack")).toEqual({ bytes: TEXT.length });
    expect(recorded().contentOf(recorded().entity("unpack"))?.get("provml:sha256")).toBe(sha256(TEXT));
  });

  it("is refused where somebody reads it already, or it only claims to be one, and no step is begun", () => {
    const { prov, recorded } = record();
    const { readable, writable } = new TransformStream();
    const reader = readable.getReader();
    const claims = Object.create(ReadableStream.prototype) as ReadableStream;
    for (const stream of [readable, { readable, writable }, claims]) {
      expect(() => recordStream("late", stream, { prov })).toThrow(
        expect.objectContaining({ code: "bad-argument", name: "ProvenanceError" }),
      );
    }
    expect(prov.stats().faults).toBe(0);
    reader.releaseLock();
    expect(recordStream("late", readable, { prov })).not.toBe(readable);
    expect(recorded().things("late")).toHaveLength(1);
  });

  it("asks for nothing before it is asked", async () => {
    const { prov } = record();
    const pulled: number[] = [];
    const reader = recordStream("count", numbers(9, pulled), { prov }).getReader();
    await new Promise((later) => setTimeout(later, 5));
    expect(pulled).toEqual([]);
    await reader.read();
    expect(pulled).toEqual([0]);
    await reader.cancel();
  });
});
