import { ProvenanceError } from "../model/error.ts";
import { ENTITY_TYPES } from "../model/ml.ts";
import { isPlace } from "./content/files.ts";
import { checkSchema } from "./content/schema.ts";

/** The checks of what user code hands to a step: they throw at the call that made the mistake. */
export function checkThing(verb: string, thing: unknown): void {
  if (thing !== undefined && thing !== null && thing !== "") return;
  const what = thing === "" ? "an empty string" : String(thing);
  throw new ProvenanceError("bad-argument", `${verb} got ${what}; give it the object, path or value`);
}

/** Of the options of `used()`, `generated()` and the descriptions: those that several have. */
export function checkOptions(verb: string, options: object, allowed: ReadonlySet<string>): void {
  if (typeof options !== "object" || options === null) {
    throw new ProvenanceError("bad-option", `${verb}: options must be an object, not ${String(options)}`);
  }
  for (const field of Object.keys(options)) {
    if (!allowed.has(field)) {
      throw new ProvenanceError(
        "bad-option",
        `${verb} has no option ${JSON.stringify(field)}; it may have ${[...allowed].join(", ")}`,
      );
    }
  }
  const { kind, digest, of, schema, ...others } = options as Record<string, unknown>;
  if (kind !== undefined && !(typeof kind === "string" && Object.hasOwn(ENTITY_TYPES, kind))) {
    throw new ProvenanceError(
      "bad-option",
      `${verb}: kind is ${shown(kind)}; one of ${Object.keys(ENTITY_TYPES).join(", ")}`,
    );
  }
  if (digest !== undefined && digest !== "now") {
    throw new ProvenanceError("bad-option", `${verb}: digest is ${shown(digest)}; give "now" or leave it out`);
  }
  if (of !== undefined && !isFollowable(of)) {
    throw new ProvenanceError("bad-option", `${verb}: of is ${shown(of)}; give an object, a path or a URI`);
  }
  if (schema !== undefined) checkSchema(verb, schema);
  for (const [field, value] of Object.entries(others)) {
    if (value === undefined || typeof value === "string") continue;
    if (field === "rowCount" && Number.isSafeInteger(value) && (value as number) >= 0) continue;
    const wanted = field === "rowCount" ? "a whole number" : "a string";
    throw new ProvenanceError("bad-option", `${verb}: ${field} is ${shown(value)}; give ${wanted}`);
  }
}

/** Whether a thing can be followed: an object, a function, or the text of a path or URI. */
export function isFollowable(thing: unknown): thing is object | string {
  return (typeof thing === "object" && thing !== null) || typeof thing === "function" || isText(thing);
}

function isText(thing: unknown): boolean {
  return thing !== "" && typeof thing === "string" && isPlace(thing);
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 200)) : `a ${typeof value}`;
}

/** A method that was taken off its step, as `const { log } = prov.current()` does, no longer knows of which step it is. */
export function detached(verb: string): ProvenanceError {
  return new ProvenanceError(
    "bad-argument",
    `${verb}() was called without its step; keep the step and call step.${verb}(…)`,
  );
}
