import { setImmediate } from "node:timers/promises";
import type { Tracer } from "@opentelemetry/api";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Order, WorkCase } from "../case.ts";

/** The processor's batch: after a turn of the event loop it has room again, and drops nothing. */
const SPANS_PER_TURN = 512;

/** A span with one attribute, batched for an exporter that does nothing. */
export const measured: WorkCase = {
  kind: "work",
  name: "otel-span",
  what: "OpenTelemetry: a span with one attribute, exported nowhere",
  items: 300_000,
  quickItems: 30_000,
  async work({ warmItems, items, timed }: Order) {
    let exported = 0;
    const exporter: SpanExporter = {
      export(spans, done) {
        exported += spans.length;
        done({ code: 0 });
      },
      shutdown: async () => {},
    };
    const processor = new BatchSpanProcessor(exporter);
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("bench");
    await makeSpans(tracer, 0, warmItems);
    await timed(async () => {
      await makeSpans(tracer, warmItems, warmItems + items);
      await processor.forceFlush();
    });
    if (exported !== warmItems + items) throw new Error(`OpenTelemetry exported ${exported} of ${warmItems + items}`);
  },
};

async function makeSpans(tracer: Tracer, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += SPANS_PER_TURN) {
    const end = Math.min(start + SPANS_PER_TURN, to);
    for (let i = start; i < end; i++) {
      const span = tracer.startSpan("step");
      span.setAttribute("loss", i);
      span.end();
    }
    await setImmediate();
  }
}
