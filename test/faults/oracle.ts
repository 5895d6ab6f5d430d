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
    for (const { kind, count, payload, sequence } of frames(bytes)) {
      if (kind === 1) {
        for (const brief of JSON.parse(payload.toString()) as Brief[]) {
          const out: string[] = [];
          for (const statement of expand(brief, briefPrefixes(header.base, namespace)))
            appendQuads(statement, `${namespace}graph`, out);
          for (const line of out) lines.add(line);
        }
      } else if (kind === 2 || kind === 5) {
        const quadruples = kind === 2 ? plainRows(payload) : packedRows(payload, count);
        for (const [i, [number, step, value, time]] of quadruples.entries()) {
          const about = series.get(number) ?? "unknown";
          rows.add(rowText(header.writer, sequence + i, about, step, value, Math.round(time * 1000)));
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

/** Series number, step, value, time. */
type Row = readonly [number, number, number, number];

function plainRows(payload: Buffer): Row[] {
  const numbers = doubles(payload);
  return Array.from({ length: numbers.length / 4 }, (_, i) => numbers.slice(4 * i, 4 * i + 4) as unknown as Row);
}

/** Three columns, each as runs or as it is, then the values. */
function packedRows(payload: Buffer, count: number): Row[] {
  const numbers = doubles(payload);
  const [series = [], steps = [], times = []] = Array.from({ length: 3 }, () => {
    const runs = numbers.shift() ?? 0;
    if (runs === 0) return numbers.splice(0, count);
    return Array.from({ length: runs }, () => {
      const [first = 0, more = 0, length = 0] = numbers.splice(0, 3);
      const run = [first];
      while (run.length < length) run.push((run.at(-1) ?? 0) + more);
      return run;
    }).flat();
  });
  return numbers.map((value, i) => [series[i] ?? 0, steps[i] ?? 0, value, times[i] ?? 0]);
}

function doubles(payload: Buffer): number[] {
  return Array.from({ length: payload.length / 8 }, (_, i) => payload.readDoubleLE(8 * i));
}

/** Whole frames from the header block on; a torn one ends them. */
function* frames(bytes: Buffer): Generator<{ kind: number; count: number; sequence: number; payload: Buffer }> {
  for (let at = bytes.readUInt32LE(12); at + 32 <= bytes.length; ) {
    const payload = bytes.subarray(at + 32, at + 32 + bytes.readUInt32LE(at + 8));
    if (bytes.readUInt32LE(at) !== 0xfa4650f5 || payload.length < bytes.readUInt32LE(at + 8)) return;
    yield {
      kind: bytes.readUInt8(at + 4),
      count: bytes.readUInt32LE(at + 12),
      sequence: bytes.readDoubleLE(at + 16),
      payload,
    };
    at += 32 + payload.length;
  }
}
