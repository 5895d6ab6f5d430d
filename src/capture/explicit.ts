import type { BriefList } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { checkOptions, checkThing } from "./checks.ts";
import { now } from "./clock.ts";
import { isPlace } from "./content/files.ts";
import { typeName } from "./content/shape.ts";
import { entitiesOf, stateSources, stateUse } from "./flow.ts";
import { generateExplicitly } from "./generation.ts";
import type { GeneratedOptions, UsedOptions } from "./handle.ts";
import { openAround } from "./sections.ts";
import { contentsOf, emptyValues, isPlainObject, scalarValue } from "./values.ts";

const USED_OPTIONS = new Set(["role", "kind", "digest"]);
const GENERATED_OPTIONS = new Set([...USED_OPTIONS, "name", "of"]);

/** What user code says that a step used. */
export function recordUse(activity: Activity, thing: unknown, options: UsedOptions): void {
  checkThing("used()", thing);
  checkOptions("used()", options, USED_OPTIONS);
  const step = openAround(activity);
  step.record((out) => {
    const name = options.role || "value";
    const scalar = isThing(thing) ? undefined : scalarValue(thing, name);
    if (scalar !== undefined) {
      const values = { ...emptyValues(), [name]: scalar };
      out.push(listOf(step, "parameters", values));
      return;
    }
    for (const entity of entitiesOf(
      step.execution,
      thing as object | string,
      { label: options.role, ...options },
      out,
    )) {
      stateUse(step, entity, options.role, now(), out);
      if (!isPlace(thing)) step.receive(thing as object, entity.name);
    }
  });
}

/** What user code says that a step generated. */
export function recordGeneration(activity: Activity, thing: unknown, options: GeneratedOptions): void {
  checkThing("generated()", thing);
  checkOptions("generated()", options, GENERATED_OPTIONS);
  const step = openAround(activity);
  step.record((out) => {
    const name = options.role || options.name || "value";
    const scalar = isThing(thing) ? undefined : scalarValue(thing, name);
    if (scalar !== undefined) {
      const values = { ...emptyValues(), [name]: scalar };
      out.push({ ...listOf(step, "outputs", values), time: now() });
      return;
    }
    const entity = generateExplicitly(step, thing as object | string, options, out);
    if (options.of !== undefined) stateSources(step.execution, step, entity, options.of as object | string, out);
  });
}

export function recordHyperparameters(activity: Activity, values: unknown): void {
  if (!isPlainObject(values)) {
    throw new ProvenanceError(
      "bad-argument",
      `hyperparameters() of ${activity.label} takes a plain object of names and values`,
    );
  }
  activity.record((out) => {
    const contents = contentsOf(values, () => false);
    for (const [name, value] of contents.objects) {
      contents.values[name] = { value: typeName(value), type: "provml:Omitted" };
    }
    out.push(listOf(activity, "hyperparameters", contents.values));
  });
}

function listOf({ execution, name }: Activity, kind: BriefList["kind"], values: BriefList["values"]): BriefList {
  return { kind, id: execution.id(), activity: name, values };
}

/** What becomes an entity of its own, as opposed to a value. */
function isThing(thing: unknown): boolean {
  return typeof thing === "function" || isPlace(thing);
}
