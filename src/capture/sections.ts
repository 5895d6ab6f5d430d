import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { callInside } from "./call.ts";
import type { Section } from "./handle.ts";

/** The epochs of a step; one that is left by `break`, `return` or an error has ended early. */
export function* epochsOf(step: Activity, count: number): Generator<Section, void, void> {
  if (!Number.isInteger(count) || count < 0) {
    throw new ProvenanceError(
      "bad-argument",
      `epochs() of ${step.label} takes a whole number of epochs, not ${String(count)}`,
    );
  }
  let epoch: Activity | undefined;
  try {
    for (let number = 0; number < count; number++) {
      epoch = step.beginSection("epoch", number);
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
  const section = step.beginSection(kind, number + 0);
  return fn === undefined ? section : (callInside(section, fn as never, undefined, [section]) as T);
}
