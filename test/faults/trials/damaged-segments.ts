import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { arrivedIn } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { heldIn } from "../oracle.ts";
import { BLOCK_BYTES, type FramePlace, framesIn, openSpoolOf, sampleSegment } from "../segment.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

/** Steps between the bits that are flipped, the lengths that are cut to, the frames that the flusher is tried with. */
const EVERY = {
  full: { bit: 1, length: 1, frame: 1, sector: 1 },
  sampled: { bit: 331, length: 97, frame: 16, sector: 5 },
} as const;
const FRAMES = 50;
const SECTOR_BYTES = 512;
const STATUS_BYTES = 40;

type Reader = typeof import("../../../src/spool/reader.ts");

/** What a reader says of a segment. */
interface Said {
  readonly numbers: readonly number[];
  /** The numbers that damage is said to have cost. */
  readonly named: readonly number[];
  readonly damages: number;
  readonly isEnded: boolean;
  readonly tornBytes: number;
}

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
      file: "spool/segment-reader.js",
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

interface Tried {
  readonly outcome: Outcome;
  readonly reader: Reader;
  readonly path: string;
  readonly bytes: Buffer;
  readonly frames: readonly FramePlace[];
}

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

/** The whole way: a program starts in the directory, the flusher takes what is whole, and the graph tells of the loss. */
async function flushDamaged(
  { outcome, bytes, frames }: Tried,
  build: string,
  folder: string,
  every: number,
): Promise<void> {
  const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  for (let n = 0; n < frames.length; n += every) {
    const { from, to, numbers } = frames[n] as FramePlace;
    const directory = join(folder, `flush-${n}/.provml`);
    await startRun(outcome, build, directory);
    const rest = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    writeFileSync(join(directory, "spool/wdamage-0.seg"), rest);
    const held = heldIn(directory);
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(bytes.readUInt8(to - 2) ^ 4, to - 2);
    writeFileSync(join(directory, "spool/wdamage-0.seg"), damaged);
    const where = `frame ${n} damaged and flushed`;
    outcome.trials++;
    outcome.faults++;
    const report = await flush(directory);
    const arrived = await arrivedIn(directory, "without stated");
    judgeLines(outcome, held.lines, arrived.lines, where);
    blame(outcome, "lost", Math.max(0, held.rows.length - arrived.rows.length), `${where}: rows`);
    blame(outcome, "unexplained", Number(report.damaged !== 1), `${where}: ${report.damaged} damages reported`);
    const told = (await arrivedIn(directory, "with stated")).lines.filter((line) => line.includes("sequence numbers"));
    const named = `sequence numbers ${numbers[0]}-${numbers.at(-1)}`;
    const isTold = numbers.length === 0 ? told.length === 0 : told.some((line) => line.includes(named));
    blame(outcome, "unexplained", Number(!isTold), `${where}: the graph does not say ${named}`);
    rmSync(join(folder, `flush-${n}`), { recursive: true });
  }
}

function judgeLines(outcome: Outcome, held: readonly string[], arrived: readonly string[], where: string): void {
  const [wanted, there] = [new Set(held), new Set(arrived)];
  const lost = held.filter((line) => !there.has(line));
  const more = arrived.filter((line) => !wanted.has(line));
  blame(outcome, "lost", lost.length, `${where}: ${lost[0]}`);
  blame(outcome, "unexplained", more.length, `${where}: ${more[0]}`);
}

/** What another version wrote is refused and kept; what else lies there is taken, and a program starts. */
async function refuseVersion({ outcome, bytes }: Tried, build: string, folder: string): Promise<void> {
  const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  const directory = join(folder, "version/.provml");
  await startRun(outcome, build, directory);
  const path = join(directory, "spool/wdamage-0.seg");
  const newer = Buffer.from(bytes);
  for (const half of [0, BLOCK_BYTES / 2]) newer.writeUInt8(2, half + 7);
  writeFileSync(path, newer);
  outcome.trials++;
  outcome.faults++;
  try {
    const report = await flush(directory);
    const isRefused = report.refused.length === 1 && report.refused[0]?.reason.includes("version") === true;
    blame(outcome, "unexplained", Number(!isRefused), "a segment of another version is not refused");
    blame(outcome, "lost", Number(report.statements !== 1), "a segment of another version keeps others from the graph");
    blame(outcome, "lost", Number(!readFileSync(path).equals(newer)), "a segment of another version is not kept");
  } catch (error) {
    blame(outcome, "unexplained", 1, `a segment of another version stops the flusher: ${error}`);
  }
}

/** A run in the same directory works at once, whatever lies there. */
async function startRun(outcome: Outcome, build: string, directory: string): Promise<void> {
  mkdirSync(join(directory, "spool"), { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, "spool/wdamage-9.seg"), "rubbish");
  const spool = await openSpoolOf(build, directory, { writer: "wnew" });
  spool.statements([{ kind: "entity", id: "x:new" }]);
  spool.close();
  const { statements, lostStatements } = spool.stats();
  blame(outcome, "lost", Number(statements !== 1 || lostStatements !== 0), "a program does not start beside damage");
  rmSync(join(directory, "spool/wdamage-9.seg"));
}

function expect(
  outcome: Outcome,
  frames: readonly FramePlace[],
  hit: readonly FramePlace[],
  found: Said,
  damages: readonly number[],
  where: string,
): void {
  compare(
    outcome,
    frames.filter((frame) => !hit.includes(frame)),
    hit,
    found,
    damages,
    where,
  );
  if (hit.length === 0) blame(outcome, "unexplained", Number(!found.isEnded), `${where}: the stream's end is not seen`);
}

/** Holds what is read against the frames that are whole, and what is named against those that are not. */
function compare(
  outcome: Outcome,
  whole: readonly FramePlace[],
  hit: readonly FramePlace[],
  { numbers, named, damages }: Said,
  wanted: readonly number[],
  where: string,
): void {
  outcome.trials++;
  outcome.faults++;
  const expected = whole.flatMap((frame) => frame.numbers);
  const there = new Set(numbers);
  const lost = expected.filter((number) => !there.has(number));
  const strange = numbers.filter((number) => !expected.includes(number));
  const cost = hit.flatMap((frame) => frame.numbers);
  const isNamed = cost.join() === [...new Set(named)].join();
  blame(outcome, "lost", lost.length, `${where}: ${lost.join()}`);
  blame(outcome, "duplicated", numbers.length - there.size, `${where}: numbers stand twice`);
  blame(outcome, "unexplained", strange.length, `${where}: ${strange.join()} cannot be there`);
  blame(outcome, "unexplained", Number(!isNamed), `${where}: it cost ${cost.join()} and ${named.join()} is named`);
  blame(outcome, "unexplained", Number(!wanted.includes(damages)), `${where}: ${damages} damages named`);
}

function said(reader: Reader, path: string, options: { readonly dead?: boolean } = {}): Said {
  const reading = reader.readSegment(path, options);
  if (reading === undefined) return { numbers: [], named: [], damages: 0, isEnded: false, tornBytes: 0 };
  const numbers: number[] = [];
  for (const frame of reading.frames()) {
    if (frame.kind === "series") continue;
    const count = frame.kind === "rows" ? frame.rows.length / 4 : frame.statements.length;
    for (let n = 0; n < count; n++) numbers.push(frame.sequence + n);
  }
  const named = reading.damage.flatMap(({ firstSequence, lastSequence }) =>
    firstSequence === undefined || lastSequence === undefined
      ? []
      : Array.from({ length: lastSequence - firstSequence + 1 }, (_, n) => firstSequence + n),
  );
  return { numbers, named, damages: reading.damage.length, isEnded: reading.ended, tornBytes: reading.tornBytes };
}
