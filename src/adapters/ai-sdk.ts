/** The AI SDK: its telemetry hook (version 7), and a middleware for one model (versions 5 to 7). */
import { runInside } from "../capture/context.ts";
import type { Execution } from "../capture/execution.ts";
import { IS_DISABLED } from "../capture/options.ts";
import { stepAround } from "../capture/step.ts";
import { AnswerStream } from "./ai-sdk/answer-stream.ts";
import { finishOf, providerOf, settingsAndPrompt } from "./ai-sdk/words.ts";
import { beginLlmCall, endLlmCall, type LlmOptions, type LlmRequest, stateContent } from "./llm/call.ts";
import { partsContent } from "./llm/content.ts";
import { OpenActivities } from "./open-activities.ts";
import { executionOf } from "./options.ts";
import { beginTold } from "./told-activity.ts";

export type AiSdkOptions = LlmOptions;

interface Model {
  readonly provider: string;
  readonly modelId: string;
}

/** A middleware of `wrapLanguageModel`. */
export interface AiSdkMiddleware {
  // biome-ignore lint/suspicious/noExplicitAny: each version of the SDK wants to see its own, and none looks at it
  readonly specificationVersion: any;
  wrapGenerate?<Result>(call: { doGenerate: () => PromiseLike<Result>; params: object; model: Model }): Promise<Result>;
  wrapStream?<Result extends { stream: ReadableStream }>(call: {
    doStream: () => PromiseLike<Result>;
    params: object;
    model: Model;
  }): Promise<Result>;
}

/**
 * A middleware that records each call of a model as an inference, retries too: `wrapLanguageModel({ model, middleware: aiSdkMiddleware() })`. The answer is the model's
 * own, and so is each part of its stream.
 */
export function aiSdkMiddleware(options: AiSdkOptions = {}): AiSdkMiddleware {
  if (IS_DISABLED) return { specificationVersion: "v3" };
  const begin = (model: Model, params: object) => {
    const execution = executionOf(options);
    return execution?.faults.guard(() => {
      const request = { provider: providerOf(model.provider), model: String(model.modelId) };
      const begun = { ...request, ...settingsAndPrompt(params), parent: stepAround(execution) };
      const activity = beginLlmCall(execution, begun, options);
      return activity && { activity, request };
    });
  };
  return {
    specificationVersion: "v3",
    async wrapGenerate({ doGenerate, params, model }) {
      const call = begin(model, params);
      if (call === undefined) return doGenerate();
      const { activity, request } = call;
      try {
        const result = await doGenerate();
        endLlmCall(activity, request, activity.execution.faults.guard(() => finishOf(result)) ?? {}, options);
        return result;
      } catch (error) {
        activity.end("provml:Failed", error);
        throw error;
      }
    },
    async wrapStream({ doStream, params, model }) {
      const call = begin(model, params);
      if (call === undefined) return doStream();
      const { activity, request } = call;
      try {
        const result = await doStream();
        return { ...result, stream: new AnswerStream(result.stream, activity, request, options).stream };
      } catch (error) {
        activity.end("provml:Failed", error);
        throw error;
      }
    },
  };
}

type Told = (told: unknown) => void;

/** A telemetry integration, as `registerTelemetry()` or `telemetry: { integrations: [...] }` takes it. */
export interface AiSdkTelemetry {
  readonly onStart?: Told;
  readonly onEnd?: Told;
  readonly onError?: Told;
  readonly onAbort?: Told;
  readonly onStepError?: Told;
  readonly onLanguageModelCallStart?: Told;
  readonly onLanguageModelCallEnd?: Told;
  readonly onEmbedStart?: Told;
  readonly onEmbedEnd?: Told;
  readonly onToolExecutionStart?: Told;
  readonly onToolExecutionEnd?: Told;
  executeTool?<T>(call: { callId: string; toolCallId: string; execute: () => PromiseLike<T> }): PromiseLike<T>;
}

type Words = Readonly<Record<string, unknown>>;

/**
 * A telemetry integration that records: `generateText` and its like as activities, the calls of models in them as inferences, of tools as activities in which what
 * the tool does is recorded too. Version 7; for 5 and 6 there are {@link aiSdkMiddleware} and OpenTelemetry.
 */
export function aiSdkTelemetry(options: AiSdkOptions = {}): AiSdkTelemetry {
  if (IS_DISABLED) return {};
  const open = new OpenActivities<Pick<LlmRequest, "provider" | "model"> | undefined>("a fault");

  const told =
    (note: (execution: Execution, words: Words) => void): Told =>
    (words) => {
      const execution = executionOf(options);
      execution?.faults.guard(() => note(execution, words as Words));
    };

  const beginModel = (execution: Execution, id: string, words: Words) => {
    const request = { provider: providerOf(words.provider), model: String(words.modelId) };
    const parent = open.around(String(words.callId), execution);
    const activity = beginLlmCall(execution, { ...request, ...settingsAndPrompt(words), parent }, options);
    if (activity) open.add(id, activity, request);
  };

  const endModel = (id: string, words: Words) => {
    const found = open.take(id);
    if (!found) return;
    const { activity, state = { provider: undefined, model: "unknown" } } = found;
    endLlmCall(activity, state, activity.execution.faults.guard(() => finishOf(words)) ?? {}, options);
  };

  const close = (id: string, failure?: { readonly error: unknown }) => {
    const activity = open.take(id)?.activity;
    if (failure) activity?.end("provml:Failed", failure.error);
    else activity?.end("provml:Completed");
  };

  return {
    onStart: told((execution, { callId, functionId, operationId }) => {
      if (open.has(String(callId))) return;
      const parent = stepAround(execution);
      const activity = beginTold(execution, { kind: "activity", label: String(functionId ?? operationId), parent });
      if (activity) open.add(String(callId), activity, undefined);
    }),
    onEnd: told((_execution, { callId }) => close(String(callId))),
    onAbort: told((_execution, { callId }) => {
      open.take(modelCall(callId))?.activity.end("provml:EndedEarly");
      open.take(String(callId))?.activity.end("provml:EndedEarly");
    }),
    onError: told((_execution, { callId, error }) => {
      close(modelCall(callId), { error });
      close(String(callId), { error });
    }),
    onStepError: told((_execution, { callId, error }) => close(modelCall(callId), { error })),
    onLanguageModelCallStart: told((execution, words) => beginModel(execution, modelCall(words.callId), words)),
    onLanguageModelCallEnd: told((_execution, words) => endModel(modelCall(words.callId), words)),
    onEmbedStart: told((execution, words) => beginModel(execution, String(words.embedCallId), words)),
    onEmbedEnd: told((_execution, words) => endModel(String(words.embedCallId), words)),
    onToolExecutionStart: told((execution, { callId, toolCall }) => {
      const { toolCallId, toolName, input } = toolCall as Words;
      const parent = open.around(String(callId), execution);
      const activity = beginTold(execution, { kind: "activity", label: String(toolName), parent }, (tool, out) => {
        const entity = stateContent(execution, "input", partsContent(input), options, out);
        out.push({ kind: "used", activity: tool.name, entity });
      });
      if (activity) open.add(toolRun(callId, toolCallId), activity, undefined);
    }),
    onToolExecutionEnd: told((execution, { callId, toolCall, toolOutput }) => {
      const { type, output, error } = toolOutput as Words;
      const activity = open.take(toolRun(callId, (toolCall as Words).toolCallId))?.activity;
      if (type === "tool-error") return activity?.end("provml:Failed", error);
      activity?.end("provml:Completed", undefined, (out, time) => {
        const entity = stateContent(execution, "output", partsContent(output), options, out);
        out.push({ kind: "wasGeneratedBy", entity, activity: activity.name, time });
      });
    }),
    executeTool({ callId, toolCallId, execute }) {
      const activity = open.activity(toolRun(callId, toolCallId));
      return activity ? runInside(activity, execute, undefined, []) : execute();
    },
  };
}

/** Under which ids the parts of one operation are open: it calls one model at a time, and any number of tools. */
function modelCall(callId: unknown): string {
  return `${String(callId)} model`;
}

function toolRun(callId: unknown, toolCallId: unknown): string {
  return `${String(callId)} ${String(toolCallId)}`;
}
