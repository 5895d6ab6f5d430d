import type { Name } from "../model/brief.ts";
import type { Activity } from "./activity.ts";
import type { Entity } from "./identity.ts";

/** Remembers which models a step used: its measures judge the model if there is just one. */
export function noteUse(activity: Activity, { name, kind }: Entity): void {
  if (kind !== "model" && kind !== "checkpoint") return;
  activity.usedModels ??= new Set();
  activity.usedModels.add(name);
}

export function hasUsedModel(activity: Activity, { name }: Entity): boolean {
  return activity.usedModels?.has(name) ?? false;
}

/** The model that the measures of a step are of. */
export function judgedModel({ usedModels }: Activity): Name | undefined {
  const [model, ...more] = usedModels ?? [];
  return more.length === 0 ? model : undefined;
}
