import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import * as ai6 from "ai";
import * as ai7 from "ai-7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aiSdkMiddleware, aiSdkTelemetry } from "../../src/adapters/ai-sdk.ts";
import { record } from "../capture/memory-sink.ts";
import { type ChatServer, chatServer } from "./chat-server.ts";
import { answerOf, callsOf, digestOf, sha256, usedBy } from "./llm-calls.ts";

let server: ChatServer;
beforeAll(async () => {
  server = await chatServer();
});
afterAll(() => server.close());

const toy = () =>
  createOpenAICompatible({ name: "toy", baseURL: server.baseUrl, apiKey: "sk-abcdefghijklmnopqrstuvw" })("toy-1");

const MODEL = "https://w3id.org/prov-ml/id/model.toy%2Ftoy-1";
const PROMPT = sha256('[{"content":"Be brief.","role":"system"},{"content":"secret diary","role":"user"}]');

const VERSIONS = [
  ["6", ai6],
  ["7", ai7 as unknown as typeof ai6],
] as const;

describe.each(VERSIONS)(
  "the middleware for the AI SDK %s",
  (_version, { generateText, streamText, wrapLanguageModel }) => {
    const wrapped = (options: Parameters<typeof aiSdkMiddleware>[0]) =>
      wrapLanguageModel({
        model: toy(),
        middleware: aiSdkMiddleware(options),
      });

    it("records a call as an inference: model, settings, sizes, tokens, digests, and not what was said", async () => {
      const { prov, recorded, sink } = record();
      const ask = prov.activity("ask", () =>
        generateText({ model: wrapped({ prov }), system: "Be brief.", prompt: "secret diary", temperature: 0.5 }),
      );
      expect((await ask()).text).toBe("yraid terces");
      const [call, ...more] = callsOf(recorded());
      expect(more).toEqual([]);
      expect([call!.get("provml:status"), recorded().partOf("toy-1")]).toEqual(["provml:Completed", "ask"]);
      expect([
        call!.get("provml:inputTokenCount"),
        call!.get("provml:outputTokenCount"),
        call!.get("provml:finishReason"),
      ]).toEqual([21, 12, "stop"]);
      const { models, prompt, settings } = usedBy(recorded(), call!);
      expect(models.map(({ id }) => id)).toEqual([MODEL, `${MODEL}-2026-11`]);
      expect(settings).toEqual({ temperature: 0.5 });
      expect([prompt!.get("provml:messageCount"), prompt!.get("provml:characterCount")]).toEqual([2, 21]);
      expect(digestOf(recorded(), prompt)).toBe(PROMPT);
      expect(digestOf(recorded(), answerOf(recorded(), call!))).toBe(sha256("yraid terces"));
      expect(JSON.stringify(sink().briefs)).not.toMatch(/diary|terces|sk-abc/);
    });

    it("records a stream when it ends, and hands on each part", async () => {
      const { prov, recorded } = record();
      const { textStream } = streamText({ model: wrapped({ prov }), prompt: "hello" });
      const pieces: string[] = [];
      for await (const piece of textStream) pieces.push(piece);
      expect(pieces).toEqual(["o", "l", "l", "e", "h"]);
      const [call] = callsOf(recorded());
      expect(call!.get("provml:finishReason")).toBe("stop");
      expect(call!.get("provml:outputTokenCount")).toBe(5);
      expect(digestOf(recorded(), answerOf(recorded(), call!))).toBe(sha256("olleh"));
    });

    it("records a stream that is left as ended early, and a failure as failed", async () => {
      const { prov, recorded } = record();
      const { stream } = await wrapped({ prov }).doStream({
        prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
      });
      const reader = stream.getReader();
      await reader.read();
      await reader.cancel();
      const failing = generateText({ model: wrapped({ prov }), prompt: "fail this", maxRetries: 0 });
      await expect(failing).rejects.toThrow("no such luck");
      expect(callsOf(recorded()).map((call) => call.get("provml:status"))).toEqual([
        "provml:EndedEarly",
        "provml:Failed",
      ]);
      expect(callsOf(recorded())[1]!.get("provml:errorMessage")).toBe("no such luck");
    });
  },
);

describe("the telemetry integration for the AI SDK 7", () => {
  const { generateText, streamText, tool, isStepCount, embed, jsonSchema } = ai7;

  it("records an operation as an activity, and the calls of models in it as inferences", async () => {
    const { prov, recorded, sink } = record();
    const telemetry = { functionId: "diary", integrations: [aiSdkTelemetry({ prov })] };
    const ask = prov.activity("ask", () =>
      generateText({ model: toy(), instructions: "Be brief.", prompt: "secret diary", temperature: 0.5, telemetry }),
    );
    expect((await ask()).text).toBe("yraid terces");
    expect([recorded().partOf("diary"), recorded().partOf("toy-1")]).toEqual(["ask", "diary"]);
    expect([recorded().status("diary"), recorded().status("toy-1")]).toEqual(["provml:Completed", "provml:Completed"]);
    const [call] = callsOf(recorded());
    expect([
      call!.get("provml:inputTokenCount"),
      call!.get("provml:outputTokenCount"),
      call!.get("provml:finishReason"),
    ]).toEqual([21, 12, "stop"]);
    const { models, prompt, settings } = usedBy(recorded(), call!);
    expect(models.map(({ id }) => id)).toEqual([MODEL, `${MODEL}-2026-11`]);
    expect(settings).toEqual({ temperature: 0.5 });
    expect(digestOf(recorded(), prompt)).toBe(PROMPT);
    expect(digestOf(recorded(), answerOf(recorded(), call!))).toBe(sha256("yraid terces"));
    expect(JSON.stringify(sink().briefs)).not.toMatch(/diary"}|terces|sk-abc/);
  });

  it("records tools as activities in which their own steps happen", async () => {
    const { prov, recorded } = record();
    const twice = prov.activity("twice", (x: number) => 2 * x);
    const double = tool({
      description: "doubles",
      inputSchema: jsonSchema<{ x: number }>({ type: "object", properties: { x: { type: "number" } } }),
      execute: async ({ x }) => twice(x),
    });
    const telemetry = { functionId: "sum", integrations: [aiSdkTelemetry({ prov })] };
    const { text } = await generateText({
      model: toy(),
      prompt: "double",
      tools: { double },
      stopWhen: isStepCount(3),
      telemetry,
    });
    expect(text).toBe("24");
    expect(recorded().partOf("double")).toBe("sum");
    expect(recorded().partOf("twice")).toBe("double");
    expect(recorded().status("double")).toBe("provml:Completed");
    expect(callsOf(recorded()).map((call) => call.get("provml:finishReason"))).toEqual(["tool-calls", "stop"]);
  });

  it("records streams, and failures as failed", async () => {
    const { prov, recorded } = record();
    const integrations = [aiSdkTelemetry({ prov })];
    const { textStream } = streamText({
      model: toy(),
      prompt: "hello",
      telemetry: { functionId: "streamed", integrations },
    });
    const pieces: string[] = [];
    for await (const piece of textStream) pieces.push(piece);
    expect(pieces.join("")).toBe("olleh");
    const failing = generateText({
      model: toy(),
      prompt: "fail this",
      maxRetries: 0,
      telemetry: { functionId: "failing", integrations },
    });
    await expect(failing).rejects.toThrow("no such luck");
    expect(recorded().status("streamed")).toBe("provml:Completed");
    expect(recorded().status("failing")).toBe("provml:Failed");
    const calls = callsOf(recorded());
    expect(calls.map((call) => call.get("provml:status"))).toEqual(["provml:Completed", "provml:Failed"]);
    expect(digestOf(recorded(), answerOf(recorded(), calls[0]!))).toBe(sha256("olleh"));
  });

  it("records embeddings as inferences", async () => {
    const { prov, recorded } = record();
    const model = {
      specificationVersion: "v3" as const,
      provider: "toy.embedding",
      modelId: "toy-e",
      maxEmbeddingsPerCall: 10,
      supportsParallelCalls: true,
      doEmbed: async () => ({ embeddings: [[1, 2]], usage: { tokens: 3 }, warnings: [] }),
    };
    await embed({ model, value: "owl", telemetry: { functionId: "near", integrations: [aiSdkTelemetry({ prov })] } });
    const [call] = callsOf(recorded());
    expect([call!.label, recorded().partOf("toy-e"), call!.get("provml:inputTokenCount")]).toEqual([
      "toy-e",
      "near",
      3,
    ]);
  });

  it("keeps operations apart that run at the same time", async () => {
    const { prov, recorded } = record();
    const integrations = [aiSdkTelemetry({ prov })];
    const words = Array.from({ length: 30 }, (_, i) => `word ${i}`);
    await Promise.all(
      words.map((prompt) => generateText({ model: toy(), prompt, telemetry: { functionId: prompt, integrations } })),
    );
    const all = recorded();
    for (const call of callsOf(all)) {
      const operation = all
        .ofType("provml:DataTransformationExecution")
        .find(({ id }) => all.short(id) === call.get("dcterms:isPartOf"));
      expect(digestOf(all, answerOf(all, call))).toBe(sha256([...operation!.label].reverse().join("")));
      expect(operation!.get("provml:status")).toBe("provml:Completed");
    }
    expect(callsOf(all)).toHaveLength(30);
  });
});

it("survives whatever it is told", async () => {
  const { prov } = record({}, { mayFail: "yes" });
  const refuse = () => {
    throw new Error("do not touch");
  };
  const hostile = new Proxy({}, { get: refuse, ownKeys: refuse });
  const told = aiSdkTelemetry({ prov });
  for (const value of [
    undefined,
    null,
    5,
    hostile,
    { callId: hostile },
    { callId: "a", toolCall: hostile, usage: hostile },
  ]) {
    for (const [name, tell] of Object.entries(told))
      if (name.startsWith("on")) (tell as (value: unknown) => void)(value);
  }
  const { wrapGenerate } = aiSdkMiddleware({ prov });
  const answer = { content: hostile, usage: hostile, response: hostile };
  for (const model of [hostile, { provider: "a", modelId: "b" }])
    expect(await wrapGenerate!({ doGenerate: async () => answer, params: hostile, model: model as never })).toBe(
      answer,
    );
});
