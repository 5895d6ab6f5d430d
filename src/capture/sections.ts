import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { callInside } from "./call.ts";
import type { EpochsOptions, Section } from "./handle.ts";
import { isCounted, rowOwner } from "./rows.ts";

/** The epochs of a step; where it is left by `break`, `return` or an error it was stopped early. */
export function* epochsOf(step: Activity, count: number, options: EpochsOptions): Generator<Section, void, void> {
  const { first = 0 } = checkedOptions(step, options);
  for (const [name, value] of [
    ["a whole number of epochs", count],
    ["as `first` a whole number", first],
  ] as const) {
    if (!Number.isInteger(value) || value < 0) {
      throw new ProvenanceError("bad-argument", `epochs() of ${step.label} takes ${name}, not ${String(value)}`);
    }
  }
  const owner = openAround(step);
  owner.stopping = undefined; // what stopped an earlier loop is not what stops this one
  let epoch: Activity | undefined;
  try {
    for (let number = first; number < count; number++) {
      epoch = owner.beginSection("epoch", number, rowStep(owner, "epoch", number));
      epoch.plannedCount = count;
      yield epoch;
      epoch.end("provml:Completed");
      epoch = undefined;
    }
  } finally {
    epoch?.end("provml:EndedEarly");
  }
}

/** A part of a step: an open one, or what a call of a function was. */
export function sectionOf<T>(
  step: Activity,
  kind: string,
  number: number,
  fn: ((section: Section) => T) | undefined,
): Section | T {
  if (typeof kind !== "string" || kind === "" || !Number.isFinite(number)) {
    throw new ProvenanceError(
      "bad-argument",
      `section() of ${step.label} takes a kind and a number, e.g. section("fold", 3)`,
    );
  }
  if (fn !== undefined && typeof fn !== "function") {
    throw new ProvenanceError("bad-argument", `section() of ${step.label} calls a function, not ${typeof fn}`);
  }
  const owner = openAround(step);
  const section = owner.beginSection(kind, number + 0, rowStep(owner, kind, number + 0));
  return fn === undefined ? section : (callInside(section, fn as never, undefined, [section]) as T);
}

/** The activity itself, or the first one around it that has not ended: nothing begins in what has ended. */
export function openAround(activity: Activity): Activity {
  let open = activity;
  while (open.isEnded && open.parent) open = open.parent;
  return open;
}

/** How the batches of one kind inside epochs are counted on over all of them. */
export interface Counting {
  /** The epoch, and by how much its batches' steps are more than their numbers. */
  around: Activity | undefined;
  offset: number;
  /** The least number so far, 0 or 1 as a rule, and the greatest step. */
  least: number;
  last: number;
}

/**
 * The step at which the rows of a section stand: its number; of a batch inside an epoch, where the numbers begin anew with each epoch, as
 * many more as there were before. An epoch whose first number is beyond all before is taken to count on by itself.
 */
function rowStep(around: Activity, kind: string, number: number): number {
  if (!isCounted(around) || !isCounted({ kind: "section", label: kind })) return number;
  const owner = rowOwner(around);
  owner.countings ??= new Map();
  let counting = owner.countings.get(kind);
  if (counting === undefined) {
    counting = { around: undefined, offset: 0, least: number, last: Number.NEGATIVE_INFINITY };
    owner.countings.set(kind, counting);
  }
  if (number < counting.least) counting.least = number;
  if (counting.around !== around) {
    counting.around = around;
    counting.offset = number > counting.last ? 0 : counting.last + 1 - counting.least;
  }
  const step = number + counting.offset;
  if (step > counting.last) counting.last = step;
  return step;
}

function checkedOptions(step: Activity, options: EpochsOptions): EpochsOptions {
  if (typeof options === "object" && options !== null) {
    const unknown = Object.keys(options).find((name) => name !== "first");
    if (unknown === undefined) return options;
  }
  throw new ProvenanceError(
    "bad-option",
    `epochs() of ${step.label} takes { first } as its options, e.g. { first: 10 }`,
  );
}
