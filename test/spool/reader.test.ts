import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { directoryPaths } from "../../src/spool/directory.ts";
import { decodeHeaderBlock } from "../../src/spool/format.ts";
import { encodeFrameHeader, FRAME_HEADER_BYTES, type FrameHeader } from "../../src/spool/frame.ts";
import { SPOOL_DEFAULTS } from "../../src/spool/options.ts";
import { type Frame, listSegments, readSegment } from "../../src/spool/reader.ts";
import { type Scanned, scanFrames } from "../../src/spool/scan.ts";
import { FileWindow } from "../../src/spool/window.ts";
import { entity, LOSS, open, type Read, readPaths, temporary } from "./spooled.ts";

const T = 1.76e12;
const BLOCK = 4096;

interface Sample {
  readonly path: string;
  readonly bytes: Buffer;
  readonly whole: Read;
  readonly frames: readonly { from: number; to: number; header: FrameHeader }[];
}

/** A small segment: statements (0, 1), announcement, rows (2-4), second announcement, rows (5, 6), statements (7), end. */
function sample(): Sample {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  spool.statements([entity(1), entity(2)]);
  const loss = spool.series(LOSS);
  for (const step of [1, 2, 3]) spool.row(loss, step, -step, T);
  spool.statements([entity(3)]);
  for (const step of [4, 5]) spool.row(loss, step, -step, T);
  spool.statements([entity(4)]);
  spool.close();
  const path = join(directoryPaths(directory).spool, "wtest-0.seg");
  return { path, bytes: readFileSync(path), whole: readPaths([path]), frames: framesOf(path) };
}

function framesOf(path: string): Sample["frames"] {
  const bytes = readFileSync(path);
  const block = decodeHeaderBlock(bytes);
  if (typeof block === "string") throw new Error(block);
  const fd = openSync(path, "r");
  const range = { segmentId: block.segmentId, from: block.blockBytes, to: bytes.length, stopsAtDamage: false };
  const frames = [...scanFrames(new FileWindow(fd, bytes.length), range)].map((scanned: Scanned) => {
    if (scanned.what === "damage") throw new Error("the sample is damaged");
    return { from: scanned.from, to: scanned.to, header: scanned.header };
  });
  closeSync(fd);
  return frames;
}

const numbers = ({ header }: { header: FrameHeader }) =>
  Array.from({ length: header.count }, (_, n) => header.sequence + n);
const sealedAs = (folder: string, bytes: Buffer, name = "wtest-0.seg") => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

test("reads a sealed segment whole", () => {
  const { whole, frames } = sample();
  expect(frames.map(({ header }) => header.kind)).toEqual([
    "statements",
    "series",
    "rows",
    "statements",
    "series",
    "rows",
    "statements",
    "end",
  ]);
  expect(whole.statements).toEqual([1, 2, 3, 4].map(entity));
  expect(whole.rows).toEqual([1, 2, 3, 4, 5].map((step) => [LOSS.id, step, -step, T]));
  expect(whole).toMatchObject({ sequences: [0, 1, 2, 3, 4, 5, 6, 7, 8], damage: [], ended: true });
});

test("loses to a flipped bit only the frame that it is in, and names it", () => {
  const { path, bytes, whole, frames } = sample();
  const fd = openSync(path, "r+");
  for (let at = 0; at < bytes.length; at++) {
    const frame = frames.find(({ from, to }) => from <= at && at < to);
    // Every bit of every frame; in the header's padding one bit of each byte will do.
    const isPadding = !frame && at % 2048 >= 64 && bytes[at] === 0;
    for (let bit = 0; bit < (isPadding ? 1 : 8); bit++) {
      writeSync(fd, Buffer.from([(bytes[at] as number) ^ (1 << bit)]), 0, 1, at);
      const read = readPaths([path]);
      const where = `byte ${at}, bit ${bit}`;
      const cost = frame ? numbers(frame) : [];
      expect(read.sequences, where).toEqual(whole.sequences.filter((n) => !cost.includes(n)));
      expect(read.ended, where).toBe(true);
      if (isPadding) expect(read.damage, where).toEqual([]);
      else
        expect(read.damage, where).toEqual([
          expect.objectContaining(frame ? named(frame) : { from: at - (at % 2048) }),
        ]);
    }
    writeSync(fd, bytes, at, 1, at);
  }
  closeSync(fd);
  expect(readPaths([path])).toEqual(whole);
});

function named({ from, to, header }: { from: number; to: number; header: FrameHeader }) {
  const cost =
    header.count === 0 ? {} : { firstSequence: header.sequence, lastSequence: header.sequence + header.count - 1 };
  return { from, to, ...cost };
}

test("says of a damaged frame whether it held statements or rows", () => {
  const { bytes, frames } = sample();
  const costs = frames.map(({ from, to, header }) => {
    const broken = Buffer.from(bytes);
    broken[to - 1] = (broken[to - 1] as number) ^ 1; // the payload: the frame's header still tells
    const { damage } = readPaths([sealedAs(temporary(), broken)]);
    expect(damage[0]?.from).toBe(from);
    return [header.kind, damage[0]?.cost];
  });
  expect(new Set(costs.map(String))).toEqual(new Set(["statements,statements", "rows,rows", "series,", "end,"]));
});

test("reads of a segment cut at any length the frames that are whole", () => {
  const { bytes, frames } = sample();
  const folder = temporary();
  const [living, sealed] = [sealedAs(folder, bytes, "wa-0.open"), sealedAs(folder, bytes, "wb-0.seg")];
  for (let length = bytes.length; length >= BLOCK; length--) {
    truncateSync(living, length);
    truncateSync(sealed, length);
    const whole = frames.filter(({ to }) => to <= length).flatMap(numbers);
    const torn = length - Math.max(BLOCK, ...frames.filter(({ to }) => to <= length).map(({ to }) => to));
    expect(readPaths([living]), `living, ${length}`).toMatchObject({ sequences: whole, damage: [], tornBytes: 0 });
    expect(readPaths([living], { dead: true }), `dead, ${length}`).toMatchObject({
      sequences: whole,
      damage: [],
      tornBytes: torn,
    });
    const read = readPaths([sealed]);
    const cost = whole.length === 9 ? {} : { firstSequence: whole.length, lastSequence: 8 };
    expect(read.sequences, `sealed, ${length}`).toEqual(whole);
    if (length < bytes.length)
      expect(read.damage, `sealed, ${length}`).toEqual([expect.objectContaining({ to: bytes.length, ...cost })]);
  }
});

test("finds nothing to read where the header is not written yet, or the file is gone", () => {
  const { bytes } = sample();
  const folder = temporary();
  for (const length of [0, 7, 64, 300]) {
    const path = sealedAs(folder, bytes.subarray(0, length), "wa-0.open");
    expect(readSegment(path), String(length)).toBeUndefined();
    expect(() => readSegment(sealedAs(folder, bytes.subarray(0, length)))).toThrow(
      expect.objectContaining({ code: "corrupt" }),
    );
  }
  expect(readSegment(join(folder, "wz-0.open"))).toBeUndefined();
  expect(listSegments(join(folder, "no-such-folder"))).toEqual([]);
});

test("names what a zeroed sector cost, and reads on behind it", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  for (let n = 0; n < 400; n++) spool.statements([entity(n)]);
  spool.close();
  const path = join(directoryPaths(directory).spool, "wtest-0.seg");
  const bytes = readFileSync(path);
  const hit = framesOf(path).filter(({ from, to }) => to > 8192 && from < 12_288);
  const [first, last] = [hit[0]?.header.sequence, hit.at(-1)?.header.sequence];
  const read = readPaths([sealedAs(temporary(), bytes.fill(0, 8192, 12_288))]);
  expect(read.damage).toEqual([expect.objectContaining({ firstSequence: first, lastSequence: last })]);
  expect(read.sequences).toHaveLength(400 - hit.length);
});

test("stops in an open segment at the first damage and does not judge it", () => {
  const { bytes, frames } = sample();
  const path = sealedAs(temporary(), bytes, "wa-0.open");
  const fd = openSync(path, "r+");
  writeSync(fd, "damage", frames[3]?.from);
  closeSync(fd);
  expect(readPaths([path])).toMatchObject({ sequences: [0, 1, 2, 3, 4], damage: [], tornBytes: 0 });
});

test("reads swapped frames both, and a repeated frame once, and names them", () => {
  const { bytes, frames, whole } = sample();
  const part = (index: number) => bytes.subarray(frames[index]?.from, frames[index]?.to);
  const block = Buffer.from(bytes.subarray(0, BLOCK));
  const swapped = Buffer.concat([block, part(0), ...[2, 1, 3, 6, 5, 4, 7].map(part)]);
  const read = readPaths([sealedAs(temporary(), swapped)]);
  expect([...read.sequences].sort()).toEqual(whole.sequences);
  expect(read.rows).toEqual(whole.rows);
  expect(read.damage).toEqual([expect.objectContaining({ reason: expect.stringContaining("out of order") })]);
  const repeated = Buffer.concat([block, ...[0, 1, 2, 2, 3, 4, 5, 6].map(part)]);
  const again = readPaths([sealedAs(temporary(), repeated)]);
  expect(again.rows).toEqual(whole.rows);
  expect(again.damage[0]).toMatchObject({ from: frames[2]?.to, reason: expect.stringContaining("second time") });
});

test("does not take a frame of another segment for one of its own", () => {
  const [one, two] = [sample(), sample()];
  const frame = two.frames[0] ?? expect.fail();
  const mixed = Buffer.concat([
    one.bytes.subarray(0, one.frames[0]?.to),
    two.bytes.subarray(frame.from, frame.to),
    one.bytes.subarray(one.frames[0]?.to),
  ]);
  const read = readPaths([sealedAs(temporary(), mixed.subarray(0, mixed.length))]);
  expect(read.sequences.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(read.damage[0]).toMatchObject({ from: one.frames[0]?.to });
});

test("names rows that no whole frame announces, and gives the others", () => {
  const { bytes, frames } = sample();
  const damaged = Buffer.from(bytes);
  for (const frame of frames.filter(({ header }) => header.kind === "series")) damaged.fill(0, frame.from, frame.to);
  const read = readPaths([sealedAs(temporary(), damaged)]);
  expect(read.rows).toEqual([]);
  expect(read.statements).toHaveLength(4);
  const named = read.damage.filter(({ reason }) => reason.includes("announces"));
  expect(named.map(({ firstSequence, lastSequence }) => [firstSequence, lastSequence])).toEqual([
    [2, 4],
    [6, 7],
  ]);
});

test("names a frame whose content is not what its header says", () => {
  const { bytes, frames } = sample();
  const { segmentId } = decodeHeaderBlock(bytes) as { segmentId: number };
  const { from, to } = frames[0] ?? expect.fail();
  const frame = Buffer.from(bytes.subarray(from, to));
  frame.write("{", FRAME_HEADER_BYTES);
  encodeFrameHeader(frame, "statements", frame.subarray(FRAME_HEADER_BYTES), 2, 0, segmentId);
  const damaged = Buffer.from(bytes);
  frame.copy(damaged, from);
  expect(readPaths([sealedAs(temporary(), damaged)]).damage).toEqual([
    expect.objectContaining({ from, to, firstSequence: 0, lastSequence: 1 }),
  ]);
});

test("refuses another version and keeps the file", () => {
  const { bytes } = sample();
  bytes[7] = bytes[2048 + 7] = 2;
  const path = sealedAs(temporary(), bytes);
  expect(() => readSegment(path)).toThrow(
    expect.objectContaining({ code: "foreign-directory", message: expect.stringContaining(path) }),
  );
  expect(readFileSync(path)).toEqual(bytes);
});

test("finds a segment that is sealed between listing and reading, and reads one to its end that is taken meanwhile", () => {
  const directory = join(temporary(), ".provml");
  const { spool: folder } = directoryPaths(directory);
  const spool = open(directory);
  spool.statements([entity(1)]);
  const [listed] = listSegments(folder);
  const early = readSegment(listed?.path ?? "") ?? expect.fail();
  spool.close();
  expect(listed).toMatchObject({ writer: "wtest", segment: 0, sealed: false });
  expect(readSegment(listed?.path ?? "")).toMatchObject({ sealed: true, path: join(folder, "wtest-0.seg") });
  rmSync(join(folder, "wtest-0.seg"));
  expect([...early.frames()].map((frame: Frame) => frame.kind)).toEqual(["statements"]);
  expect(() => [...early.frames()]).toThrow(/read once/);
});

test("lists segments by writer and number, and once when a rename shows both names", () => {
  const folder = temporary();
  for (const name of ["wb-0.open", "wa-10.open", "wa-9.seg", "wa-9.open", "provml.json", "wa-9.seg.tmp"])
    writeFileSync(join(folder, name), "");
  expect(listSegments(folder).map(({ writer, segment, sealed }) => [writer, segment, sealed])).toEqual([
    ["wa", 9, true],
    ["wa", 10, false],
    ["wb", 0, false],
  ]);
});

test("reads a segment of several windows, also while it grows", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  const loss = spool.series(LOSS);
  for (let step = 0; step < 200_000; step++) spool.row(loss, step, step, T);
  const [file] = listSegments(directoryPaths(directory).spool);
  const reading = readSegment(file?.path ?? "") ?? expect.fail();
  let rows = 0;
  for (const frame of reading.frames()) {
    if (frame.kind === "rows") rows += frame.rows.length / 4;
    spool.statements([entity(rows)]);
  }
  const { rowBufferRows } = SPOOL_DEFAULTS;
  expect(rows).toBe(Math.floor(200_000 / rowBufferRows) * rowBufferRows);
  spool.close();
  renameSync(file?.path.replace(".open", ".seg") ?? "", join(directory, "taken"));
});

test("reads any bytes behind a header without a throw or a statement that nobody wrote", () => {
  const { bytes, frames } = sample();
  const path = sealedAs(temporary(), bytes);
  const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.nat(frames.length - 1)), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, (mixture) => {
      writeFileSync(path, bytes.subarray(0, BLOCK));
      for (const piece of mixture)
        appendFileSync(
          path,
          typeof piece === "number" ? bytes.subarray(frames[piece]?.from, frames[piece]?.to) : piece,
        );
      const { sequences } = readPaths([path]);
      expect(new Set(sequences).size).toBe(sequences.length);
      expect(sequences.every((n) => n < 9)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
