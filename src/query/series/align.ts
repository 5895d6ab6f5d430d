import { ProvenanceError } from "../../model/error.ts";
import { timeOf } from "../facts.ts";
import { quoted } from "../find.ts";
import { whole } from "../listing.ts";
import { findRun } from "../runs/run.ts";
import { type Run, readRuns } from "../runs/runs.ts";
import type { Source } from "../source.ts";
import { readHistory } from "./points.ts";

export interface AlignOptions {
  /** `step`: by the steps' numbers. `time`: by milliseconds since the run began, of one that goes on from others since the first of them began. Default: `step`. */
  readonly by?: "step" | "time";
  /** How many rows at most: where there are more, evenly spaced ones of them, the first and the last among them. Default: all. */
  readonly rows?: number;
}

/** Series side by side. */
export interface AlignedSeries {
  readonly by: "step" | "time";
  /** One for each run and name, in the order in which they were given; a run has its id and name. */
  readonly columns: readonly { readonly run: string; readonly runName: string; readonly series: string }[];
  /** In order of `at`: a step's number, or milliseconds. `values` has one for each column, undefined where that has nothing there. */
  readonly rows: readonly { readonly at: number; readonly values: readonly (number | undefined)[] }[];
}

/**
 * The series of these names of these runs, row by row. What a resumed run goes on from stands before it, as in `series`; of several rows of one step, or of
 * one millisecond, the last counts. A run that has no series of a name has an empty column.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-argument`, `bad-option`
 */
export async function readAligned(
  source: Source,
  runs: readonly string[],
  names: readonly string[],
  { by = "step", rows: most }: AlignOptions = {},
): Promise<AlignedSeries> {
  checkNames("runs", runs);
  checkNames("names", names);
  if (by !== "step" && by !== "time")
    throw new ProvenanceError("bad-option", `by is ${JSON.stringify(by)}; give "step" or "time"`);
  if (most !== undefined && whole("rows", most) < 2) throw new ProvenanceError("bad-option", "rows is less than 2");
  const known = new Map((await readRuns(source)).map((run) => [run.id, run]));
  const columns: Column[] = [];
  for (const name of runs) {
    const id = known.has(name) ? name : await findRun(source, name);
    for (const series of names) columns.push(await columnOf(source, known, id, series, by));
  }
  if (columns.every(({ isThere }) => !isThere))
    throw new ProvenanceError("not-found", `none of these runs has a series ${names.map(quoted).join(" or ")}`);
  const places = thinned(placesOf(columns), most);
  return {
    by,
    columns: columns.map(({ run, runName, series }) => ({ run, runName, series })),
    rows: rowsAt(places, columns),
  };
}

function checkNames(what: string, names: readonly string[]): void {
  if (Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === "string")) return;
  throw new ProvenanceError("bad-argument", `align() takes lists of ${what}, e.g. align(["fit-1", "fit-2"], ["loss"])`);
}

/** Sixteen bytes a row: what is read of one series is let go before the next one is. */
interface Column {
  readonly run: string;
  readonly runName: string;
  readonly series: string;
  readonly isThere: boolean;
  readonly at: Float64Array;
  readonly value: Float64Array;
}

async function columnOf(
  source: Source,
  known: ReadonlyMap<string, Run>,
  run: string,
  series: string,
  by: "step" | "time",
): Promise<Column> {
  const head = { run, runName: known.get(run)?.name ?? run, series };
  const history = await readHistory(source, run, series).catch((error: unknown) => {
    if (error instanceof ProvenanceError && error.code === "not-found") return undefined;
    throw error;
  });
  if (history === undefined) return { ...head, isThere: false, at: new Float64Array(0), value: new Float64Array(0) };
  const { points, firstRun } = history;
  const begin = by === "time" ? (timeOf(known.get(firstRun)?.startedAt) ?? points[0]?.time ?? 0) : 0;
  const last = new Map<number, number>();
  for (const { step, time, value } of points) last.set(by === "time" ? time - begin : step, value);
  const at = Float64Array.from(last.keys()).sort();
  return { ...head, isThere: true, at, value: at.map((place) => last.get(place) as number) };
}

function placesOf(columns: readonly Column[]): Float64Array {
  const all = new Set<number>();
  for (const { at } of columns) for (const place of at) all.add(place);
  return Float64Array.from(all).sort();
}

function thinned(places: Float64Array, most: number | undefined): Float64Array {
  if (most === undefined || places.length <= most) return places;
  const last = places.length - 1;
  return Float64Array.from({ length: most }, (_, i) => places[Math.round((i * last) / (most - 1))] as number);
}

function rowsAt(places: Float64Array, columns: readonly Column[]): AlignedSeries["rows"] {
  const next = columns.map(() => 0);
  return Array.from(places, (at) => {
    const values = columns.map((column, i) => {
      let place = next[i] as number;
      while (place < column.at.length && (column.at[place] as number) < at) place++;
      next[i] = place;
      return column.at[place] === at ? column.value[place] : undefined;
    });
    return { at, values };
  });
}
