import type { Brief } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { checkOptions, isFollowable } from "./checks.ts";
import { isPlace } from "./content/files.ts";
import { stateDerivation } from "./flow.ts";
import { generateExplicitly } from "./generation.ts";
import type { CheckpointOptions } from "./handle.ts";
import { isCounted } from "./rows.ts";
import { openAround } from "./sections.ts";

const CHECKPOINT_OPTIONS = new Set(["name", "path", "digest"]);

/**
 * States the state in which a model is now: a new entity, derived from the object's earlier one; the file that it was saved to is
 * another, derived from it.
 */
export function recordCheckpoint(
  activity: Activity,
  thing: unknown,
  step: number | undefined,
  options: CheckpointOptions,
): void {
  check(activity, thing, step, options);
  const { name, path, digest } = options;
  const at = step ?? lastStep(activity);
  const owner = openAround(activity);
  owner.record((out) => {
    const generate = (one: object | string, label: string | undefined) => {
      const entity = generateExplicitly(
        owner,
        one,
        { kind: "checkpoint", ...labelled(label), ...digested(digest) },
        out,
      );
      if (at !== undefined) stateStep(entity.name, at, out);
      return entity;
    };
    const saved = generate(
      thing,
      name ?? (isPlace(thing) ? undefined : at === undefined ? "checkpoint" : `checkpoint ${at}`),
    );
    if (path !== undefined) stateDerivation(generate(path, name), saved, out);
  });
}

function stateStep(id: string, step: number, out: Brief[]): void {
  out.push({ kind: "entity", id, attributes: [["provml:stepNumber", step]] });
}

/** In an epoch or batch that one's step, else the step of the row that was logged last. */
function lastStep(activity: Activity): number | undefined {
  if (isCounted(activity)) return activity.rowStep;
  return activity.nextRow > 0 ? activity.nextRow - 1 : undefined;
}

function labelled(name: string | undefined): { name?: string } {
  return name ? { name } : {};
}

function digested(digest: "now" | undefined): { digest?: "now" } {
  return digest === undefined ? {} : { digest };
}

function check(
  { label }: Activity,
  thing: unknown,
  step: unknown,
  options: CheckpointOptions,
): asserts thing is object | string {
  if (!isFollowable(thing)) {
    throw new ProvenanceError(
      "bad-argument",
      `checkpoint() of ${label} takes the model, or the path that it was saved to, not ${thing === "" ? "an empty string" : String(thing)}`,
    );
  }
  if (step !== undefined && (typeof step !== "number" || !Number.isFinite(step))) {
    throw new ProvenanceError(
      "bad-argument",
      `checkpoint() of ${label} takes the number of the step second, e.g. checkpoint(model, 10)`,
    );
  }
  const { path, ...others } = (options ?? {}) as CheckpointOptions;
  checkOptions("checkpoint()", options === null ? (null as never) : { ...others }, CHECKPOINT_OPTIONS);
  if (path !== undefined && (path === "" || !isPlace(path))) {
    throw new ProvenanceError("bad-option", `checkpoint() of ${label}: path is the file that the model was saved to`);
  }
}
