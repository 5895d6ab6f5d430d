import type { CurvesPanel } from "../draw/curves/panel.ts";
import type { Graph, RunDetail, SeriesPoint } from "../query/index.ts";
import { shownId } from "./graph-text.ts";

export interface RunSeries {
  /** The run's IRI. */
  readonly run: string;
  /** What tells it from the other runs. */
  readonly label: string;
  readonly name: string;
  readonly points: readonly SeriesPoint[];
}

/** The rows of these runs' series; without names of all but how long sections took and what the processes used. */
export async function readSeries(
  graph: Graph,
  runs: readonly string[],
  names?: readonly string[],
): Promise<RunSeries[]> {
  const details: RunDetail[] = [];
  for (const run of runs) details.push(await graph.run(run));
  const all: RunSeries[] = [];
  for (const [run, label] of labelled(details)) {
    for (const name of names ?? namesOf(run))
      all.push({ run: run.id, label, name, points: await graph.series(run.id, name) });
  }
  return all;
}

/** A plot for each name, with a curve for each run. */
export function panelsOf(series: readonly RunSeries[], by: "step" | "time"): CurvesPanel[] {
  const names = [...new Set(series.map(({ name }) => name))];
  return names.map((title) => {
    const curves = series
      .filter(({ name }) => name === title)
      .map(({ label, points }) => {
        const start = points[0]?.time ?? 0;
        return {
          name: label,
          points: points.map(({ step, time, value }) => ({
            x: by === "step" ? step : (time - start) / 1000,
            y: value,
          })),
        };
      });
    return { title, curves };
  });
}

/** Runs by their names, and by their ids where several have one. */
export function labelled(runs: readonly RunDetail[]): Map<RunDetail, string> {
  const each = [...new Map(runs.map((run) => [run.id, run])).values()];
  const isTwice = ({ name }: RunDetail) => each.filter((other) => other.name === name).length > 1;
  return new Map(each.map((run) => [run, isTwice(run) ? `${run.name} ${shownId(run.id)}` : run.name]));
}

function namesOf({ series, execution }: RunDetail): string[] {
  const own = series.filter(({ name, step }) => step !== execution && !name.endsWith(".durationMs"));
  return [...new Set(own.map(({ name }) => name))];
}
