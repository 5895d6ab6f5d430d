import type { BriefValue, Name } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { now } from "./clock.ts";
import type { StoppedOptions } from "./handle.ts";
import { rowOwner } from "./rows.ts";
import { redact } from "./secrets.ts";
import { openAround } from "./sections.ts";
import { LONGEST_STRING } from "./values.ts";

/** What a step's loop was stopped by: what the program says and that the loop was left are stated of one entity. */
export interface Stopping {
  readonly name: Name;
  isSaid: boolean;
  isSeen: boolean;
}

/** What user code says of why a training was stopped before its planned end, and which epoch was the best. */
export function recordStopping(activity: Activity, options: StoppedOptions): void {
  const { reason, best } = checked(activity, options);
  const step = openAround(rowOwner(activity));
  const attributes: [Name, BriefValue][] = [];
  if (reason !== undefined) attributes.push(["provml:reason", redact(reason).slice(0, LONGEST_STRING)]);
  if (best !== undefined) attributes.push(["provml:bestStep", best]);
  state(step, attributes, "isSaid");
}

/** That a loop over epochs was left before the last one had ended. */
export function recordLeftLoop({ parent, label, number, plannedCount }: Activity): void {
  if (parent === undefined || plannedCount === undefined || number >= plannedCount - 1) return;
  const attributes: [Name, BriefValue][] = [
    ["provml:sectionKind", label],
    ["provml:stoppedAtStep", number],
    ["provml:plannedCount", plannedCount],
  ];
  state(parent, attributes, "isSeen");
}

function state(step: Activity, attributes: [Name, BriefValue][], what: "isSaid" | "isSeen"): void {
  step.record((out) => {
    let stopping = step.stopping;
    if (stopping === undefined || stopping[what]) {
      stopping = { name: step.execution.id(), isSaid: false, isSeen: false };
      step.stopping = stopping;
      attributes.unshift(["prov:type", { name: "provml:EarlyStopping" }], ["rdfs:label", `${step.label} stopped`]);
      out.push({ kind: "wasGeneratedBy", entity: stopping.name, activity: step.name, time: now() });
    }
    stopping[what] = true;
    out.push({ kind: "entity", id: stopping.name, attributes });
  });
}

function checked({ label }: Activity, options: StoppedOptions): StoppedOptions {
  const isObject = typeof options === "object" && options !== null;
  const unknown = isObject ? Object.keys(options).find((name) => name !== "reason" && name !== "best") : "";
  const { reason, best } = isObject ? options : {};
  if (
    unknown !== undefined ||
    (reason !== undefined && typeof reason !== "string") ||
    (best !== undefined && !Number.isFinite(best))
  ) {
    throw new ProvenanceError(
      "bad-option",
      `stoppedEarly() of ${label} takes { reason, best }: a string and the number of the best epoch`,
    );
  }
  return { ...(reason ? { reason } : {}), ...(best === undefined ? {} : { best }) };
}
