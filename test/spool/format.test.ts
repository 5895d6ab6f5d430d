import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import {
  decodeHeaderBlock,
  encodeHeaderBlock,
  encodeStatus,
  OPEN_STATUS,
  type SegmentHeader,
  statusOffsets,
} from "../../src/spool/format.ts";
import { decodeFrameHeader, decodeRows, encodeFrameHeader, FRAME_HEADER_BYTES } from "../../src/spool/frame.ts";

const header: SegmentHeader = {
  format: 1,
  writer: "wa",
  segment: 0,
  sequence: 0,
  execution: "0199d3c0-0000-7000-8000-000000000001",
  base: "https://w3id.org/prov-ml/id/",
  root: "/where",
  createdAt: 1.76e12,
  host: "h",
  pid: 7,
  recorder: "test",
  byteOrder: "LE",
};
const block = (): Buffer => encodeHeaderBlock(header, 0xdeadbeef) ?? expect.fail();

test("writes the header block as docs/spool-format.md says", () => {
  const bytes = block();
  const json = JSON.stringify(header);
  expect(bytes.length).toBe(4096);
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("PROVML\0\x01");
  expect([bytes.readUInt32LE(8), bytes.readUInt32LE(12), bytes.readUInt32LE(16)]).toEqual([
    0xdeadbeef,
    4096,
    json.length,
  ]);
  expect(bytes.readUInt32LE(20)).toBe(crc32(Buffer.concat([bytes.subarray(0, 20), Buffer.from(json)]), 0xdeadbeef));
  expect(bytes.subarray(64, 64 + json.length).toString()).toBe(json);
  expect(bytes.subarray(2048)).toEqual(bytes.subarray(0, 2048));
});

test("reads back what it wrote, status included", () => {
  const bytes = block();
  const status = { lostStatements: 1, lostRows: 2 ** 40, endOffset: 9000, endSequence: 12, ending: "close" } as const;
  for (const offset of statusOffsets(4096)) encodeStatus(status, 0xdeadbeef).copy(bytes, offset);
  expect(decodeHeaderBlock(bytes)).toEqual({
    header,
    status,
    segmentId: 0xdeadbeef,
    blockBytes: 4096,
    damagedCopies: [],
  });
});

test.each([0, 1])("takes the later status when copy %i is not written yet, or torn", (index) => {
  const bytes = block();
  const status = { ...OPEN_STATUS, lostRows: 8192 };
  encodeStatus(status, 0xdeadbeef).copy(bytes, statusOffsets(4096)[index]);
  expect(decodeHeaderBlock(bytes)).toMatchObject({ status });
  bytes.fill(0xff, statusOffsets(4096)[1 - index], (statusOffsets(4096)[1 - index] ?? 0) + 3);
  expect(decodeHeaderBlock(bytes)).toMatchObject({ status, damagedCopies: [(1 - index) * 2048] });
});

test("writes the frame header as docs/spool-format.md says", () => {
  const frame = Buffer.from(`${" ".repeat(FRAME_HEADER_BYTES)}[{"kind":"entity"}]`);
  const payload = frame.subarray(FRAME_HEADER_BYTES);
  encodeFrameHeader(frame, "statements", payload, 1, 2 ** 40, 7);
  expect(frame.subarray(0, 8).toString("hex")).toBe("f55046fa01000000");
  expect([frame.readUInt32LE(8), frame.readUInt32LE(12), frame.readDoubleLE(16)]).toEqual([payload.length, 1, 2 ** 40]);
  expect([frame.readUInt32LE(24), frame.readUInt32LE(28)]).toEqual([
    crc32(payload, 7),
    crc32(frame.subarray(0, 28), 7),
  ]);
  expect(decodeFrameHeader(frame, 7)).toMatchObject({
    kind: "statements",
    payloadBytes: payload.length,
    count: 1,
    sequence: 2 ** 40,
  });
  expect(decodeFrameHeader(frame, 8), "a frame of another segment").toBeUndefined();
});

test("reads rows of a machine of the other byte order", () => {
  const rows = [1, 2.5, Number.NaN, -0];
  const [little, big] = [Buffer.alloc(32), Buffer.alloc(32)];
  rows.forEach((number, index) => {
    little.writeDoubleLE(number, 8 * index);
    big.writeDoubleBE(number, 8 * index);
  });
  expect([...(decodeRows(little, 1, "LE") ?? [])]).toStrictEqual(rows);
  expect([...(decodeRows(big, 1, "BE") ?? [])]).toStrictEqual(rows);
  expect(decodeRows(big, 2, "BE")).toBeUndefined();
});
