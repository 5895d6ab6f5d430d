import type { Graph, Model, Run } from "../query/index.ts";

/** How far two values of a measure may lie apart and be the same, relative to the greater one. */
export const DEFAULT_TOLERANCE = 1e-3;

/** What doing a run again came to. */
export interface Comparison {
  /** `identical`: the model has the same bytes. `same`: every measure is the same within the tolerance. */
  readonly verdict: "identical" | "same" | "different";
  /** The new run, or execution where there was none. */
  readonly again: string;
  readonly files: readonly {
    readonly path: string;
    readonly isSame: boolean;
    readonly before?: string;
    readonly after?: string;
  }[];
  readonly measures: readonly {
    readonly name: string;
    readonly before: number;
    readonly after?: number;
    readonly isSame: boolean;
  }[];
  /** The first step at which a series has another value. */
  readonly firstDifference?: {
    readonly series: string;
    readonly step: number;
    readonly before?: number;
    readonly after?: number;
  };
  /** What else is not the same: of the settings, the data, the source, the surroundings. */
  readonly causes: readonly string[];
}

/** The execution that does another one again, of those that were not there before. */
export async function executionsAgain(graph: Graph, execution: string): Promise<string[]> {
  const rows = await graph.sparql`SELECT DISTINCT ?again WHERE { ?again provml:reproduces ${{ iri: execution }} }`;
  return rows.map(({ again }) => String(again));
}

/** Compares a run of one execution, or all of it, with its like of another. */
export async function compareResults(
  graph: Graph,
  before: { readonly execution: string; readonly run?: string },
  again: string,
  tolerance: number,
): Promise<Comparison> {
  const runs = await graph.runs();
  const old = runs.find(({ id }) => id === before.run);
  const twin = old && twinOf(old, runs, again);
  const models = await graph.models({ states: "all" });
  const files = filesOf(models, old, twin);
  const measures = measuresOf(old, twin, tolerance);
  const isIdentical = files.length > 0 && files.every(({ isSame }) => isSame);
  const isSame = measures.length > 0 && measures.every((one) => one.isSame);
  const verdict = isIdentical ? "identical" : isSame ? "same" : "different";
  const first = verdict === "identical" || !old || !twin ? undefined : await firstDifference(graph, old.id, twin.id);
  return {
    verdict,
    again: twin?.id ?? again,
    files,
    measures,
    ...(first === undefined ? {} : { firstDifference: first }),
    causes: verdict === "identical" || !old || !twin ? [] : await causesOf(graph, old.id, twin.id),
  };
}

/** The run of the same name and place among those of its name. */
function twinOf(old: Run, runs: readonly Run[], again: string): Run | undefined {
  const named = (execution: string) =>
    runs.filter((run) => run.execution === execution && run.name === old.name).reverse();
  return named(again)[named(old.execution).findIndex(({ id }) => id === old.id)];
}

/** Files of its models and checkpoints, by their last part: the same file lies elsewhere now. */
function filesOf(models: readonly Model[], old: Run | undefined, twin: Run | undefined): Comparison["files"] {
  const digests = (run: Run | undefined) =>
    new Map(
      models
        .filter((model) => run !== undefined && model.run === run.id)
        .reverse()
        .flatMap(({ files, sha256, label }) => [
          ...files.map((file) => [file.path.slice(file.path.lastIndexOf("/") + 1), file.sha256] as const),
          ...(sha256 === undefined ? [] : [[label, sha256] as const]),
        ]),
    );
  const after = digests(twin);
  return Array.from(digests(old), ([path, sha256]) => {
    const other = after.get(path);
    const isSame = sha256 !== undefined && sha256 === other;
    return {
      path,
      isSame,
      ...(sha256 === undefined ? {} : { before: sha256 }),
      ...(other === undefined ? {} : { after: other }),
    };
  });
}

function measuresOf(old: Run | undefined, twin: Run | undefined, tolerance: number): Comparison["measures"] {
  return Object.entries(old?.measures ?? {})
    .filter(([name]) => !isTiming(name))
    .map(([name, before]) => {
      const after = twin?.measures[name];
      const isSame = after !== undefined && isClose(before, after, tolerance);
      return { name, before, ...(after === undefined ? {} : { after }), isSame };
    });
}

function isTiming(name: string): boolean {
  return name.endsWith("durationMs") || /^(cpu|memory|machine|gpu)\./.test(name);
}

function isClose(a: number, b: number, tolerance: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/** Step by step through all series of both. */
async function firstDifference(graph: Graph, old: string, twin: string): Promise<Comparison["firstDifference"]> {
  let first: Comparison["firstDifference"];
  for (const series of await graph.seriesNames(old)) {
    if (isTiming(series)) continue;
    const ours = await graph.series(old, series);
    const theirs = await graph.series(twin, series).catch(() => []);
    const at = ours.findIndex((point, i) => !Object.is(point.value, theirs[i]?.value));
    const point = ours[at];
    if (point === undefined || (first !== undefined && first.step <= point.step)) continue;
    const after = theirs[at]?.value;
    first = { series, step: point.step, before: point.value, ...(after === undefined ? {} : { after }) };
  }
  return first;
}

/** What the comparison of both runs names beside measures. */
async function causesOf(graph: Graph, old: string, twin: string): Promise<string[]> {
  const { fields, runs } = await graph.compare([old, twin]);
  return fields
    .filter(({ aspect }) => aspect !== "measures")
    .map(
      ({ aspect, name }) => `${aspect} ${name}: ${runs.map((run) => JSON.stringify(run[aspect][name])).join(" and ")}`,
    );
}
