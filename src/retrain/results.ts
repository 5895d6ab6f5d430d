import { executionOfId } from "../query/ids.ts";
import type { Graph, Run } from "../query/index.ts";
import { type ComparedFile, compareFiles, isComparable, type Places } from "./compared-files.ts";

/** How far two values of a measure may lie apart and be the same, relative to the greater one. */
export const DEFAULT_TOLERANCE = 1e-3;

/** What doing a run again came to. */
export interface Comparison {
  /**
   * `identical`: every file of a model has the same bytes. `same`: every measure is the same within the tolerance. `incomparable`: there is no file with
   * known bytes, no measure and no series in which they could differ.
   */
  readonly verdict: "identical" | "same" | "different" | "incomparable";
  /** The new run, or execution where there was none. */
  readonly again: string;
  readonly files: readonly ComparedFile[];
  /** A side that does not have it is absent. */
  readonly measures: readonly {
    readonly name: string;
    readonly before?: number;
    readonly after?: number;
    readonly isSame: boolean;
  }[];
  /** The first step at which a series has another value; a side that has none there is absent. */
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

/** What is compared with its like: an execution, and of it a run and what it made. */
export interface Compared extends Places {
  readonly execution: string;
  readonly run?: string;
  /** What was asked for by name. */
  readonly asked?: string;
}

/** Compares a run of one execution, or all of it, with its like of another. */
export async function compareResults(
  graph: Graph,
  before: Compared,
  again: Places & { readonly execution: string },
  tolerance: number,
): Promise<Comparison> {
  const runs = await graph.runs();
  const old = runs.find(({ id }) => id === before.run);
  const twin = old && twinOf(old, runs, again.execution);
  const models = [...(await graph.models({ states: "all" }))].reverse();
  const madeBy = (execution: string, run: Run | undefined) =>
    models.filter((model) =>
      old === undefined ? executionOfId(model.id) === execution : run !== undefined && model.run === run.id,
    );
  const files = await compareFiles(
    graph,
    before.asked,
    { ...before, models: madeBy(before.execution, old) },
    { ...again, models: madeBy(again.execution, twin) },
  );
  const measures = measuresOf(old, twin, tolerance);
  const isIdentical = files.length > 0 && files.every(({ isSame }) => isSame);
  const first = isIdentical || !old || !twin ? undefined : await firstDifference(graph, old.id, twin.id);
  return {
    verdict: isIdentical ? "identical" : otherVerdict(files, measures, first),
    again: twin?.id ?? again.execution,
    files,
    measures,
    ...(first === undefined ? {} : { firstDifference: first }),
    causes: isIdentical || !old || !twin ? [] : await causesOf(graph, old.id, twin.id),
  };
}

function otherVerdict(
  files: Comparison["files"],
  measures: Comparison["measures"],
  first: Comparison["firstDifference"],
): Comparison["verdict"] {
  if (files.some(({ before, after }) => before === undefined || after === undefined)) return "different";
  if (measures.length > 0) return measures.every(({ isSame }) => isSame) ? "same" : "different";
  return first !== undefined || files.some(isComparable) ? "different" : "incomparable";
}

/** The run of the same name and place among those of its name. */
function twinOf(old: Run, runs: readonly Run[], again: string): Run | undefined {
  const named = (execution: string) =>
    runs.filter((run) => run.execution === execution && run.name === old.name).reverse();
  return named(again)[named(old.execution).findIndex(({ id }) => id === old.id)];
}

/** Those of both. */
function measuresOf(old: Run | undefined, twin: Run | undefined, tolerance: number): Comparison["measures"] {
  const names = new Set([...Object.keys(old?.measures ?? {}), ...Object.keys(twin?.measures ?? {})]);
  return [...names]
    .filter((name) => !isTiming(name))
    .map((name) => {
      const [before, after] = [old?.measures[name], twin?.measures[name]];
      const isSame = before !== undefined && after !== undefined && isClose(before, after, tolerance);
      return {
        name,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        isSame,
      };
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
  for (const series of new Set([...(await graph.seriesNames(old)), ...(await graph.seriesNames(twin))])) {
    if (isTiming(series)) continue;
    const { rows } = await graph.align([old, twin], [series]);
    const row = rows.find(({ values: [ours, theirs] }) => !Object.is(ours, theirs));
    if (row === undefined || (first !== undefined && first.step <= row.at)) continue;
    const [before, after] = row.values;
    first = {
      series,
      step: row.at,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
  }
  return first;
}

/** What the comparison of both runs names beside measures, and the branch: it is done again in a worktree, which is on none. */
async function causesOf(graph: Graph, old: string, twin: string): Promise<string[]> {
  const { fields, runs } = await graph.compare([old, twin]);
  return fields
    .filter(({ aspect, name }) => aspect !== "measures" && !(aspect === "source" && name === "branch"))
    .map(
      ({ aspect, name }) =>
        `${aspect} ${name}: ${runs.map((run) => JSON.stringify(run[aspect][name]) ?? "nothing").join(" and ")}`,
    );
}
