import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { seriesStatements } from "./activity-statements.ts";
import { now } from "./clock.ts";
import type { SeriesOptions } from "./handle.ts";
import { cleanName } from "./secrets.ts";
import { Series, toNumber } from "./series.ts";

/** One row in the series of each name, at the given step, else at the section's own or the next whole number. */
export function logRows(activity: Activity, values: Readonly<Record<string, number>>, step: number | undefined): void {
  if (typeof values !== "object" || values === null) throw badRow(activity, values);
  const owner = rowOwner(activity);
  const at = step === undefined ? (owner === activity ? activity.nextRow : activity.rowStep) : toNumber(step);
  if (Number.isFinite(at)) activity.nextRow = at + 1;
  const time = now();
  try {
    for (const name in values) {
      const series = ownSeries(owner, name);
      try {
        series.log(at, values[name] as number, time);
      } catch (error) {
        activity.execution.faults.report(error); // a getter that throws is not the program's error here
      }
    }
  } catch (error) {
    activity.execution.faults.report(error); // nor is a Proxy that does not tell its names
  }
}

/**
 * The series of a measure: of the step around the section or inference where the rows are that one's. One that goes on from
 * the series of a run whose checkpoint is used is marked so.
 */
export function seriesNamed(activity: Activity, name: string, options?: SeriesOptions): Series {
  if (typeof name !== "string" || name === "") {
    throw new ProvenanceError(
      "bad-argument",
      `series() of ${activity.label} takes the name of a measure, e.g. series("loss")`,
    );
  }
  const series = ownSeries(rowOwner(activity), name);
  if (options !== undefined) markResumed(activity, series, options);
  return series;
}

/** How long a section took: the one trace of most epochs. */
export function logDuration({ parent, label, rowStep, startTime }: Activity, time: number): void {
  if (parent === undefined) return;
  ownSeries(rowOwner(parent), `${label}.durationMs`).log(rowStep, time - startTime, time);
}

/** Sections whose rows are rows of the step around them, at the section's number. */
const COUNTED_SECTIONS = new Set(["epoch", "batch", "step", "iteration"]);

export function isCounted({ kind, label }: Pick<Activity, "kind" | "label">): boolean {
  return kind === "section" && COUNTED_SECTIONS.has(label);
}

/** The activity that the rows logged here are about. */
export function rowOwner(activity: Activity): Activity {
  const { kind, parent } = activity;
  return parent && (kind === "inference" || isCounted(activity)) ? rowOwner(parent) : activity;
}

/** Series of one step. Each is held in memory and announced in every segment: names that are made of data are no measures. */
const MOST_SERIES = 10_000;

function ownSeries(owner: Activity, name: string): Series {
  const known = owner.seriesByName?.get(name);
  if (known) return known;
  const { faults } = owner.execution;
  owner.seriesByName ??= new Map();
  const isFull = owner.seriesByName.size >= MOST_SERIES;
  if (owner.seriesByName.size > MOST_SERIES) return Series.none;
  if (isFull)
    faults.report(new RangeError(`${owner.label} logs more than ${MOST_SERIES} series; the rest is not recorded`));
  const series = isFull ? Series.none : (faults.guard(() => newSeries(owner, name)) ?? Series.none);
  owner.seriesByName.set(name, series);
  return series;
}

function newSeries(owner: Activity, told: string): Series {
  const { execution, name: activity } = owner;
  const measure = cleanName(told);
  const id = execution.id();
  const out: Brief[] = [];
  owner.start(out);
  out.push(...seriesStatements(id, measure, activity));
  execution.write(out);
  return new Series(execution.sink, execution.sink.series({ id, name: measure, activity }), id);
}

function markResumed({ execution, label }: Activity, series: Series, options: SeriesOptions): void {
  const isObject = typeof options === "object" && options !== null;
  const unknown = isObject ? Object.keys(options).find((name) => name !== "resumed") : "";
  const { resumed = false } = isObject ? options : {};
  if (unknown !== undefined || !(typeof resumed === "boolean" || Number.isFinite(resumed))) {
    throw new ProvenanceError(
      "bad-option",
      `series() of ${label} takes { resumed }: true, or the last step that counts of the run that it goes on from`,
    );
  }
  const { id } = series;
  if (resumed === false || series.isResumed || id === undefined) return;
  series.isResumed = true;
  const attributes: [Name, BriefValue][] = [["provml:isResumed", true]];
  if (typeof resumed === "number") attributes.push(["provml:resumedAfterStep", resumed]);
  execution.faults.guard(() => execution.write([{ kind: "entity", id, attributes }]));
}

function badRow({ label }: Activity, values: unknown): ProvenanceError {
  const what = values === null ? "null" : `a ${typeof values}`;
  return new ProvenanceError(
    "bad-argument",
    `log() of ${label} takes an object of names and numbers, e.g. log({ loss: 0.1 }), not ${what}`,
  );
}
