import { isSecretName, REDACTED, redact } from "../../capture/secrets.ts";
import { LONGEST_STRING, MOST_VALUES } from "../../capture/values.ts";
import type { BriefValue, Name } from "../../model/brief.ts";
import type { LlmRequest, LlmResponse } from "../llm/call.ts";
import { type Content, type Message, messagesContent, partsContent, textContent } from "../llm/content.ts";
import type { ToldSpan } from "../opentelemetry.ts";

/** Reads what spans say, by OpenTelemetry's semantic conventions for generative AI and those that libraries had before them. */

type Attributes = Readonly<Record<string, unknown>>;

/** What the conventions call `gen_ai.operation.name`, of calls that a model answers; agents and tools have others. */
const MODEL_OPERATIONS = new Set(["chat", "text_completion", "generate_content", "embeddings"]);

/** Whether a span is a call of a model: it names one, and is none of the operations around such calls. */
export function isModelCall(attributes: Attributes): boolean {
  const operation = attributes["gen_ai.operation.name"];
  if (typeof operation === "string" && !MODEL_OPERATIONS.has(operation)) return false;
  return textAt(attributes, MODEL) !== undefined;
}

const MODEL = ["gen_ai.request.model"];
const PROVIDER = ["gen_ai.provider.name", "gen_ai.system"];
const PROMPT = ["gen_ai.input.messages", "gen_ai.prompt", "ai.prompt.messages"];
const ANSWER = ["gen_ai.output.messages", "gen_ai.completion", "ai.response.text"];

export function requestOf(attributes: Attributes): Pick<LlmRequest, "provider" | "model" | "settings" | "prompt"> {
  const settings: Record<string, unknown> = {};
  for (const name of Object.keys(attributes)) {
    if (name.startsWith(REQUEST)) settings[name.slice(REQUEST.length)] = attributes[name];
  }
  const system = textAt(attributes, ["gen_ai.system_instructions"]);
  return {
    // The AI SDK writes the interface behind the provider.
    provider: textAt(attributes, PROVIDER)?.replace(/\.(chat|completion|responses|messages|embedding)$/, ""),
    model: textAt(attributes, MODEL) ?? "unknown",
    settings,
    prompt: contentOf(textAt(attributes, PROMPT), system === undefined ? [] : [{ role: "system", content: system }]),
  };
}
const REQUEST = "gen_ai.request.";

export function responseOf(attributes: Attributes): LlmResponse {
  const reasons = attributes["gen_ai.response.finish_reasons"];
  return {
    model: textAt(attributes, ["gen_ai.response.model"]),
    finishReason: Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === "string").join(",") : undefined,
    inputTokens: numberAt(attributes, ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"]),
    outputTokens: numberAt(attributes, ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"]),
    completion: contentOf(textAt(attributes, ANSWER), []),
  };
}

/** Messages or parts where the text is JSON, as the conventions want it; else the text itself. */
function contentOf(text: string | undefined, before: readonly Message[]): Content | undefined {
  if (text === undefined) return before.length > 0 ? messagesContent(before) : undefined;
  const list = listIn(text);
  if (list === undefined)
    return before.length > 0 ? messagesContent([...before, { role: "user", content: text }]) : textContent(text);
  const messages = list.map(messageOf);
  const [only] = messages;
  const isAnswer = messages.length === 1 && only?.role === "assistant" && before.length === 0;
  return isAnswer ? partsContent(only.content) : messagesContent([...before, ...messages]);
}

function listIn(text: string): unknown[] | undefined {
  if (!text.startsWith("[") || text.length > LONGEST_JSON) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((one) => typeof one?.role === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}
const LONGEST_JSON = 1024 * 1024;

function messageOf(message: unknown): Message {
  const { role, content, parts } = message as Attributes;
  return { role: String(role), content: content ?? parts };
}

/** An error as a failed activity states it, of a span whose status says so. */
export function failureOf({ status, events, attributes }: ToldSpan): Error | undefined {
  if (status.code !== ERROR) return undefined;
  const told = events.findLast(({ name }) => name === "exception")?.attributes ?? {};
  const name = textAt(told, ["exception.type"]) ?? textAt(attributes, ["error.type"]) ?? "Error";
  const message = textAt(told, ["exception.message"]) ?? status.message ?? "";
  return Object.assign(Object.create(Error.prototype) as Error, { name, message });
}
const ERROR = 2;

/** The attributes of a span as `name=value`: what is content is left out, what is long or a list is cut, secrets are replaced. */
export function statedAttributes(attributes: Attributes): [Name, BriefValue][] {
  const stated: [Name, BriefValue][] = [];
  for (const name of Object.keys(attributes)) {
    if (stated.length === MOST_VALUES) break;
    const value = attributes[name];
    if (CONTENT.test(name) || value === undefined || value === null) continue;
    const text = isSecretName(name) ? REDACTED : shown(value);
    stated.push(["provml:telemetryAttribute", `${name.slice(0, LONGEST_STRING)}=${text}`.toWellFormed()]);
  }
  return stated;
}

/** Prompts, answers, and what tools get and give: recorded as such where that is wanted, and by size else. */
const CONTENT =
  /^(gen_ai|ai|llm|input|output|traceloop)\b.*(messages?|prompts?|completions?|content|text|values?|instructions?|arguments?|args|results?|object|toolCalls|tools|embeddings?|reasoning|definitions)(\.|$)/i;

function shown(value: unknown): string {
  if (Array.isArray(value)) return cut(redact(value.slice(0, MOST_VALUES).join(",").slice(0, LONGEST_LOOK)));
  return cut(redact(String(value).slice(0, LONGEST_LOOK)));
}
const LONGEST_LOOK = 4096;

function cut(text: string): string {
  return text.length <= LONGEST_STRING ? text : `${text.slice(0, LONGEST_STRING - 1)}…`;
}

function textAt(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

function numberAt(attributes: Attributes, names: readonly string[]): number | undefined {
  for (const name of names) if (typeof attributes[name] === "number") return attributes[name];
  return undefined;
}
