import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { flushDamaged, refuseVersion } from "../damage-flushed.ts";
import { compare, expect, type Reader, said, type Tried } from "../damage-read.ts";
import { temporaryFolder } from "../folder.ts";
import { BLOCK_BYTES, type FramePlace, framesIn, sampleSegment } from "../segment.ts";
import { blame, type FaultTrial, noOutcome } from "../trial.ts";

/** Steps between the bits that are flipped, the lengths that are cut to, the frames that the flusher is tried with. */
const EVERY = {
  full: { bit: 1, length: 1, frame: 1, sector: 1 },
  sampled: { bit: 331, length: 97, frame: 16, sector: 5 },
} as const;
const FRAMES = 50;
const SECTOR_BYTES = 512;
const STATUS_BYTES = 40;

/** Bytes of segments that are flipped, cut, zeroed, swapped and repeated: by the reader alone, and on the whole way into the graph. */
export const damagedSegments: FaultTrial = {
  name: "damaged-segments",
  promise:
    "damage costs the frame that it is in and no other, is named by its numbers, and keeps no program from starting",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    using folder = temporaryFolder();
    const reader: Reader = await import(join(build, "src/spool/reader.js"));
    const bytes = await sampleSegment(build, join(folder.path, "sample/.provml"), FRAMES);
    const frames = framesIn(bytes);
    const tried: Tried = { outcome, reader, path: join(folder.path, "wdamage-0.seg"), bytes, frames };
    flipBits(tried, EVERY[scale].bit);
    cutTails(tried, EVERY[scale].length);
    zeroSectors(tried, EVERY[scale].sector);
    swapAndRepeat(tried, EVERY[scale].frame);
    await flushDamaged(tried, build, folder.path, EVERY[scale].frame);
    await refuseVersion(tried, build, folder.path);
    return outcome;
  },
  sabotages: [
    {
      name: "the check sum of a payload is ignored",
      file: "spool/scan.js",
      find: "&& crc32(payload, range.segmentId) === header.payloadCrc",
      replace: "",
    },
    {
      name: "nothing is read behind damage",
      file: "spool/scan.js",
      find: "isComplete ? found.to : nextFrame(window, at + 1, range)",
      replace: "range.to",
    },
    {
      name: "what damage cost is not named",
      file: "spool/damage.js",
      find: "if (!last || !this.#isBehindDamage)",
      replace: "if (last || !this.#isBehindDamage)",
    },
    {
      name: "a repeated frame counts again",
      file: "spool/segment-reader.js",
      find: 'if (place.order === "repeated")',
      replace: "if (false)",
    },
    {
      name: "a segment that cannot be read stops the flusher",
      file: "flush/move-segment.js",
      find: '!(error instanceof ProvenanceError) && syscall !== undefined && syscall !== "read"',
      replace: "true",
    },
  ],
};

function flipBits({ outcome, reader, path, bytes, frames }: Tried, every: number): void {
  const damaged = Buffer.from(bytes);
  for (let bit = 0; bit < 8 * bytes.length; bit += every) {
    const at = bit >> 3;
    damaged.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit & 7)), at);
    writeFileSync(path, damaged);
    damaged.writeUInt8(bytes.readUInt8(at), at);
    const hit = frames.filter(({ from, to }) => from <= at && at < to);
    // Of the header either copy will do; its padding says nothing.
    const damages = at >= BLOCK_BYTES ? [1] : isPadding(bytes, at) ? [0] : [1];
    expect(outcome, frames, hit, said(reader, path), damages, `bit ${bit & 7} of byte ${at}`);
  }
}

function isPadding(bytes: Buffer, at: number): boolean {
  const half = BLOCK_BYTES / 2;
  return at % half >= 64 + bytes.readUInt32LE(16);
}

function cutTails({ outcome, reader, path, bytes, frames }: Tried, every: number): void {
  for (let length = bytes.length - 1; length >= BLOCK_BYTES; length -= every) {
    const part = bytes.subarray(0, length);
    const hit = frames.filter(({ to }) => to > length);
    writeFileSync(path, part);
    expect(outcome, frames, hit, said(reader, path), [1], `sealed, cut to ${length}`);
    const open = path.replace(/seg$/, "open");
    writeFileSync(open, withoutStatus(part));
    const whole = frames.filter(({ to }) => to <= length);
    const found = said(reader, open, { dead: true });
    rmSync(open);
    const torn = length - (whole.at(-1)?.to ?? BLOCK_BYTES);
    // Nobody was told that what is torn was written, so nothing is lost and nothing named.
    compare(outcome, whole, [], found, [0], `of a dead writer, cut to ${length}`);
    blame(
      outcome,
      "unexplained",
      Number(found.tornBytes !== torn),
      `cut to ${length}: ${found.tornBytes} bytes torn, not ${torn}`,
    );
  }
}

/** As the segment is until its writer seals it. */
function withoutStatus(bytes: Buffer): Buffer {
  const open = Buffer.from(bytes);
  const status = Buffer.alloc(STATUS_BYTES);
  status.writeUInt32LE(crc32(status.subarray(0, -4), bytes.readUInt32LE(8)), STATUS_BYTES - 4);
  for (const half of [0, BLOCK_BYTES / 2]) status.copy(open, half + 24);
  return open;
}

function zeroSectors({ outcome, reader, path, bytes, frames }: Tried, every: number): void {
  for (let from = BLOCK_BYTES; from < bytes.length; from += every * SECTOR_BYTES) {
    const to = Math.min(from + SECTOR_BYTES, bytes.length);
    writeFileSync(path, Buffer.from(bytes).fill(0, from, to));
    const hit = frames.filter((frame) => frame.from < to && frame.to > from);
    expect(outcome, frames, hit, said(reader, path), [1], `bytes ${from} to ${to} zeroed`);
  }
}

function swapAndRepeat({ outcome, reader, path, bytes, frames }: Tried, every: number): void {
  const part = ({ from, to }: FramePlace) => bytes.subarray(from, to);
  const block = withoutStatus(bytes.subarray(0, BLOCK_BYTES));
  const last = frames.at(-1);
  for (let n = 0; n + 2 < frames.length; n += every) {
    const [one, two] = frames.slice(n, n + 2) as [FramePlace, FramePlace];
    if (last === undefined || two === last) break;
    const order = [...frames.slice(0, n), two, one, ...frames.slice(n + 2)];
    writeFileSync(path, Buffer.concat([block, ...order.map(part)]));
    const swapped = said(reader, path);
    const isNamed = one.numbers.length > 0 && two.numbers.length > 0 ? [1] : [0, 1];
    expect(
      outcome,
      frames,
      [],
      { ...swapped, numbers: swapped.numbers.toSorted((a, b) => a - b) },
      isNamed,
      `frames ${n} and ${n + 1} swapped`,
    );
    writeFileSync(path, Buffer.concat([block, ...[...frames.slice(0, n + 1), one, ...frames.slice(n + 1)].map(part)]));
    expect(outcome, frames, [], said(reader, path), one.numbers.length > 0 ? [1] : [0], `frame ${n} repeated`);
  }
}
