import { once } from "node:events";
import { PassThrough, Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ReadableStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { describe, expect, it } from "vitest";
import { record } from "./memory-sink.ts";

const ended = () => new Promise((done) => setImmediate(done));

describe("a step that returns a Node stream", () => {
  const numbers = (count: number) => Readable.from(Array.from({ length: count }, (_, n) => n));

  it("returns the very stream, not flowing, and ends when it has been read to its end", async () => {
    const { prov, recorded } = record();
    const made = numbers(3);
    const stream = prov.dataPreparation("read", () => made)();
    expect(stream === made).toBe(true);
    expect([stream.readableFlowing, stream.readableLength, stream.isPaused()]).toEqual([null, 0, false]);
    await ended();
    expect([stream.readableFlowing, recorded().activity("read").endTime]).toEqual([null, undefined]);
    const seen: number[] = [];
    for await (const n of stream) seen.push(n as number);
    expect(seen).toEqual([0, 1, 2]);
    expect(recorded().status("read")).toBe("provml:Completed");
  });

  it("and is asynchronous ends with the stream too", async () => {
    const { prov, recorded } = record();
    const stream = await prov.dataPreparation("read", async () => numbers(2))();
    expect(recorded().activity("read").endTime).toBeUndefined();
    await stream.toArray();
    expect(recorded().status("read")).toBe("provml:Completed");
  });

  it("leaves the back pressure as it is", async () => {
    const counting = () => {
      let pulled = 0;
      const stream = new Readable({
        objectMode: true,
        highWaterMark: 2,
        read() {
          this.push(pulled < 100 ? pulled++ : null);
        },
      });
      return { stream, pulled: () => pulled };
    };
    const { prov } = record();
    const [plain, followed] = [counting(), counting()];
    prov.dataPreparation("read", () => followed.stream)();
    for (const { stream } of [plain, followed]) stream.read();
    await ended();
    expect(followed.pulled()).toBe(plain.pulled());
    expect(followed.pulled()).toBeLessThan(10);
  });

  it("has made it before its end, so that what reads it is known to have come of it", async () => {
    const { prov, recorded } = record();
    const stream = prov.dataPreparation("read", () => numbers(3))();
    const sum = prov.activity("sum", async (from: Readable) => {
      let total = 0;
      for await (const n of from) total += n as number;
      return total;
    });
    expect(await sum(stream)).toBe(3);
    expect(recorded().objectsUsedBy("sum")).toEqual(["read"]);
    expect(recorded().makersOf(recorded().entity("read"))).toEqual(["read"]);
  });

  it("fails when the stream does, and leaves the error to whoever listens", async () => {
    const { prov, recorded } = record();
    const error = new Error("disk gone");
    const stream = prov.dataPreparation("read", () => new Readable({ read() {} }))();
    const met = once(stream, "error");
    stream.destroy(error);
    expect(await met).toEqual([error]);
    expect(recorded().status("read")).toBe("provml:Failed");
    expect(recorded().activity("read").get("provml:errorMessage")).toBe("disk gone");
  });

  it("does not count as listening for its errors", () => {
    const { prov, recorded } = record();
    const stream = prov.dataPreparation("read", () => new Readable({ read() {} }))();
    expect(stream.listenerCount("error")).toBe(0);
    const error = new Error("nobody listens");
    expect(() => stream.emit("error", error)).toThrow(error);
    expect(recorded().status("read")).toBe("provml:Failed");
  });

  it("has ended early when it is destroyed or no longer read", async () => {
    const { prov, recorded } = record();
    const [a, b] = ["a", "b"].map((name) => prov.dataPreparation(name, () => numbers(5))()) as [Readable, Readable];
    a.destroy();
    for await (const _ of b) break;
    await ended();
    expect([recorded().status("a"), recorded().status("b")]).toEqual(["provml:EndedEarly", "provml:EndedEarly"]);
  });

  it("leaves no listeners behind", async () => {
    const { prov } = record();
    const [plain, followed] = [numbers(2), prov.dataPreparation("read", () => numbers(2))()];
    const counts = [];
    for (const stream of [plain, followed]) {
      for await (const _ of stream);
      await ended();
      counts.push(stream.eventNames().map((event) => [event, stream.listenerCount(event)]));
    }
    expect(counts[1]).toEqual(counts[0]);
  });

  it("may make it of one that it was passed, which does not flow for that", async () => {
    const { prov, recorded } = record();
    const source = numbers(3).map(String);
    const zip = prov.dataPreparation("zip", (from: Readable) => {
      expect(from.readableFlowing).toBe(null);
      return from.pipe(createGzip());
    });
    const sink = new PassThrough();
    await Promise.all([pipeline(zip(source), sink), sink.toArray()]);
    expect(recorded().status("zip")).toBe("provml:Completed");
    expect(recorded().usedBy("zip")).toHaveLength(1);
  });

  it.each([
    ["is only written to", () => new Writable({ write: (_, __, done) => done() })],
    ["has been read already", () => Object.assign(Readable.from([]).destroy())],
  ])("ends with the call when that %s", (_, make) => {
    const { prov, recorded } = record();
    prov.activity("open", make)();
    expect(recorded().status("open")).toBe("provml:Completed");
  });

  it("does not spoil the ending of the program when nobody reads it", async () => {
    const { prov, recorded } = record();
    prov.dataPreparation("read", () => numbers(2))();
    await prov.close();
    expect(recorded().status("penguins")).toBe("provml:Completed");
    expect(recorded().activity("read").endTime).toBeUndefined();
  });
});

describe("a step that returns a web stream", () => {
  const numbers = (count: number) => ReadableStream.from(Array.from({ length: count }, (_, n) => n));

  it("returns the very stream, unlocked and unread, and ends when it has been read to its end", async () => {
    const { prov, recorded } = record();
    let pulled = 0;
    const made = new ReadableStream<number>(
      { pull: (to) => (pulled < 3 ? to.enqueue(pulled++) : to.close()) },
      { highWaterMark: 0 },
    );
    const stream = prov.dataPreparation("read", () => made)();
    await ended();
    expect([stream === made, stream.locked, pulled, Object.keys(stream)]).toEqual([true, false, 0, []]);
    expect(recorded().activity("read").endTime).toBeUndefined();
    const seen: number[] = [];
    for await (const n of stream) seen.push(n);
    await ended();
    expect([seen, recorded().status("read")]).toEqual([[0, 1, 2], "provml:Completed"]);
  });

  it("fails when the stream does", async () => {
    const { prov, recorded } = record();
    const error = new Error("connection lost");
    const stream = await prov.dataPreparation(
      "read",
      async () => new ReadableStream({ pull: (to) => to.error(error) }),
    )();
    await expect(stream.getReader().read()).rejects.toBe(error);
    await ended();
    expect(recorded().status("read")).toBe("provml:Failed");
  });

  it("ends when it is cancelled", async () => {
    const { prov, recorded } = record();
    const stream = prov.dataPreparation("read", () => numbers(9))();
    for await (const _ of stream) break;
    await ended();
    expect(recorded().activity("read").endTime).toBeDefined();
  });

  it("is not fooled by what only has its name", () => {
    const { prov, recorded } = record();
    const fake = { [Symbol.toStringTag]: "ReadableStream" };
    expect(prov.activity("fake", () => fake)()).toBe(fake);
    expect(recorded().status("fake")).toBe("provml:Completed");
  });
});

it("a generator that a step returns is its work, also for the step that runs it", () => {
  const { prov, recorded } = record();
  const batches = prov.dataPreparation("batches", function* () {
    yield [1];
    yield [2];
  });
  const learn = prov.training("fit", (from: Iterable<number[]>) => [...from].length);
  expect(learn(batches())).toBe(2);
  expect(recorded().objectsUsedBy("fit")).toEqual(["batches"]);
  expect(recorded().makersOf(recorded().entity("batches"))).toEqual(["batches"]);
});
