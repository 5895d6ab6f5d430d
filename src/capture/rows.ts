import type { Brief } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { seriesStatements } from "./activity-statements.ts";
import { now } from "./clock.ts";
import { Series, toNumber } from "./series.ts";

/** One row in the series of each name, at the given step, else at the section's number or the next whole number. */
export function logRows(activity: Activity, values: Readonly<Record<string, number>>, step: number | undefined): void {
  const owner = rowOwner(activity);
  const at = step === undefined ? (owner === activity ? activity.nextRow : activity.number) : toNumber(step);
  if (Number.isFinite(at)) activity.nextRow = at + 1;
  const time = now();
  for (const name in values) {
    const series = seriesNamed(owner, name);
    try {
      series.log(at, values[name] as number, time);
    } catch (error) {
      activity.execution.faults.report(error); // a getter that throws is not the program's error here
    }
  }
}

/** The series of a measure: of the step around the section or inference where the rows are that one's. */
export function seriesNamed(activity: Activity, name: string): Series {
  if (typeof name !== "string" || name === "") {
    throw new ProvenanceError(
      "bad-argument",
      `series() of ${activity.label} takes the name of a measure, e.g. series("loss")`,
    );
  }
  return ownSeries(rowOwner(activity), name);
}

/** How long a section took: the one trace of most epochs. */
export function logDuration({ parent, label, number, startTime }: Activity, time: number): void {
  if (parent === undefined) return;
  ownSeries(rowOwner(parent), `${label}.durationMs`).log(number, time - startTime, time);
}

/** Sections whose rows are rows of the step around them, at the section's number. */
const COUNTED_SECTIONS = new Set(["epoch", "batch", "step", "iteration"]);

/** The activity that the rows logged here are about. */
export function rowOwner(activity: Activity): Activity {
  const { kind, label, parent } = activity;
  const isCounted = kind === "section" ? COUNTED_SECTIONS.has(label) : kind === "inference";
  return isCounted && parent ? rowOwner(parent) : activity;
}

function ownSeries(owner: Activity, name: string): Series {
  const known = owner.seriesByName?.get(name);
  if (known) return known;
  const series = owner.execution.faults.guard(() => newSeries(owner, name)) ?? Series.none;
  owner.seriesByName ??= new Map();
  owner.seriesByName.set(name, series);
  return series;
}

function newSeries(owner: Activity, measure: string): Series {
  const { execution, name: activity } = owner;
  const id = execution.id();
  const out: Brief[] = [];
  owner.start(out);
  out.push(...seriesStatements(id, measure, activity));
  execution.write(out);
  return new Series(execution.sink, execution.sink.series({ id, name: measure, activity }));
}
