import { createHash } from "node:crypto";
import type { Activity } from "../../capture/activity.ts";
import type { Execution } from "../../capture/execution.ts";
import { contentStatements, typesOf } from "../../capture/flow.ts";
import { cleanName, redact } from "../../capture/secrets.ts";
import { contentsOf, emptyValues, LONGEST_STRING } from "../../capture/values.ts";
import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import { definitionName } from "../../model/names.ts";
import type { AdapterOptions } from "../options.ts";
import { beginTold } from "../told-activity.ts";
import type { Content } from "./content.ts";

export interface LlmOptions extends AdapterOptions {
  /** Whether prompts and answers themselves are recorded, secrets replaced and cut at 16,384 characters. Default: false. */
  readonly content?: boolean;
  /** Whether their digests are: by its digest a short text can be guessed. Default: true. */
  readonly digests?: boolean;
}

/** One call of a language model, as it begins. */
export interface LlmRequest {
  /** Who answers, e.g. `openai`. */
  readonly provider?: string | undefined;
  /** The model that is asked for. */
  readonly model: string;
  /** Temperature and the like; of what else is in it nothing is recorded. */
  readonly settings?: unknown;
  readonly prompt?: Content | undefined;
  readonly label?: string | undefined;
  readonly parent: Activity;
  readonly startTime?: number | undefined;
}

export interface LlmResponse {
  /** The model that answered, where the answer says so. */
  readonly model?: string | undefined;
  readonly finishReason?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly completion?: Content | undefined;
  /** The object that the program gets: from here on it stands for the answer. */
  readonly object?: unknown;
}

/** States the beginning of a call: an inference that uses the model, the settings and the prompt. */
export function beginLlmCall(execution: Execution, request: LlmRequest, options: LlmOptions): Activity | undefined {
  const { provider, model, parent, startTime, label = model } = request;
  return beginTold(execution, { kind: "inference", label, parent, startTime }, (activity, out) =>
    stateRequest(activity, { ...request, provider, model }, options, out),
  );
}

/** What a call uses, for one that has begun already. */
export function stateRequest(
  activity: Activity,
  { provider, model, settings, prompt }: Pick<LlmRequest, "provider" | "model" | "settings" | "prompt">,
  options: LlmOptions,
  out: Brief[],
): void {
  const { execution, name } = activity;
  const id = stateModel(execution, provider, model, out);
  out.push({ kind: "used", activity: name, entity: id });
  const values = settingsOf(settings);
  if (Object.keys(values).length > 0) out.push({ kind: "parameters", id: execution.id(), activity: name, values });
  if (!prompt) return;
  const entity = stateContent(execution, "prompt", prompt, options, out);
  out.push({ kind: "used", activity: name, entity });
}

/** States what came of a call, and its end at `time`. */
export function endLlmCall(
  activity: Activity,
  request: Pick<LlmRequest, "provider" | "model">,
  response: LlmResponse,
  options: LlmOptions,
  time?: number,
): void {
  const results = (out: Brief[], at: number) => stateResponse(activity, request, response, options, at, out);
  activity.end("provml:Completed", undefined, results, time);
}

export function stateResponse(
  activity: Activity,
  { provider, model }: Pick<LlmRequest, "provider" | "model">,
  { model: answered, finishReason, inputTokens, outputTokens, completion, object }: LlmResponse,
  options: LlmOptions,
  time: number,
  out: Brief[],
): void {
  const { execution, name } = activity;
  const attributes: [Name, BriefValue][] = [];
  if (isCount(inputTokens)) attributes.push(["provml:inputTokenCount", inputTokens]);
  if (isCount(outputTokens)) attributes.push(["provml:outputTokenCount", outputTokens]);
  if (finishReason) attributes.push(["provml:finishReason", cleanName(finishReason).slice(0, LONGEST_STRING)]);
  if (attributes.length > 0) out.push({ kind: "activity", id: name, attributes });
  if (answered && answered !== model) {
    const specific = stateModel(execution, provider, answered, out);
    const general = modelName(provider, model);
    out.push({ kind: "specializationOf", specificEntity: specific, generalEntity: general });
    out.push({ kind: "used", activity: name, entity: specific });
  }
  if (!completion) return;
  const entity = stateContent(execution, "completion", completion, options, out);
  out.push({ kind: "wasGeneratedBy", entity, activity: name, time });
  if (typeof object === "object" && object !== null) {
    execution.identity.follow(object, {
      name: entity,
      kind: "data",
      label: "completion",
      firstSeen: time,
      isGenerated: true,
    });
  }
}

/** The model is the same thing wherever it is called: its IRI says provider and name. */
function modelName(provider: string | undefined, model: string): Name {
  return definitionName("model", cleanName(provider ? `${provider}/${model}` : model));
}

function stateModel(execution: Execution, provider: string | undefined, model: string, out: Brief[]): Name {
  const id = modelName(provider, model);
  let stated = STATED.get(execution);
  if (stated === undefined) {
    stated = new Set();
    STATED.set(execution, stated);
  }
  if (stated.has(id)) return id;
  if (stated.size < MOST_MODELS) stated.add(id);
  const attributes: [Name, BriefValue][] = [
    ...(typesOf("model") as [Name, BriefValue][]),
    ["rdfs:label", cleanName(model)],
  ];
  if (provider) attributes.push(["provml:provider", cleanName(provider)]);
  out.push({ kind: "entity", id, attributes });
  return id;
}

const STATED = new WeakMap<Execution, Set<Name>>();
const MOST_MODELS = 1000;

/** A prompt, an answer, or what else is text: its size, its digest, and, where that is wanted, the text. */
export function stateContent(
  execution: Execution,
  label: string,
  { text, mediaType, characterCount, messageCount }: Content,
  { content = false, digests = true }: LlmOptions,
  out: Brief[],
): Name {
  const id = execution.id();
  const attributes: [Name, BriefValue][] = [
    ...(typesOf("data") as [Name, BriefValue][]),
    ["rdfs:label", cleanName(label)],
    ["provml:characterCount", characterCount],
  ];
  if (messageCount !== undefined) attributes.push(["provml:messageCount", messageCount]);
  if (content && text !== undefined) attributes.push(["prov:value", recordedText(text)]);
  out.push({ kind: "entity", id, attributes });
  if (digests && text !== undefined) {
    const bytes = Buffer.from(text);
    contentStatements(id, createHash("sha256").update(bytes).digest("hex"), bytes.length, mediaType, out);
  }
  return id;
}

/** The text without secrets, cut where it is long. */
function recordedText(text: string): string {
  const clean = redact(text.slice(0, 2 * LONGEST_CONTENT)).toWellFormed();
  return clean.length <= LONGEST_CONTENT ? clean : `${clean.slice(0, LONGEST_CONTENT).toWellFormed()}…`;
}
const LONGEST_CONTENT = 16_384;

/** The settings of a request that are recorded, as the libraries spell them. */
const SETTINGS = new Set(
  (
    "temperature topP top_p topK top_k maxTokens max_tokens maxOutputTokens max_output_tokens max_completion_tokens seed stop stopSequences " +
    "stop_sequences frequencyPenalty frequency_penalty presencePenalty presence_penalty n reasoning reasoning_effort reasoningEffort dimensions"
  ).split(" "),
);

function settingsOf(settings: unknown): Record<string, BriefValue> {
  if (typeof settings !== "object" || settings === null) return emptyValues();
  const chosen: Record<string, unknown> = {};
  for (const name of SETTINGS) {
    const value = (settings as Record<string, unknown>)[name];
    if (value !== undefined && value !== null) chosen[name] = value;
  }
  return contentsOf(chosen, () => false).values;
}

function isCount(count: unknown): count is number {
  return Number.isSafeInteger(count) && (count as number) >= 0;
}
