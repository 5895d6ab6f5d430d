import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { bytesInMemory, readFileBytes } from "../../src/adapters/onnx/byte-sources.ts";
import { readModelHeader } from "../../src/adapters/onnx/model-header.ts";
import { sharedFiles } from "../shared-data.ts";
import { tries } from "../tries.ts";
import { externalWeights, lineModel, protobuf } from "./line-model.ts";

const inMemory = (bytes: Uint8Array) => readModelHeader(bytesInMemory(bytes));

describe("the header of an ONNX model", () => {
  it("is read without the weights: of a file of 64 MB a few pieces", () => {
    const folder = mkdtempSync(join(tmpdir(), "provml-header-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "large.onnx");
    const weights = protobuf([1, 4096], [1, 4096], [2, 1], [8, "large"]);
    const bytes = new Uint8Array(64 * 2 ** 20);
    const field = (number: number, length: number) => [...protobuf([number, ""]).slice(0, 1), ...lengthOf(length)];
    const head = [...weights, ...field(9, bytes.length)];
    const initializer = [...field(5, head.length + bytes.length), ...head];
    const graphLength = initializer.length + bytes.length;
    const start = [...protobuf([1, 9], [2, "large"]), ...field(7, graphLength), ...initializer];
    writeFileSync(path, Buffer.concat([Uint8Array.from(start), bytes, protobuf([8, protobuf([2, 21])])]));
    let read = 0;
    const header = readFileBytes(path, ({ size, byteAt, read: readBytes }) => {
      const counting = <T>(bytes: number, result: T): T => {
        read += bytes;
        return result;
      };
      return readModelHeader({
        size,
        byteAt: (at) => counting(1, byteAt(at)),
        read: (at, length) => counting(length, readBytes(at, length)),
      });
    });
    expect(header).toMatchObject({ formatVersion: 9, parameterCount: 4096 ** 2, operatorSets: ["ai.onnx 21"] });
    expect(read).toBeLessThan(1000);
  });

  it("is the same from a file as from memory", () => {
    for (const { path } of sharedFiles("onnx-models/light", /\.onnx$/)) {
      const header = readFileBytes(path, readModelHeader);
      expect(header, path).toEqual(inMemory(readFileSync(path)));
      expect(header?.inputs, path).toEqual([{ name: expect.any(String), type: "float32", shape: [1, 3, 224, 224] }]);
      expect(header?.producer, path).toBe("onnx-caffe2");
    }
  });

  it("names the files beside it that hold weights, once each", () => {
    const more = ["a", "b"].map((name) => [5, externalWeights(name, "weights.bin")] as const);
    expect(inMemory(lineModel(...more))?.externalData).toEqual(["weights.bin"]);
  });

  it("does not count weights among the inputs, as old models list them", () => {
    const asInput = protobuf([1, "w"]);
    expect(inMemory(lineModel([11, asInput]))?.inputs.map(({ name }) => name)).toEqual(["x"]);
  });

  it("is undefined for bytes that are no model, whatever they are, and never throws or hangs", () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode("<html>"), lineModel().slice(0, 60)]) {
      expect(inMemory(bytes)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void inMemory(bytes)),
      { numRuns: tries(2000) },
    );
    const model = lineModel();
    fc.assert(
      fc.property(fc.nat(model.length - 1), fc.nat(255), (at, byte) => void inMemory(model.with(at, byte))),
      { numRuns: tries(2000) },
    );
  });
});

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) + 128, ...lengthOf(Math.floor(length / 128))];
}
