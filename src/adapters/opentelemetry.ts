/** OpenTelemetry: a span processor that records spans as activities. */
import type { Activity } from "../capture/activity.ts";
import type { Execution } from "../capture/execution.ts";
import { IS_DISABLED } from "../capture/options.ts";
import { type LlmOptions, stateRequest, stateResponse } from "./llm/call.ts";
import { OpenActivities } from "./open-activities.ts";
import { serviceStatements } from "./opentelemetry/software.ts";
import { failureOf, isModelCall, requestOf, responseOf, statedAttributes } from "./opentelemetry/words.ts";
import { executionOf } from "./options.ts";
import { beginTold } from "./told-activity.ts";

export type OpenTelemetryOptions = LlmOptions;

type HrTime = readonly [seconds: number, nanoseconds: number];

interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
}

/** What is read of a span, of versions 1 and 2 of the SDK. */
export interface ToldSpan {
  readonly name: string;
  spanContext(): SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly parentSpanId?: string | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
}

/** A span processor, as `spanProcessors: [...]` of a tracer provider takes it. */
export interface ProvenanceSpanProcessor {
  onStart(span: ToldSpan, parentContext?: unknown): void;
  onEnd(span: ToldSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * A span processor that records: each span as an activity at the span's own times, part of its parent span or of the step around it, with its attributes (secrets
 * replaced, cut, at most 100), its service as the software that carried it out, and calls of language models, known by the `gen_ai.*` conventions, as inferences. It
 * stands beside whatever else processes the spans. Spans that are not sampled are not seen.
 */
export function provenanceSpanProcessor(options: OpenTelemetryOptions = {}): ProvenanceSpanProcessor {
  const begun = new WeakMap<object, Activity>();
  /** For their parts to find them; they themselves are found by the span. */
  const known = new OpenActivities("no matter");
  let isShutDown = IS_DISABLED;

  let latest: Execution | undefined;

  return {
    onStart(span) {
      const execution = isShutDown ? undefined : executionOf(options);
      latest = execution;
      execution?.faults.guard(() => {
        const parentKey = parentKeyOf(span);
        const parent = known.around(parentKey, execution);
        const isOutermost = known.activity(parentKey) === undefined;
        const kind = isModelCall(span.attributes) ? "inference" : "activity";
        const beginning = {
          kind,
          label: String(span.name) || "span",
          parent,
          startTime: milliseconds(span.startTime),
        } as const;
        const activity = beginTold(execution, beginning, ({ name }, out) => {
          if (isOutermost) out.push(...serviceStatements(execution, name, span.resource?.attributes));
        });
        if (activity === undefined) return;
        begun.set(span, activity);
        known.add(keyOf(span.spanContext()), activity, undefined);
      });
    },

    onEnd(span) {
      const activity = isShutDown ? undefined : begun.get(span);
      activity?.execution.faults.guard(() => end(activity, span, options));
    },

    async forceFlush() {
      await latest?.flush();
    },
    async shutdown() {
      isShutDown = true;
      await latest?.flush();
    },
  };
}

/** What a span says is complete only when it ends: then it is stated. */
function end(activity: Activity, span: ToldSpan, options: OpenTelemetryOptions): void {
  const failure = failureOf(span);
  const status = failure === undefined ? "provml:Completed" : "provml:Failed";
  const endTime = Math.max(milliseconds(span.endTime), activity.startTime);
  const { attributes } = span;
  activity.end(
    status,
    failure,
    (out, time) => {
      if (isModelCall(attributes)) {
        const request = requestOf(attributes);
        // What was no call of a model when it began may turn out to be one.
        if (activity.kind !== "inference")
          out.push({
            kind: "activity",
            id: activity.name,
            attributes: [["prov:type", { name: "provml:InferenceExecution" }]],
          });
        stateRequest(activity, request, options, out);
        stateResponse(activity, request, responseOf(attributes), options, time, out);
      }
      const stated = statedAttributes(attributes);
      if (stated.length > 0) out.push({ kind: "activity", id: activity.name, attributes: stated });
    },
    endTime,
  );
}

function keyOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}-${spanId}`;
}

function parentKeyOf(span: ToldSpan): string | undefined {
  const { parentSpanContext, parentSpanId: spanId } = span;
  if (parentSpanContext) return keyOf(parentSpanContext);
  return spanId === undefined ? undefined : keyOf({ traceId: span.spanContext().traceId, spanId });
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
