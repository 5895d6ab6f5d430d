import { ProvenanceError } from "../../model/error.ts";
import { microseconds } from "../../series/columns.ts";
import type { SolutionRow } from "../../store/store.ts";
import { quoted } from "../find.ts";
import { partsOfId, shortId } from "../ids.ts";
import { type Continuation, readContinuations } from "../runs/continuations.ts";
import { partsOf } from "../runs/parts.ts";
import type { Source } from "../source.ts";
import { rowsOfSeries } from "./rows.ts";
import { seriesRows } from "./series.ts";

/** One row of a series; `time` in milliseconds since 1970. */
export interface SeriesPoint {
  readonly step: number;
  readonly value: number;
  readonly time: number;
}

/**
 * The rows of a series, in the order of their times; rows of one time in the order in which they were written. Those of a resumed series
 * follow those of the run that it goes on from, up to the checkpoint. The name is a measure's, or the id of one series where several
 * steps have one of that name.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function readPoints(source: Source, run: string, name: string): Promise<SeriesPoint[]> {
  return (await readHistory(source, run, name)).points;
}

/** The rows of a series, and the run that the first of them is of: this one, or one that it goes on from. */
export interface SeriesHistory {
  readonly points: SeriesPoint[];
  readonly firstRun: string;
}

/** @throws {ProvenanceError} as {@link readPoints} */
export async function readHistory(source: Source, run: string, name: string): Promise<SeriesHistory> {
  const starts = await startsOf(source, run, await fittingSeries(source, run, name));
  if (starts) {
    const points = joinedStarts(await Promise.all(starts.map((series) => ownPoints(source, series))));
    return { points, firstRun: run };
  }
  const series = await seriesNamed(source, run, name);
  const points = await ownPoints(source, series);
  return isResumed(series) ? await joined(source, run, series, points) : { points, firstRun: run };
}

async function ownPoints(source: Source, { series }: SolutionRow): Promise<SeriesPoint[]> {
  const id = series?.value ?? "";
  const uuid = partsOfId(id)?.uuid;
  const points: SeriesPoint[] = [];
  if (uuid === undefined) return points;
  for (const { index, step, value, time } of await rowsOfSeries(source, uuid, id)) {
    for (let i = 0; i < index.length; i++) {
      const whole = microseconds(time[i] as number); // as Parquet holds it, so that delivery changes no answer
      points.push({ step: step[i] as number, value: value[i] as number, time: whole / 1000 });
    }
  }
  return points.sort((a, b) => a.time - b.time || 0);
}

/** Of a run that was started again, with one series of a name in each start: these, the first start first. */
async function startsOf(source: Source, run: string, fitting: SolutionRow[]): Promise<SolutionRow[] | undefined> {
  if (fitting.length < 2) return undefined;
  const parts = (await partsOf(source, [run])).get(run) ?? [];
  const restarts = new Map(parts.map(({ id, restart }) => [id, restart]));
  const restartOf = ({ step }: SolutionRow) => restarts.get(step?.value ?? "");
  const found = new Set(fitting.map(restartOf));
  if (found.size < fitting.length || found.has(undefined)) return undefined;
  return fitting.sort((a, b) => (restartOf(a) as number) - (restartOf(b) as number));
}

/** The points of each start, up to where the next one began. */
function joinedStarts(starts: readonly SeriesPoint[][]): SeriesPoint[] {
  let limit = Number.POSITIVE_INFINITY;
  const parts: SeriesPoint[][] = [];
  for (const points of [...starts].reverse()) {
    parts.unshift(points.filter(({ step }) => step < limit));
    for (const { step } of points) limit = Math.min(limit, step);
  }
  return parts.flat();
}

/** The points of a chain of runs, from the last one back to the first; what a later run has of a step counts. */
async function joined(source: Source, run: string, series: SolutionRow, own: SeriesPoint[]): Promise<SeriesHistory> {
  const continuations = await readContinuations(source);
  const parts = [own];
  let firstRun = run;
  const seen = new Set([run]);
  const steps = new Set(own.map(({ step }) => step));
  let [at, later] = [run, series];
  let limit = Number.POSITIVE_INFINITY;
  while (isResumed(later)) {
    const found = await originOf(source, continuations.get(at) ?? [], later, seen);
    if (found === undefined) break;
    const { series: earlier, from } = found;
    const after = later.resumedAfter === undefined ? from.step : Number(later.resumedAfter.value);
    limit = Math.min(limit, after ?? Number.POSITIVE_INFINITY);
    const until = after === undefined && from.time !== undefined ? Date.parse(from.time) + 1 : Number.POSITIVE_INFINITY;
    const points = await ownPoints(source, earlier);
    const before = points.filter(({ step, time }) => step <= limit && time < until && !steps.has(step));
    parts.unshift(before);
    if (before.length > 0) firstRun = from.run;
    for (const { step } of points) if (step <= limit) steps.add(step);
    seen.add(from.run);
    [at, later] = [from.run, earlier];
  }
  return { points: parts.flat(), firstRun };
}

/** The series of that measure in the run that a run went on from; of several runs the furthest that has one. */
async function originOf(
  source: Source,
  continuations: readonly Continuation[],
  { name }: SolutionRow,
  seen: ReadonlySet<string>,
): Promise<{ series: SolutionRow; from: Continuation } | undefined> {
  for (const from of continuations) {
    if (seen.has(from.run)) continue;
    const [series, ...more] = await fittingSeries(source, from.run, name?.value ?? "");
    if (series && more.length === 0) return { series, from };
  }
  return undefined;
}

function isResumed({ isResumed }: SolutionRow): boolean {
  return isResumed?.value === "true";
}

/** The run's own series of a name, else those of its steps, else the one of that id; each once. */
async function fittingSeries(source: Source, run: string, name: string): Promise<SolutionRow[]> {
  const rows = await seriesRows(source, run);
  const byName = rows.filter(({ name: its }) => its?.value === name);
  const own = byName.filter(({ step }) => step?.value === run);
  const fitting = own.length > 0 ? own : byName;
  const all = fitting.length > 0 ? fitting : rows.filter(fitsId(name));
  return [...new Map(all.map((row) => [row.series?.value, row])).values()];
}

async function seriesNamed(source: Source, run: string, name: string): Promise<SolutionRow> {
  const fitting = await fittingSeries(source, run, name);
  const [only] = fitting;
  if (only === undefined) {
    const names = [...new Set((await seriesRows(source, run)).map(({ name: its }) => its?.value))];
    throw new ProvenanceError(
      "not-found",
      `run ${shortId(run)} has no series ${quoted(name)}; ${names.length === 0 ? "it has none" : `it has ${names.join(", ")}`}`,
    );
  }
  if (fitting.length === 1) return only;
  const ids = fitting.map(({ series }) => shortId(series?.value ?? ""));
  throw new ProvenanceError(
    "ambiguous",
    `${ids.length} steps of run ${shortId(run)} have a series ${quoted(name)}; name one by its id: ${ids.join(", ")}`,
  );
}

function fitsId(name: string): (row: SolutionRow) => boolean {
  return ({ series }) => series !== undefined && (series.value === name || series.value.endsWith(`/${name}`));
}
