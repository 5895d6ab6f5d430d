import type { LlmResponse } from "../llm/call.ts";
import { type Message, partsContent } from "../llm/content.ts";

/** Reads what LangChain tells its callbacks: messages, results, and who a model is. */
export function messageOf(message: unknown): Message {
  const getType = member(message, "getType") ?? member(message, "_getType");
  const role = typeof getType === "function" ? Reflect.apply(getType, message, []) : member(message, "role");
  return {
    role: String(role ?? "unknown"),
    content: member(message, "content"),
    toolCalls: member(message, "tool_calls"),
  };
}

export function responseOf(result: unknown): LlmResponse {
  const generation = member(member(member(result, "generations"), "0"), "0");
  const message = member(generation, "message");
  const about = member(message, "response_metadata");
  const info = member(generation, "generationInfo");
  const usage = member(message, "usage_metadata");
  const counts = member(member(result, "llmOutput"), "tokenUsage");
  const calls = member(message, "tool_calls");
  const content = message === undefined ? member(generation, "text") : member(message, "content");
  const hasCalls = Array.isArray(calls) && calls.length > 0;
  return {
    model: text(member(about, "model_name")) ?? text(member(about, "model")),
    finishReason:
      text(member(about, "finish_reason")) ?? text(member(about, "stop_reason")) ?? text(member(info, "finish_reason")),
    inputTokens: (member(usage, "input_tokens") ?? member(counts, "promptTokens")) as number | undefined,
    outputTokens: (member(usage, "output_tokens") ?? member(counts, "completionTokens")) as number | undefined,
    completion: partsContent(hasCalls ? [...parts(content), ...calls] : content),
    object: message,
  };
}

function parts(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  return content === "" || content === undefined ? [] : [{ type: "text", text: content }];
}

export function modelOf(serialized: unknown, metadata: unknown, invocation: unknown): string {
  return (
    text(member(metadata, "ls_model_name")) ??
    text(member(invocation, "model")) ??
    text(member(invocation, "model_name")) ??
    text(member(member(serialized, "kwargs"), "model")) ??
    labelOf(serialized, undefined, "unknown")
  );
}

export function providerOf(serialized: unknown, metadata: unknown): string | undefined {
  const id = member(serialized, "id");
  return (
    text(member(metadata, "ls_provider")) ?? (Array.isArray(id) && id.length > 3 ? text(id[id.length - 2]) : undefined)
  );
}

export function labelOf(serialized: unknown, runName: string | undefined, otherwise: string): string {
  const id = member(serialized, "id");
  return (
    text(runName) ?? text(member(serialized, "name")) ?? (Array.isArray(id) ? text(id.at(-1)) : undefined) ?? otherwise
  );
}

export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
