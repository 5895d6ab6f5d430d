import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a frame stands and which numbers its items have, straight from the bytes. */
export interface FramePlace {
  readonly from: number;
  readonly to: number;
  readonly numbers: readonly number[];
}

export const BLOCK_BYTES = 4096;
const HEADER_BYTES = 32;

/** The frames of an undamaged segment. */
export function framesIn(bytes: Buffer): FramePlace[] {
  const frames: FramePlace[] = [];
  for (let from = BLOCK_BYTES; from < bytes.length; ) {
    const to = from + HEADER_BYTES + bytes.readUInt32LE(from + 8);
    const first = bytes.readDoubleLE(from + 16);
    frames.push({ from, to, numbers: Array.from({ length: bytes.readUInt32LE(from + 12) }, (_, n) => first + n) });
    from = to;
  }
  return frames;
}

export const EXECUTION = "0199d3c0-0000-7000-8000-000000000001";
export const BASE = "https://w3id.org/prov-ml/id/";

/** A spool of the build that is tried, which minds no free space. */
export async function openSpoolOf(build: string, directory: string, more: object = {}) {
  const { openSpool }: typeof import("../../src/spool/writer.ts") = await import(join(build, "src/spool/writer.js"));
  return openSpool({ directory, execution: EXECUTION, base: BASE, root: "/", freeSpaceBytes: 0, ...more });
}

/** A sealed segment of about so many frames: statements, rows and the names of series in turn. */
export async function sampleSegment(build: string, directory: string, frames: number): Promise<Buffer> {
  const spool = await openSpoolOf(build, directory, { writer: "wdamage" });
  const loss = spool.series({ id: "x:loss", name: "loss", activity: "x:fit" });
  for (let n = 0; 2 * n < frames - 4; n++) {
    spool.statements([{ kind: "entity", id: `x:e-${n}`, attributes: [["rdfs:label", `thing ${n}`]] }]);
    for (let row = 0; row < 3; row++) spool.row(loss, 3 * n + row, n / 7, 1.76e12 + n);
  }
  spool.close();
  return readFileSync(join(directory, "spool/wdamage-0.seg"));
}
