/** OpenTelemetry: spans that a program makes already are recorded beside its steps, and enclose them or lie within them. */
import { SpanStatusCode } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { close, dataPreparation, run } from "provml";
import { provenanceSpanProcessor } from "provml/adapters/opentelemetry";
import { cleanRows, loadRows, PENGUINS_FILE } from "./penguins-model.ts";

const provider = new BasicTracerProvider({ spanProcessors: [provenanceSpanProcessor()] });
const tracer = provider.getTracer("penguins");

const load = dataPreparation("load", async (path: string) => {
  const span = tracer.startSpan("read file", { attributes: { "file.path": path } });
  const rows = await loadRows(path);
  span.setAttribute("rows", rows.length);
  span.end();
  return cleanRows(rows);
});

await run("observed", async () => {
  const rows = await load(PENGUINS_FILE);
  const span = tracer.startSpan("look for owls");
  const owls = rows.filter(({ species }) => /owl/i.test(species));
  if (owls.length === 0) span.setStatus({ code: SpanStatusCode.ERROR, message: "there are no owls" });
  span.end();
  console.log(`${rows.length} penguins, ${owls.length} owls`);
});
await provider.shutdown();
await close();
