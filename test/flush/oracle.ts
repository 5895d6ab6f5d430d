import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Brief, briefPrefixes, expand } from "../../src/model/brief.ts";
import { appendQuads } from "../../src/rdf/quads.ts";

/** What a spool holds: unique N-Quads lines and rows, sorted. */
export interface Held {
  readonly lines: readonly string[];
  readonly rows: readonly string[];
}

/**
 * What should come of a spool, straight from its bytes as docs/spool-format.md has them: without the spool's reader, the flusher, or any
 * check sum.
 */
export function heldIn(directory: string): Held {
  const lines = new Set<string>();
  const rows = new Set<string>();
  const spool = join(directory, "spool");
  for (const name of readdirSync(spool)) {
    const bytes = readFileSync(join(spool, name));
    const header = JSON.parse(bytes.toString("utf8", 64, 64 + bytes.readUInt32LE(16)));
    const namespace = `${header.base}${header.execution}/`;
    const full = (brief: string) => brief.replace(/^x:/, namespace);
    const series = new Map<number, string>();
    for (const { kind, payload, sequence } of frames(bytes)) {
      if (kind === 1) {
        for (const brief of JSON.parse(payload.toString()) as Brief[]) {
          const out: string[] = [];
          for (const statement of expand(brief, briefPrefixes(header.base, namespace)))
            appendQuads(statement, `${namespace}graph`, out);
          for (const line of out) lines.add(line);
        }
      } else if (kind === 2) {
        for (let at = 0; at < payload.length; at += 32) {
          const [number = 0, step = 0, value = 0, time = 0] = [0, 8, 16, 24].map((o) => payload.readDoubleLE(at + o));
          const about = series.get(number) ?? "unknown";
          rows.add(rowText(header.writer, sequence + at / 32, about, step, value, Math.round(time * 1000)));
        }
      } else if (kind === 3) {
        const { number, id, name: measure, activity } = JSON.parse(payload.toString());
        series.set(number, [full(id), measure, full(activity)].join(" "));
      }
    }
  }
  return { lines: [...lines].sort(), rows: [...rows].sort() };
}

export function rowText(
  writer: string,
  sequence: number,
  about: string,
  step: number,
  value: number,
  microseconds: number,
): string {
  const exact = Object.is(value, -0) ? "-0" : String(value);
  return [writer, String(sequence).padStart(9, "0"), about, step, exact, microseconds].join(" ");
}

/** Whole frames from the header block on; a torn one ends them. */
function* frames(bytes: Buffer): Generator<{ kind: number; sequence: number; payload: Buffer }> {
  for (let at = bytes.readUInt32LE(12); at + 32 <= bytes.length; ) {
    const payload = bytes.subarray(at + 32, at + 32 + bytes.readUInt32LE(at + 8));
    if (bytes.readUInt32LE(at) !== 0xfa4650f5 || payload.length < bytes.readUInt32LE(at + 8)) return;
    yield { kind: bytes.readUInt8(at + 4), sequence: bytes.readDoubleLE(at + 16), payload };
    at += 32 + payload.length;
  }
}
