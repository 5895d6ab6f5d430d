import { AsyncLocalStorage } from "node:async_hooks";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { type Context, context, ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { generateText } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provenanceSpanProcessor } from "../../src/adapters/opentelemetry.ts";
import type { Provenance } from "../../src/capture/provenance.ts";
import { record } from "../capture/memory-sink.ts";
import { chatServer } from "./chat-server.ts";
import { answerOf, callsOf, digestOf, sha256, usedBy } from "./llm-calls.ts";
import { heapUsed, spooling } from "./spooling.ts";

/** What `@opentelemetry/context-async-hooks` does. */
const active = new AsyncLocalStorage<Context>();
beforeAll(() => {
  context.setGlobalContextManager({
    active: () => active.getStore() ?? ROOT_CONTEXT,
    with: (at, fn, self, ...args) => active.run(at, () => Reflect.apply(fn, self, args)),
    bind: (_at, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
});
afterAll(() => context.disable());

function tracerOf(prov: Provenance, resource: Record<string, string> = {}, options: { content?: boolean } = {}) {
  const processor = provenanceSpanProcessor({ prov, ...options });
  const provider = new BasicTracerProvider({ resource: resourceFromAttributes(resource), spanProcessors: [processor] });
  return { tracer: provider.getTracer("test"), processor, provider };
}

describe("the span processor", () => {
  it("records spans as activities, parts of one another and of the step around, at the spans' own times", () => {
    const { prov, recorded } = record();
    const { tracer } = tracerOf(prov);
    const begun = Date.UTC(2026, 0, 1);
    prov.activity("handle", () => {
      const outer = tracer.startSpan("GET /score", { startTime: begun });
      const inside = trace.setSpan(context.active(), outer);
      const inner = tracer.startSpan("query", { startTime: begun + 5 }, inside);
      outer.end(begun + 20);
      inner.end(begun + 30); // after its parent
    })();
    expect(recorded().partOf("GET /score")).toBe("handle");
    expect(recorded().partOf("query")).toBe("GET /score");
    expect(recorded().activity("query")).toMatchObject({
      startTime: "2026-01-01T00:00:00.005Z",
      endTime: "2026-01-01T00:00:00.03Z",
    });
    expect(recorded().status("query")).toBe("provml:Completed");
  });

  it("puts a step into the span before it, and a span into the step before it", () => {
    const { prov, recorded } = record();
    const { tracer } = tracerOf(prov);
    tracer.startActiveSpan("outer", (outer) => {
      prov.activity("step", () => tracer.startActiveSpan("inner", (inner) => inner.end()))();
      tracer.startActiveSpan("beside", (beside) => beside.end());
      outer.end();
    });
    expect([recorded().partOf("inner"), recorded().partOf("beside")]).toEqual(["step", "outer"]);
  });

  it("records attributes bounded and without secrets, and the resource as the software", () => {
    const { prov, recorded, sink } = record();
    const { tracer } = tracerOf(prov, { "service.name": "scorer", "service.version": "1.2" });
    const span = tracer.startSpan("call", {
      attributes: { "http.request.method": "GET", "http.request.header.authorization": "Bearer abcdefghijklmnop" },
    });
    span.setAttributes({
      "url.full": "https://user:pass@host/x?token=abcdef",
      long: "x".repeat(10_000),
      list: ["a", "b"],
    });
    for (let i = 0; i < 120; i++) span.setAttribute(`k${i}`, i);
    span.end();
    const stated = recorded().activity("call").all("provml:telemetryAttribute").map(String);
    expect(stated).toHaveLength(100);
    expect(stated.slice(0, 5)).toEqual([
      "http.request.method=GET",
      "http.request.header.authorization=[redacted]",
      "url.full=https://[redacted]@host/x?token=[redacted]",
      `long=${"x".repeat(255)}…`,
      "list=a,b",
    ]);
    expect(JSON.stringify(sink().briefs)).not.toMatch(/abcdef|user:pass/);
    const [association] = recorded()
      .ofKind("wasAssociatedWith")
      .filter(({ activity }) => activity === recorded().activity("call").id);
    expect(association?.agent).toBe("https://w3id.org/prov-ml/id/software.scorer%401.2");
    expect(
      recorded()
        .ofType("provml:Software")
        .map(({ label }) => label),
    ).toContain("scorer");
  });

  it("records an error as a failure with its exception", () => {
    const { prov, recorded } = record();
    const { tracer } = tracerOf(prov);
    const span = tracer.startSpan("fail");
    span.recordException(new RangeError("too far"));
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    const activity = recorded().activity("fail");
    expect(["provml:status", "provml:errorType", "provml:errorMessage"].map((name) => activity.get(name))).toEqual([
      "provml:Failed",
      "RangeError",
      "too far",
    ]);
  });

  it("knows calls of models by the conventions for generative AI", () => {
    const { prov, recorded, sink } = record();
    const { tracer } = tracerOf(prov);
    const agent = tracer.startSpan("invoke_agent", {
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "toy-1" },
    });
    const call = tracer.startSpan(
      "chat toy-1",
      { attributes: { "gen_ai.operation.name": "chat" } },
      trace.setSpan(context.active(), agent),
    );
    call.setAttributes({
      "gen_ai.provider.name": "toy",
      "gen_ai.request.model": "toy-1",
      "gen_ai.request.temperature": 0.5,
      "gen_ai.response.model": "toy-1-2026-11",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 3,
      "gen_ai.usage.output_tokens": 5,
      "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"secret diary"}]}]',
      "gen_ai.output.messages":
        '[{"role":"assistant","parts":[{"type":"text","content":"yraid terces"}],"finish_reason":"stop"}]',
    });
    call.end();
    agent.end();
    const [inference, ...more] = callsOf(recorded());
    expect(more).toEqual([]);
    expect([
      inference!.label,
      inference!.get("provml:inputTokenCount"),
      inference!.get("provml:outputTokenCount"),
      inference!.get("provml:finishReason"),
    ]).toEqual(["chat toy-1", 3, 5, "stop"]);
    const { models, prompt, settings } = usedBy(recorded(), inference!);
    expect(models.map(({ label }) => label)).toEqual(["toy-1", "toy-1-2026-11"]);
    expect(settings).toEqual({ temperature: 0.5 });
    expect(digestOf(recorded(), prompt)).toBe(sha256('[{"content":"secret diary","role":"user"}]'));
    expect(digestOf(recorded(), answerOf(recorded(), inference!))).toBe(sha256("yraid terces"));
    expect(JSON.stringify(sink().briefs)).not.toMatch(/diary|terces/);
  });

  it("records the AI SDK 6 through the tracer that its telemetry takes", async () => {
    await using server = await chatServer();
    const { prov, recorded, sink } = record();
    const { tracer } = tracerOf(prov);
    const model = createOpenAICompatible({ name: "toy", baseURL: server.baseUrl })("toy-1");
    const telemetry = { isEnabled: true, functionId: "diary", tracer };
    await generateText({
      model,
      system: "Be brief.",
      prompt: "secret diary",
      temperature: 0.5,
      experimental_telemetry: telemetry,
    });
    const [call, ...more] = callsOf(recorded());
    expect(more).toEqual([]);
    expect([call!.label, recorded().partOf(call!.label)]).toEqual(["ai.generateText.doGenerate", "ai.generateText"]);
    const { models, prompt, settings } = usedBy(recorded(), call!);
    expect(models[0]!.id).toBe("https://w3id.org/prov-ml/id/model.toy%2Ftoy-1");
    expect(settings).toEqual({ temperature: 0.5 });
    // The same digest as through the other adapters.
    expect(digestOf(recorded(), prompt)).toBe(
      sha256('[{"content":"Be brief.","role":"system"},{"content":"secret diary","role":"user"}]'),
    );
    expect(digestOf(recorded(), answerOf(recorded(), call!))).toBe(sha256("yraid terces"));
    expect(JSON.stringify(sink().briefs)).not.toMatch(/secret diary|terces/);
  });

  it("leaves a span that never ends without an end, and the execution a success", async () => {
    const { prov, recorded } = record();
    const { tracer, processor } = tracerOf(prov);
    tracer.startSpan("forgotten");
    const span = tracer.startSpan("twice");
    span.end();
    processor.onEnd(span as never);
    await processor.forceFlush();
    await prov.close();
    expect(recorded().activity("forgotten").endTime).toBeUndefined();
    expect(
      recorded()
        .ofKind("activity")
        .filter(({ id, endTime }) => id === recorded().activity("twice").id && endTime !== undefined),
    ).toHaveLength(1);
    expect(recorded().status("penguins")).toBe("provml:Completed");
  });

  it("records nothing after its shutdown", async () => {
    const { prov, recorded } = record();
    const { tracer, provider } = tracerOf(prov);
    tracer.startSpan("before").end();
    await provider.shutdown();
    tracer.startSpan("after").end();
    expect(recorded().things("after")).toEqual([]);
  });

  it("ends 100,000 spans that are open at once, and keeps none of them", { timeout: 120_000 }, () => {
    const { prov } = spooling();
    const { tracer } = tracerOf(prov as never);
    const before = heapUsed();
    const spans = Array.from({ length: 100_000 }, () => tracer.startSpan("many"));
    for (const span of spans.splice(0)) span.end();
    expect(prov.stats()).toMatchObject({ statements: expect.any(Number), lost: 0 });
    expect(prov.stats().statements).toBeGreaterThanOrEqual(200_000);
    for (let i = 0; i < 100_000; i++) tracer.startSpan("dropped");
    expect(heapUsed() - before).toBeLessThan(40e6);
  });

  it("survives whatever it is told", () => {
    const { prov } = record({}, { mayFail: "yes" });
    const processor = provenanceSpanProcessor({ prov });
    const refuse = () => {
      throw new Error("do not touch");
    };
    const hostile = new Proxy({}, { get: refuse, ownKeys: refuse });
    const spanContext = () => ({ traceId: "a", spanId: "b" });
    const times = { startTime: [1, 2], endTime: [0, 0] };
    for (const span of [
      hostile,
      {},
      { name: "x", ...times, spanContext: refuse },
      { name: hostile, ...times, spanContext, attributes: hostile },
    ]) {
      processor.onStart(span as never);
      processor.onEnd(span as never);
    }
  });
});
