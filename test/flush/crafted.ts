import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { createDirectory } from "../../src/spool/directory.ts";
import { encodeHeaderBlock, OPEN_STATUS, type SegmentHeader } from "../../src/spool/format.ts";
import { processIdentity } from "../../src/spool/liveness.ts";
import { EXECUTION, temporary } from "./recorded.ts";

const SEED = 0x1234567;

export interface Crafted {
  readonly header?: Partial<SegmentHeader>;
  /** Payloads of frames: a list of statements as another language's writer may put them, or an announcement, or rows. */
  readonly frames?: readonly (unknown[] | object | Float64Array)[];
  readonly ending?: "rotate" | "close";
  readonly name?: string;
  readonly directory?: string;
}

/** A sealed segment as any writer could have put it there, in a directory of its own unless one is given. */
export function crafted({ header = {}, frames = [], ending = "close", name, directory }: Crafted): string {
  const into = directory ?? join(temporary(), ".provml");
  const whole: SegmentHeader = {
    format: 1,
    writer: "wcraft",
    segment: 0,
    sequence: 0,
    execution: EXECUTION,
    base: "https://w3id.org/prov-ml/id/",
    root: "/",
    createdAt: 1.76e12,
    ...processIdentity(),
    recorder: "a test",
    byteOrder: "LE",
    ...header,
  };
  let sequence = whole.sequence;
  const encoded: Buffer[] = [];
  for (const content of frames) {
    const [kind, count] = kindOf(content);
    encoded.push(frame(kind, count, sequence, content));
    sequence += count;
  }
  encoded.push(frame(4, 0, sequence, { reason: ending }));
  const body = Buffer.concat(encoded);
  const status = { ...OPEN_STATUS, endOffset: 4096 + body.length, endSequence: sequence, ending };
  const block = encodeHeaderBlock(whole, SEED, status);
  if (block?.length !== 4096) throw new Error("the header does not fit");
  createDirectory(into);
  mkdirSync(join(into, "spool"), { recursive: true });
  const file = name ?? `${whole.writer}-${whole.segment}.seg`;
  writeFileSync(join(into, "spool", file), Buffer.concat([block, body]));
  return into;
}

function kindOf(content: unknown[] | object | Float64Array): [kind: number, count: number] {
  if (content instanceof Float64Array) return [2, content.length / 4];
  return Array.isArray(content) ? [1, content.length] : [3, 0];
}

function frame(kind: number, count: number, sequence: number, content: unknown): Buffer {
  const payload =
    content instanceof Float64Array ? Buffer.from(content.buffer.slice(0)) : Buffer.from(JSON.stringify(content));
  const bytes = Buffer.alloc(32 + payload.length);
  bytes.writeUInt32LE(0xfa4650f5, 0);
  bytes.writeUInt32LE(kind, 4);
  bytes.writeUInt32LE(payload.length, 8);
  bytes.writeUInt32LE(count, 12);
  bytes.writeDoubleLE(sequence, 16);
  bytes.writeUInt32LE(crc32(payload, SEED), 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 28), SEED), 28);
  payload.copy(bytes, 32);
  return bytes;
}
