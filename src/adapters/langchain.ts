/** LangChain: what its chains, tools, retrievers and models tell their callbacks, as activities. */
import type { Activity } from "../capture/activity.ts";
import type { Execution } from "../capture/execution.ts";
import { stateUse } from "../capture/flow.ts";
import { generateResult } from "../capture/generation.ts";
import { IS_DISABLED } from "../capture/options.ts";
import type { Brief } from "../model/brief.ts";
import { labelOf, member, messageOf, modelOf, providerOf, responseOf } from "./langchain/words.ts";
import { beginLlmCall, endLlmCall, type LlmOptions, type LlmRequest, stateContent } from "./llm/call.ts";
import { type Content, messagesContent, textContent } from "./llm/content.ts";
import { OpenActivities } from "./open-activities.ts";
import { executionOf } from "./options.ts";
import { beginTold } from "./told-activity.ts";

export type LangChainOptions = LlmOptions;

type Told = (...args: unknown[]) => void;

/** A callback handler, as `callbacks: [...]` takes it. It keeps no state of its own: the same one may be given to any number of calls. */
export interface LangChainCallbacks {
  readonly name: string;
  /** LangChain waits for it, so that nothing is missing when the program ends. */
  readonly awaitHandlers: true;
  readonly raiseError: false;
  readonly ignoreLLM: boolean;
  readonly ignoreChain: boolean;
  readonly ignoreAgent: boolean;
  readonly ignoreRetriever: boolean;
  readonly ignoreCustomEvent: boolean;
  copy(): LangChainCallbacks;
  readonly handleLLMStart: Told;
  readonly handleChatModelStart: Told;
  readonly handleLLMEnd: Told;
  readonly handleLLMError: Told;
  readonly handleChainStart: Told;
  readonly handleChainEnd: Told;
  readonly handleChainError: Told;
  readonly handleToolStart: Told;
  readonly handleToolEnd: Told;
  readonly handleToolError: Told;
  readonly handleRetrieverStart: Told;
  readonly handleRetrieverEnd: Told;
  readonly handleRetrieverError: Told;
}

/**
 * Callbacks that record: each call of a model as an inference with model, settings, sizes, tokens and digests, each chain, tool and retriever as an activity,
 * parts of one another as LangChain says, and of the step that calls them. Give them to any call or constructor: `model.invoke(…, { callbacks: [langChainCallbacks()] })`.
 */
export function langChainCallbacks(options: LangChainOptions = {}): LangChainCallbacks {
  const open = new OpenActivities<Pick<LlmRequest, "provider" | "model"> | undefined>("a fault");

  /** What is told while recording goes on; whatever goes wrong here is not the program's. */
  const told =
    (note: (execution: Execution, ...args: never[]) => void): Told =>
    (...args) => {
      const execution = IS_DISABLED ? undefined : executionOf(options);
      execution?.faults.guard(() => note(execution, ...(args as never[])));
    };

  const beginModel =
    (contentOf: (given: never) => Content) =>
    (
      execution: Execution,
      serialized: unknown,
      given: unknown,
      runId: string,
      parentRunId?: string,
      extra?: unknown,
      _tags?: unknown,
      metadata?: unknown,
      runName?: string,
    ) => {
      if (open.has(runId)) return;
      const invocation = member(extra, "invocation_params");
      const request = { provider: providerOf(serialized, metadata), model: modelOf(serialized, metadata, invocation) };
      const prompt = contentOf(given as never);
      const parent = open.around(parentRunId, execution);
      const begun = { ...request, settings: invocation, prompt, parent, label: runName };
      const activity = beginLlmCall(execution, begun, options);
      if (activity) open.add(runId, activity, request);
    };

  const begin = (
    execution: Execution,
    { runId, parentRunId, label }: { runId: string; parentRunId: string | undefined; label: string },
    more: (activity: Activity, out: Brief[]) => void,
  ) => {
    if (open.has(runId)) return;
    const parent = open.around(parentRunId, execution);
    const activity = beginTold(execution, { kind: "activity", label, parent }, more);
    if (activity) open.add(runId, activity, undefined);
  };

  const end = (resultOf: (activity: Activity, result: unknown, time: number, out: Brief[]) => void) =>
    told((_execution, result: unknown, runId: string) => {
      const activity = open.take(runId)?.activity;
      activity?.end("provml:Completed", undefined, (out, time) => resultOf(activity, result, time, out));
    });

  const fail = told((_execution, error: unknown, runId: string) => {
    open.take(runId)?.activity.end("provml:Failed", error);
  });

  const stateText = (activity: Activity, label: string, text: string, out: Brief[]) =>
    stateContent(activity.execution, label, textContent(text), options, out);

  const endText = end((activity, output, time, out) => {
    const text = typeof output === "string" ? output : member(output, "content");
    if (typeof text === "string") {
      const entity = stateText(activity, "output", text, out);
      out.push({ kind: "wasGeneratedBy", entity, activity: activity.name, time });
    } else stateObject(activity, output, "output", time, out);
  });

  const beginText = (execution: Execution, label: string, input: unknown, runId: string, parentRunId?: string) =>
    begin(execution, { runId, parentRunId, label }, (activity, out) => {
      if (typeof input !== "string") return;
      out.push({ kind: "used", activity: activity.name, entity: stateText(activity, "input", input, out) });
    });

  const callbacks: LangChainCallbacks = {
    name: "provml",
    awaitHandlers: true,
    raiseError: false,
    ignoreLLM: IS_DISABLED,
    ignoreChain: IS_DISABLED,
    ignoreAgent: IS_DISABLED, // under which LangChain counts tools
    ignoreRetriever: IS_DISABLED,
    ignoreCustomEvent: true,
    copy: () => callbacks,
    handleLLMStart: told(beginModel((prompts: readonly string[]) => textContent(String(prompts[0] ?? "")))),
    handleChatModelStart: told(
      beginModel((lists: readonly (readonly unknown[])[]) => messagesContent((lists[0] ?? []).map(messageOf))),
    ),
    handleLLMEnd: told((_execution, result: unknown, runId: string) => {
      const found = open.take(runId);
      if (!found) return;
      const request = found.state ?? { provider: undefined, model: "unknown" };
      endLlmCall(
        found.activity,
        request,
        found.activity.execution.faults.guard(() => responseOf(result)) ?? {},
        options,
      );
    }),
    handleLLMError: fail,
    handleChainStart: told(
      (
        execution,
        serialized: unknown,
        inputs: unknown,
        runId: string,
        parentRunId?: string,
        _tags?: unknown,
        _metadata?: unknown,
        _runType?: unknown,
        runName?: string,
      ) => {
        begin(execution, { runId, parentRunId, label: labelOf(serialized, runName, "chain") }, (activity, out) =>
          useFollowed(activity, inputs, out),
        );
      },
    ),
    handleChainEnd: end(() => {}),
    handleChainError: fail,
    handleToolStart: told(
      (
        execution,
        serialized: unknown,
        input: unknown,
        runId: string,
        parentRunId?: string,
        _tags?: unknown,
        _metadata?: unknown,
        runName?: string,
      ) => beginText(execution, labelOf(serialized, runName, "tool"), input, runId, parentRunId),
    ),
    handleToolEnd: endText,
    handleToolError: fail,
    handleRetrieverStart: told(
      (
        execution,
        serialized: unknown,
        query: unknown,
        runId: string,
        parentRunId?: string,
        _tags?: unknown,
        _metadata?: unknown,
        name?: string,
      ) => beginText(execution, labelOf(serialized, name, "retriever"), query, runId, parentRunId),
    ),
    handleRetrieverEnd: end((activity, documents, time, out) =>
      stateObject(activity, documents, "documents", time, out),
    ),
    handleRetrieverError: fail,
  };
  return callbacks;
}

/** What a chain gets and is followed already, from a step or a model: the rest is as private as a prompt. */
function useFollowed(activity: Activity, inputs: unknown, out: Brief[]): void {
  if (typeof inputs !== "object" || inputs === null) return;
  const { identity } = activity.execution;
  const things = identity.of(inputs) ? [inputs] : Object.values(inputs).slice(0, MOST_INPUTS);
  for (const thing of things) {
    if (typeof thing !== "object" || thing === null) continue;
    for (const entity of identity.entitiesOf(thing)) stateUse(activity, entity, undefined, undefined, out);
  }
}
const MOST_INPUTS = 100;

function stateObject(activity: Activity, object: unknown, label: string, time: number, out: Brief[]): void {
  if (typeof object === "object" && object !== null) generateResult(activity, object, { label }, undefined, time, out);
}
