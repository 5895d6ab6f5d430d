import { once } from "node:events";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { pino } from "pino";
import type { Dose } from "./doses.ts";

/** Five lines of JSON a step, handed to pino's worker thread, which writes them. */
export async function pinoLines(path: string): Promise<Dose> {
  const transport = pino.transport({ target: "pino/file", options: { destination: path } });
  await once(transport, "ready");
  const logger = pino(transport);
  return ({ step, loss }) => {
    for (let n = 0; n < 5; n++) logger.info({ step, loss });
  };
}

/** One span a step with five attributes, batched for an exporter that does nothing. */
export function openTelemetrySpan(): Dose {
  const exporter: SpanExporter = {
    export: (_, done) => done({ code: 0 }),
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  const tracer = provider.getTracer("bench");
  return ({ step, loss }) => {
    const span = tracer.startSpan("step");
    span.setAttributes({ step, loss, accuracy: loss, rate: 0.01, norm: loss });
    span.end();
  };
}
