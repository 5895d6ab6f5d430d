import { Document } from "@langchain/core/documents";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { BaseRetriever } from "@langchain/core/retrievers";
import { DynamicStructuredTool } from "@langchain/core/tools";
import { FakeStreamingLLM } from "@langchain/core/utils/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { langChainCallbacks } from "../../src/adapters/langchain.ts";
import { record } from "../capture/memory-sink.ts";
import { type ChatServer, chatServer } from "./chat-server.ts";
import { answerOf, callsOf, digestOf, sha256, usedBy } from "./llm-calls.ts";
import { heapUsed, spooling } from "./spooling.ts";

let server: ChatServer;
beforeAll(async () => {
  server = await chatServer();
});
afterAll(() => server.close());

/** A chat model over the chat-completions protocol, as the packages of providers are. */
class ToyChat extends BaseChatModel {
  readonly model = "toy-1";
  readonly temperature = 0.5;

  _llmType() {
    return "toy";
  }

  override getLsParams() {
    return { ls_provider: "toy", ls_model_name: this.model, ls_model_type: "chat" as const };
  }

  override invocationParams() {
    return { model: this.model, temperature: this.temperature, apiKey: "sk-abcdefghijklmnopqrstuvw" };
  }

  async _generate(messages: BaseMessage[]) {
    const roles: Record<string, string> = { human: "user", ai: "assistant" };
    const asked = messages.map((one) => ({ role: roles[one.getType()] ?? one.getType(), content: one.content }));
    const response = await fetch(`${server.baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: this.model, messages: asked }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the protocol's own words
    const told = (await response.json()) as any;
    if (!response.ok) throw new TypeError(told.error.message);
    const [{ message, finish_reason }] = told.choices;
    const text: string = message.content;
    const answer = new AIMessage({
      content: text,
      response_metadata: { model_name: told.model, finish_reason },
      usage_metadata: {
        input_tokens: told.usage.prompt_tokens,
        output_tokens: told.usage.completion_tokens,
        total_tokens: 0,
      },
    });
    return { generations: [{ text, message: answer }] };
  }
}

describe("LangChain callbacks", () => {
  it("record a call of a chat model as an inference: model, settings, sizes, tokens, digests, and not what was said", async () => {
    const { prov, recorded, sink } = record();
    const answer = await new ToyChat({}).invoke(
      [
        ["system", "Be brief."],
        ["human", "secret diary"],
      ],
      { callbacks: [langChainCallbacks({ prov })] },
    );
    expect(answer.content).toBe("yraid terces");
    const [call, ...more] = callsOf(recorded());
    expect(more).toEqual([]);
    expect(call).toMatchObject({ label: "toy-1", types: expect.arrayContaining(["provml:InferenceExecution"]) });
    expect(call!.get("provml:status")).toBe("provml:Completed");
    expect([
      call!.get("provml:inputTokenCount"),
      call!.get("provml:outputTokenCount"),
      call!.get("provml:finishReason"),
    ]).toEqual([21, 12, "stop"]);
    const { models, prompt, settings } = usedBy(recorded(), call!);
    expect(models.map(({ id, label }) => [id, label])).toEqual([
      ["https://w3id.org/prov-ml/id/model.toy%2Ftoy-1", "toy-1"],
      ["https://w3id.org/prov-ml/id/model.toy%2Ftoy-1-2026-11", "toy-1-2026-11"],
    ]);
    expect(models[0]!.get("provml:provider")).toBe("toy");
    expect(settings).toEqual({ temperature: 0.5 });
    expect([prompt!.get("provml:messageCount"), prompt!.get("provml:characterCount")]).toEqual([2, 21]);
    expect(digestOf(recorded(), prompt)).toBe(
      sha256('[{"content":"Be brief.","role":"system"},{"content":"secret diary","role":"user"}]'),
    );
    const completion = answerOf(recorded(), call!);
    expect(completion!.get("provml:characterCount")).toBe(12);
    expect(digestOf(recorded(), completion)).toBe(sha256("yraid terces"));
    expect(JSON.stringify(sink().briefs)).not.toMatch(/diary|terces|sk-abc/);
  });

  it("record what was said where that is asked for, without secrets", async () => {
    const { prov, recorded } = record();
    await new ToyChat({}).invoke("my password: hunter22 is good", {
      callbacks: [langChainCallbacks({ prov, content: true, digests: false })],
    });
    const [call] = callsOf(recorded());
    const { prompt } = usedBy(recorded(), call!);
    expect(prompt!.get("prov:value")).toBe('[{"content":"my password: [redacted] is good","role":"user"}]');
    expect(answerOf(recorded(), call!)!.get("prov:value")).toBe("doog si 22retnuh :drowssap ym");
    expect(digestOf(recorded(), prompt)).toBeUndefined();
  });

  it("record chains, prompts and parsers as activities, parts of one another and of the step around", async () => {
    const { prov, recorded } = record();
    const chain = ChatPromptTemplate.fromTemplate("Say {word}").pipe(new ToyChat({})).pipe(new StringOutputParser());
    const ask = prov.activity("ask", (word: string) =>
      chain.invoke({ word }, { callbacks: [langChainCallbacks({ prov })], runName: "say it" }),
    );
    expect(await ask("hello")).toBe("olleh yaS");
    expect(recorded().partOf("say it")).toBe("ask");
    for (const part of ["ChatPromptTemplate", "toy-1", "StrOutputParser"]) {
      expect(recorded().partOf(part)).toBe("say it");
      expect(recorded().status(part)).toBe("provml:Completed");
    }
  });

  it("let an answer be followed into the step that gets it", async () => {
    const { prov, recorded } = record();
    const answer = await new ToyChat({}).invoke("hello", { callbacks: [langChainCallbacks({ prov })] });
    prov.activity("judge", (_message: object) => 1)(answer);
    expect(recorded().objectsUsedBy("judge")).toEqual(["completion"]);
    expect(recorded().makersOf(recorded().usedBy("judge")[0]!)).toEqual(["toy-1"]);
  });

  it("record tools and retrievers with the sizes of what they get and give", async () => {
    const { prov, recorded } = record();
    const callbacks = [langChainCallbacks({ prov })];
    const double = new DynamicStructuredTool({
      name: "double",
      description: "doubles",
      schema: { type: "object", properties: { x: { type: "number" } }, required: ["x"] },
      func: async ({ x }: { x: number }) => `${x * 2}`,
    });
    expect(await double.invoke({ x: 21 } as never, { callbacks })).toBe("42");
    class Shelf extends BaseRetriever {
      override lc_namespace = ["toy"];
      override async _getRelevantDocuments(query: string) {
        return [new Document({ pageContent: query })];
      }
    }
    const found = await new Shelf().invoke("owls", { callbacks });
    prov.activity("read", (_documents: object) => 1)(found);
    expect(
      recorded()
        .usedBy("double")
        .map((one) => one.get("provml:characterCount")),
    ).toEqual([8]);
    expect(
      recorded()
        .generatedBy("double")
        .map((one) => one.get("provml:characterCount")),
    ).toEqual([2]);
    expect(
      recorded()
        .usedBy("Shelf")
        .map((one) => one.get("provml:characterCount")),
    ).toEqual([4]);
    expect(recorded().objectsUsedBy("read")).toEqual(["documents"]);
    expect(recorded().makersOf(recorded().usedBy("read")[0]!)).toEqual(["Shelf"]);
  });

  it("record a failure as such, and leave it to the program", async () => {
    const { prov, recorded } = record();
    const failing = new ToyChat({ maxRetries: 0 }).invoke("fail this", { callbacks: [langChainCallbacks({ prov })] });
    await expect(failing).rejects.toThrow("no such luck");
    const [call] = callsOf(recorded());
    expect(call!.get("provml:status")).toBe("provml:Failed");
    expect(call!.get("provml:errorType")).toBe("TypeError");
  });

  it("record models that take text, and streams of theirs to the end", async () => {
    const { prov, recorded } = record();
    const model = new FakeStreamingLLM({ responses: ["one two"] });
    const callbacks = [langChainCallbacks({ prov })];
    const pieces: string[] = [];
    for await (const piece of await model.stream("count", { callbacks })) pieces.push(piece);
    expect(pieces.join("")).toBe("one two");
    const [call] = callsOf(recorded());
    const { prompt } = usedBy(recorded(), call!);
    expect(digestOf(recorded(), prompt)).toBe(sha256("count"));
    expect(digestOf(recorded(), answerOf(recorded(), call!))).toBe(sha256("one two"));
  });

  it("keep calls apart that run at the same time", async () => {
    const { prov, recorded } = record();
    const callbacks = [langChainCallbacks({ prov })];
    const words = Array.from({ length: 50 }, (_, i) => `word ${i}`);
    await new ToyChat({}).batch(words, { callbacks });
    const all = recorded();
    const calls = callsOf(all);
    expect(calls).toHaveLength(50);
    for (const call of calls) {
      const { prompt } = usedBy(all, call);
      const word = words.find((one) => digestOf(all, prompt) === sha256(`[{"content":"${one}","role":"user"}]`));
      expect(digestOf(all, answerOf(all, call))).toBe(sha256([...word!].reverse().join("")));
    }
  });

  it("hold a bounded number of runs that are never ended, and none that are", { timeout: 120_000 }, () => {
    const { prov } = spooling();
    const callbacks = langChainCallbacks({ prov });
    for (let i = 0; i < 100_000; i++) callbacks.handleChainStart({ name: "c" }, {}, `run-${i}`);
    expect(prov.stats()).toMatchObject({ faults: 9, lastFault: expect.stringMatching(/they stay open/) });
    callbacks.handleChainEnd({}, "run-0"); // long forgotten
    for (let i = 0; i < 2; i++) callbacks.handleChainEnd({}, "run-99999");
    callbacks.handleChainError(new Error("late"), "run-99999");
    expect(prov.stats()).toMatchObject({ faults: 9, lost: 0 });
    const before = heapUsed();
    for (let i = 0; i < 100_000; i++) {
      callbacks.handleChainStart({ name: "c" }, {}, `again-${i}`);
      callbacks.handleChainEnd({}, `again-${i}`);
    }
    expect(heapUsed() - before).toBeLessThan(5e6);
  });

  it("survive whatever they are told", () => {
    const { prov } = record({}, { mayFail: "yes" });
    const callbacks = langChainCallbacks({ prov });
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("do not touch");
        },
      },
    );
    for (const value of [undefined, null, 5, "x", Symbol("s"), hostile, [[hostile]], { generations: hostile }]) {
      for (const [name, told] of Object.entries(callbacks)) {
        if (name.startsWith("handle"))
          (told as (...args: unknown[]) => void)(value, value, value, value, value, value, value, value);
      }
    }
  });
});
