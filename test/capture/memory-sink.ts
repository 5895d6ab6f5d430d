import { onTestFinished } from "vitest";
import { Execution } from "../../src/capture/execution.ts";
import * as carrying from "../../src/capture/placement/carrying.ts";
import { createProvenance, type Provenance } from "../../src/capture/provenance.ts";
import type { ProvenanceOptions } from "../../src/capture/settings.ts";
import type { SinkRequest } from "../../src/capture/sink.ts";
import { type Brief, briefPrefixes } from "../../src/model/brief.ts";
import { exactJson } from "../../src/model/exact-json.ts";
import { executionNamespace } from "../../src/model/names.ts";
import { namePlan, type Plan } from "../../src/model/plan.ts";
import { type MemorySink, memorySink } from "../../src/testing/memory-sink.ts";
import type { Recorded } from "../../src/testing/recorded.ts";
import { recordedIn } from "../../src/testing/test-provenance.ts";
import { checkShapes } from "../../src/validate/shapes.ts";
import { quadsOf } from "../validate/quads-of.ts";

/** A sink that also knows what JSON could not tell exactly, and how many writes there were. */
interface CheckedSink extends MemorySink {
  readonly inexact: readonly unknown[];
  readonly writes: number;
}

function checkedSink(request: SinkRequest): CheckedSink {
  const sink = memorySink(request);
  let unchecked: Brief[] = [];
  const inexact: Brief[] = [];
  let writes = 0;
  return {
    ...sink,
    // Asked afterwards: where the stack is almost full, JSON tells nothing.
    get inexact() {
      const given = unchecked;
      unchecked = []; // each statement once, however often a test asks
      for (const brief of given) if (!isSame(brief, toJson(brief))) inexact.push(brief);
      return inexact;
    },
    get writes() {
      return writes;
    },
    get isClosed() {
      return sink.isClosed;
    },
    statements(list) {
      if (!sink.isClosed) {
        writes++;
        unchecked.push(...list);
      }
      sink.statements(list);
    },
  };
}

export interface Recording {
  readonly prov: Provenance;
  /** What was recorded so far, of the latest execution. */
  recorded(): Recorded;
  sink(): CheckedSink;
  /** One for each execution. */
  readonly sinks: readonly CheckedSink[];
}

/** An instance that records into memory. At the end of the test it must have recorded without a fault, unless `faults` says so. */
export function record(
  options: ProvenanceOptions = {},
  { acceptedPlan, mayFail = "no" }: { acceptedPlan?: () => Plan | undefined; mayFail?: "yes" | "no" } = {},
): Recording {
  const sinks: CheckedSink[] = [];
  const prov = createProvenance(
    { workflow: "penguins", agent: "ada", announce: false, ...options },
    {
      carrying: () => carrying,
      begin: (settings, faults, standing) => {
        const openSink = (request: SinkRequest) => {
          const sink = checkedSink(request);
          sinks.push(sink);
          return sink;
        };
        return new Execution(settings, faults, openSink, () => acceptedPlan?.(), [], standing);
      },
      checkPlan: namePlan,
    },
  );
  const sink = () => {
    const latest = sinks.at(-1);
    if (!latest) throw new Error("nothing was recorded yet");
    return latest;
  };
  const recorded = () => recordedIn(sink());
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

function toJson(value: unknown): unknown {
  try {
    return JSON.parse(exactJson(value));
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
