import { onTestFinished } from "vitest";
import { Execution } from "../../src/capture/execution.ts";
import type { ProvenanceOptions } from "../../src/capture/options.ts";
import { createProvenance, type Provenance } from "../../src/capture/provenance.ts";
import type { Sink, SinkRequest } from "../../src/capture/sink.ts";
import { type Brief, briefPrefixes } from "../../src/model/brief.ts";
import { executionNamespace } from "../../src/model/names.ts";
import { namePlan, type Plan } from "../../src/model/plan.ts";
import type { SeriesDescription } from "../../src/model/row.ts";
import { checkShapes } from "../../src/validate/shapes.ts";
import { quadsOf } from "../validate/quads-of.ts";
import { Recorded } from "./recorded.ts";

export interface MemoryRow {
  readonly series: string;
  readonly step: number;
  readonly value: number;
  readonly time: number;
}

/** A sink that keeps what it takes, as it is after having been JSON. */
export interface MemorySink extends Sink {
  readonly request: SinkRequest;
  readonly briefs: readonly Brief[];
  readonly rows: readonly MemoryRow[];
  readonly announced: readonly SeriesDescription[];
  /** Statements that JSON could not tell exactly. */
  readonly inexact: readonly unknown[];
  /** How many calls of `statements` there were: writes, on disk. */
  readonly writes: number;
  readonly isClosed: boolean;
}

export function memorySink(request: SinkRequest): MemorySink {
  const briefs: Brief[] = [];
  const rows: MemoryRow[] = [];
  const announced: SeriesDescription[] = [];
  const inexact: unknown[] = [];
  const counts = { writes: 0, lostStatements: 0, lostRows: 0, bytesWritten: 0 };
  let isClosed = false;
  return {
    request,
    briefs,
    rows,
    announced,
    inexact,
    get writes() {
      return counts.writes;
    },
    get isClosed() {
      return isClosed;
    },
    statements(list) {
      if (isClosed) {
        counts.lostStatements += list.length;
        return;
      }
      counts.writes++;
      for (const brief of list) {
        const json = toJson(brief);
        const told = json === undefined ? undefined : JSON.parse(json);
        if (!isSame(brief, told)) inexact.push(brief);
        else briefs.push(told);
        counts.bytesWritten += json?.length ?? 0;
      }
    },
    series: (description) => announced.push(description) - 1,
    row(series, step, value, time) {
      if (isClosed) counts.lostRows++;
      else rows.push({ series: announced[series]?.name ?? "?", step, value, time });
    },
    flush() {},
    close() {
      isClosed = true;
    },
    stats: () => ({ ...counts, statements: briefs.length, rows: rows.length }),
  };
}

export interface Recording {
  readonly prov: Provenance;
  /** What was recorded so far, of the latest execution. */
  recorded(): Recorded;
  sink(): MemorySink;
  /** One for each execution. */
  readonly sinks: readonly MemorySink[];
}

/** An instance that records into memory. At the end of the test it must have recorded without a fault, unless `faults` says so. */
export function record(
  options: ProvenanceOptions = {},
  { acceptedPlan, mayFail = "no" }: { acceptedPlan?: () => Plan | undefined; mayFail?: "yes" | "no" } = {},
): Recording {
  const sinks: MemorySink[] = [];
  const prov = createProvenance(
    { workflow: "penguins", agent: "ada", announce: false, ...options },
    {
      begin: (settings, faults) => {
        const openSink = (request: SinkRequest) => {
          const sink = memorySink(request);
          sinks.push(sink);
          return sink;
        };
        return new Execution(settings, faults, openSink, () => acceptedPlan?.());
      },
      checkPlan: namePlan,
      announce: () => {},
    },
  );
  const sink = () => {
    const latest = sinks.at(-1);
    if (!latest) throw new Error("nothing was recorded yet");
    return latest;
  };
  const recorded = () => {
    const { request, briefs, rows } = sink();
    const { base, execution } = request;
    return new Recorded(briefs, rows, briefPrefixes(base, executionNamespace(base, execution)));
  };
  onTestFinished(async () => {
    await prov.close();
    const inexact = sinks.flatMap((one) => one.inexact);
    if (inexact.length > 0) throw new Error(`JSON cannot tell ${inexact.length} statements exactly`);
    const { faults, lastFault } = prov.stats();
    if (mayFail === "no" && faults > 0) throw new Error(`${faults} faults in capture, the last one: ${lastFault}`);
    for (const one of sinks) await expectWellFormed(one); // every statement can be expanded too
  });
  return { prov, recorded, sink, sinks };
}

/** Whatever a program does, and however far it came: what is recorded of it breaks no shape. */
async function expectWellFormed({ request: { base, execution }, briefs }: MemorySink): Promise<void> {
  const quads = quadsOf(briefs, briefPrefixes(base, executionNamespace(base, execution)));
  const wrong = (await checkShapes(quads)).filter(({ severity }) => severity === "violation");
  if (wrong.length > 0) throw new Error(`${wrong.length} shapes are not met: ${JSON.stringify(wrong[0])}`);
}

function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Whether two values are the same as far as JSON goes: absent members and undefined ones are alike, prototypes do not count. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const read = (object: object, name: string) =>
    Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
  return [...names].every((name) => isSame(read(a, name), read(b, name)));
}
