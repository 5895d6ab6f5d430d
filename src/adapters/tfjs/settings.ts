import { isPlainObject } from "../../capture/values.ts";
import type { FitArgs, ModelParts } from "./shapes.ts";

/**
 * The hyperparameters of a training: how the model was compiled (`optimizer.name`, the optimizer's own settings, `loss`, `metrics`), the arguments of
 * the call that are settings, and of each early stopping what it watches (`earlyStopping.monitor`, …).
 */
export function settingsOf(model: ModelParts, args: FitArgs): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  const { optimizer } = model;
  if (optimizer) settings.optimizer = { name: optimizer.getClassName?.() ?? "", ...optimizer.getConfig?.() };
  settings.loss = named(model.loss);
  settings.metrics = named(model.metrics);
  for (const [name, value] of Object.entries(args)) {
    if (!NO_SETTINGS.has(name)) settings[name] = named(value);
  }
  const stopping = stoppingsIn(args.callbacks).map(settingOf);
  if (stopping.length > 0) settings.earlyStopping = stopping.length === 1 ? stopping[0] : stopping;
  for (const name of Object.keys(settings)) if (settings[name] === undefined) delete settings[name];
  return settings;
}

/** Arguments that are data, or that say how a training looks and not what it does. */
const NO_SETTINGS = new Set(["callbacks", "validationData", "sampleWeight", "verbose", "yieldEvery"]);

/** Functions go by their names: a loss or metric may be one, or a list or a table of them. */
function named(value: unknown): unknown {
  if (typeof value === "function") return value.name || "function";
  if (Array.isArray(value)) return value.map(named);
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, named(one)]));
  return value;
}

function settingOf({ monitor, minDelta, patience, mode, baseline }: Stopping): Record<string, unknown> {
  return {
    monitor,
    minDelta: Math.abs(minDelta ?? 0),
    patience,
    mode,
    ...(baseline === undefined ? {} : { baseline }),
  };
}

/** The early stoppings among callbacks. */
export function stoppingsIn(callbacks: unknown): Stopping[] {
  const list: unknown[] = Array.isArray(callbacks) ? callbacks : [callbacks];
  return list.filter(isStopping);
}

export interface Stopping {
  readonly monitor: string;
  readonly minDelta?: number;
  readonly patience: number;
  readonly mode?: string;
  readonly baseline?: number;
  /** The epoch after which it stopped the training; 0 before. */
  readonly stoppedEpoch?: number;
}

/** `tf.callbacks.earlyStopping()`, or one like it. */
function isStopping(value: unknown): value is Stopping {
  const { monitor, patience } = (value ?? {}) as Partial<Stopping>;
  return typeof monitor === "string" && typeof patience === "number";
}
