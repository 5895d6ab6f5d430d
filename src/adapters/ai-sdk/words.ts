import type { LlmRequest, LlmResponse } from "../llm/call.ts";
import { type Message, messagesContent, partsContent } from "../llm/content.ts";

/** Reads what the AI SDK tells: of versions 5 to 7, which differ in how usage and the reason for finishing are written. */

type Words = Readonly<Record<string, unknown>>;

/** `openai.chat` is the provider `openai`; the rest is which of its interfaces is used. */
export function providerOf(provider: unknown): string | undefined {
  if (typeof provider !== "string" || provider === "") return undefined;
  return provider.replace(/\.[\w-]+$/, "") || provider;
}

/** The settings of a call are members of what is told beside everything else; the prompt is a list of messages. */
export function settingsAndPrompt(told: object): Pick<LlmRequest, "settings" | "prompt"> {
  const { prompt, messages, instructions, system, values } = told as Words;
  const before = [instructions ?? system].flatMap(systemMessages);
  const list = Array.isArray(prompt) ? prompt : Array.isArray(messages) ? messages : undefined;
  if (list) return { settings: told, prompt: messagesContent([...before, ...list.map(messageOf)]) };
  return Array.isArray(values) ? { settings: told, prompt: partsContent(values) } : { settings: told };
}

function systemMessages(given: unknown): Message[] {
  if (typeof given === "string") return [{ role: "system", content: given }];
  return given === undefined || given === null ? [] : [given].flat().map(messageOf);
}

function messageOf(message: unknown): Message {
  const { role, content } = (message ?? {}) as Words;
  return { role: String(role ?? "unknown"), content };
}

/** What an answer says, or the end of a stream of one. */
export function finishOf(told: unknown): LlmResponse {
  const { usage, finishReason, content, response, modelId } = (told ?? {}) as Words;
  return {
    model: textOf((response as Words | undefined)?.modelId) ?? textOf(modelId),
    finishReason: textOf(finishReason) ?? textOf((finishReason as Words | undefined)?.unified),
    inputTokens: tokensOf((usage as Words | undefined)?.inputTokens) ?? tokensOf((usage as Words | undefined)?.tokens),
    outputTokens: tokensOf((usage as Words | undefined)?.outputTokens),
    ...(Array.isArray(content) ? { completion: partsContent(content) } : {}),
  };
}

function tokensOf(count: unknown): number | undefined {
  return typeof count === "number" ? count : ((count as Words | undefined)?.total as number | undefined);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
