import { ProvenanceError } from "./error.ts";
import { STAGE_TYPES } from "./ml.ts";
import type { Plan, PlannedScalar, PlannedStep, PlannedThing, PlannedValue } from "./plan.ts";

/** A plan takes at most this much as JSON: it travels in one frame of the spool, and capture writes it before the first step. */
export const MOST_PLAN_BYTES = 512 * 1024;

/**
 * A copy of the plan in the one form that all ways to write it come to: fields in a fixed order, `{ name }` as the name alone, no empty
 * lists, nothing that says nothing.
 * @throws {ProvenanceError} `bad-plan`: what is wrong, where, and what may stand there.
 */
export function planForm(given: unknown): Plan {
  const { name, steps } = (given ?? {}) as Partial<Plan>;
  if (typeof name !== "string" || name === "" || !Array.isArray(steps)) throw bad("give it a name and a list of steps");
  const plan = readObject(given as object, "it", PLAN_FIELDS) as unknown as Plan;
  for (const step of plan.steps) checkPlace(step, plan.steps);
  const bytes = Buffer.byteLength(JSON.stringify(plan));
  if (bytes > MOST_PLAN_BYTES) throw bad(`it takes ${bytes} bytes as JSON, ${MOST_PLAN_BYTES} are the most; name less`);
  return plan;
}

/** Reads a field's value, or says that it is none. `where` tells whose it is. */
type Reader = (value: unknown, field: string, where: string) => unknown;

type Fields<T> = Readonly<Record<keyof T, Reader>>;

const text: Reader = (value, field, where) => {
  if (typeof value === "string" && value !== "" && value.isWellFormed()) return value;
  throw bad(`${field} of ${where} must be a text, not ${shown(value)}`);
};

const flag: Reader = (value, field, where) => {
  if (typeof value === "boolean") return value || undefined;
  throw bad(`${field} of ${where} must be true or false, not ${shown(value)}`);
};

const number: Reader = (value, field, where) => {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw bad(`${field} of ${where} must be a number, not ${shown(value)}`);
};

const scalar: Reader = (value, field, where) => {
  if (typeof value === "boolean" || (typeof value === "string" && value.isWellFormed())) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw bad(`${field} of ${where} must be a text, a number, true or false, not ${shown(value)}`);
};

const scalars: Reader = (value, field, where) => {
  if (!Array.isArray(value) || value.length === 0) throw bad(`${field} of ${where} must be a list that is not empty`);
  return value.map((one) => scalar(one, `one of ${field}`, where));
};

function oneOf(...allowed: readonly string[]): Reader {
  return (value, field, where) => {
    if (allowed.includes(value as string)) return value;
    throw bad(`${where} has ${field} ${shown(value)}; one of ${allowed.join(", ")}`);
  };
}

/** A list of names, or of objects with a name and more; one of each name. */
function named(fields: Fields<{ readonly name: string }> | undefined): Reader {
  const form = fields === undefined ? "" : `, or of { ${Object.keys(fields).join(", ")} }`;
  return (value, field, where) => {
    const fault = () => bad(`${field} of ${where} must be a list of names${form}`);
    if (!Array.isArray(value)) throw fault();
    const names = new Set<string>();
    const entries = value.map((one: unknown) => {
      const isName = typeof one === "string";
      const name = isName ? one : fields === undefined ? undefined : (one as { name?: unknown } | null)?.name;
      if (typeof name !== "string" || !name.isWellFormed()) throw fault();
      if (names.has(name)) throw bad(`${field} of ${where} have ${shown(name)} twice`);
      names.add(name);
      if (isName) return one;
      const whose = `${shown(name)} of ${where}`;
      const entry = settleKind(readObject(one as object, whose, fields as Fields<object>), whose);
      return Object.keys(entry).length === 1 ? name : entry;
    });
    return entries.length === 0 ? undefined : entries;
  };
}

const anyText: Reader = (value) => value; // a list of names has looked at it

const VALUE_FIELDS: Fields<PlannedValue> = {
  name: anyText,
  optional: flag,
  default: scalar,
  values: scalars,
  minimum: number,
  maximum: number,
};

const THING_FIELDS: Fields<PlannedThing> = {
  name: anyText,
  optional: flag,
  kind: oneOf("dataset", "model", "characteristic"),
  split: text,
};

/** What has a split is a data set. */
function settleKind(entry: Record<string, unknown>, where: string): Record<string, unknown> {
  if (entry.split === undefined || entry.kind === "dataset") return entry;
  if (entry.kind !== undefined) throw bad(`${where} has a split and is no dataset`);
  const { split, ...others } = entry;
  return { ...others, kind: "dataset", split };
}

const KINDS = Object.keys(STAGE_TYPES).filter((kind) => kind !== "section");

const STEP_FIELDS: Fields<PlannedStep> = {
  name: text,
  kind: oneOf(...KINDS),
  parameters: named(VALUE_FIELDS),
  inputs: named(THING_FIELDS),
  outputs: named(THING_FIELDS),
  measures: named(VALUE_FIELDS),
  sections: named(undefined),
  within: text,
  optional: flag,
  algorithm: text,
  task: text,
  procedure: text,
};

const steps: Reader = (value) => {
  const seen = new Set<string>();
  return (value as readonly unknown[]).map((given, index) => {
    const { name, kind } = (given ?? {}) as Partial<PlannedStep>;
    if (typeof name !== "string" || name === "") throw bad(`step ${index + 1} has no name`);
    const where = `step ${shown(name)}`;
    STEP_FIELDS.kind(kind, "kind", where);
    const step = readObject(given as object, where, STEP_FIELDS) as unknown as PlannedStep;
    if (seen.has(`${kind} ${name}`)) throw bad(`two steps are named ${shown(name)}; give each its own name`);
    seen.add(`${kind} ${name}`);
    for (const value of [...(step.parameters ?? []), ...(step.measures ?? [])]) checkBounds(value, where);
    return step;
  });
};

const PLAN_FIELDS: Fields<Plan> = { name: text, experiment: text, study: text, complete: flag, ordered: flag, steps };

function readObject(given: object, where: string, fields: Readonly<Record<string, Reader>>): Record<string, unknown> {
  for (const field of Object.keys(given)) {
    if (Object.hasOwn(fields, field)) continue;
    throw bad(`${where} has no field ${shown(field)}; its fields are ${Object.keys(fields).join(", ")}`);
  }
  const entries: [string, unknown][] = [];
  for (const [field, read] of Object.entries(fields)) {
    const value = (given as Readonly<Record<string, unknown>>)[field];
    const settled = value === undefined ? undefined : read(value, field, where);
    if (settled !== undefined) entries.push([field, settled]);
  }
  return Object.fromEntries(entries);
}

function checkBounds(value: string | PlannedValue, where: string): void {
  if (typeof value === "string") return;
  const { name, default: usual, values, minimum, maximum } = value;
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    throw bad(`${shown(name)} of ${where} has a minimum above its maximum`);
  if (usual !== undefined && !isAllowed(usual, { values, minimum, maximum }))
    throw bad(`the default of ${shown(name)} of ${where} is none of its allowed values`);
}

/** Whether a plan allows a value: one of those that it names if it names any, and within its bounds if it has some. */
export function isAllowed(
  value: unknown,
  { values, minimum, maximum }: { [K in "values" | "minimum" | "maximum"]?: PlannedValue[K] | undefined },
): boolean {
  if (values !== undefined && !values.includes(value as PlannedScalar)) return false;
  if (minimum === undefined && maximum === undefined) return true;
  if (typeof value !== "number") return false;
  return value >= (minimum ?? Number.NEGATIVE_INFINITY) && value <= (maximum ?? Number.POSITIVE_INFINITY);
}

/** The step around a step is one of the plan, and not inside of it. */
function checkPlace(step: PlannedStep, all: readonly PlannedStep[]): void {
  const around = new Set([step.name]);
  for (let at = step.within; at !== undefined; ) {
    const outer = all.find(({ name }) => name === at);
    if (outer === undefined) throw bad(`step ${shown(step.name)} is within ${shown(at)}, which is no step of the plan`);
    if (around.has(at)) throw bad(`step ${shown(step.name)} is within itself`);
    around.add(at);
    at = outer.within;
  }
}

function bad(what: string): ProvenanceError {
  return new ProvenanceError("bad-plan", `plan: ${what}`);
}

function shown(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  return (text ?? typeof value).slice(0, 100);
}
