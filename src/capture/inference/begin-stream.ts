import type { BriefValue, Name } from "../../model/brief.ts";
import { Activity } from "../activity.ts";
import { now } from "../clock.ts";
import type { Execution } from "../execution.ts";
import { stepAround } from "../step.ts";
import { EVENT_HASH } from "./event-hash.ts";
import { plainValues } from "./event-record.ts";
import type { InferenceStream } from "./handle.ts";
import { MOST_EVENTS, type StreamOptions, type StreamSettings, streamSettings } from "./options.ts";
import { RecordedStream, useModel } from "./stream.ts";

/** Begins a stream inside the step around, or the execution. @throws {ProvenanceError} `bad-option`, `bad-argument` */
export function beginStream(execution: Execution, label: string, options: StreamOptions): InferenceStream | undefined {
  const settings = streamSettings(label, options);
  return execution.faults.guard(() => {
    const parent = stepAround(execution);
    const startTime = now();
    const activity = new Activity(execution, { name: execution.id(), kind: "inference", label, startTime, parent });
    parent.keepPart(activity);
    let models: readonly Name[] = [];
    activity.record((out) => {
      out.push({ kind: "parameters", id: execution.id(), activity: activity.name, values: parametersOf(settings) });
      if (settings.model !== undefined) models = useModel(activity, settings.model, out);
    });
    activity.goOnAlone();
    return new RecordedStream(activity, settings, models);
  });
}

function parametersOf(settings: StreamSettings): Record<string, BriefValue> {
  const { window, sample, histogram, thresholds, device, timeEvery, parameters } = settings;
  return plainValues({
    ...(Number.isFinite(window.ms) ? { windowMs: window.ms } : {}),
    ...(window.events < MOST_EVENTS ? { windowEvents: window.events } : {}),
    sample,
    ...(sample > 0 ? { sampleHash: EVENT_HASH } : {}),
    histogram,
    ...(Object.keys(thresholds).length > 0 ? { threshold: thresholds } : {}),
    ...(device === undefined ? {} : { device }),
    ...(timeEvery > 1 ? { timeEvery } : {}),
    ...parameters,
  });
}
