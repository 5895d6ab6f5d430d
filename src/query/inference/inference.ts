import { describe, iris, present, timeOf } from "../facts.ts";
import { grouped } from "../grouped.ts";
import { selectInBatches } from "../lookup.ts";
import { type RunStatus, STATUS_PROPERTIES, statusesOf } from "../runs/status.ts";
import type { Source } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { addDistributions, type Distribution, doAddUp, quantile } from "./distribution.ts";
import { type InferenceWindow, readWindows, type WindowCounts, type WindowsOptions } from "./windows.ts";

/** What windows come to together: of any streams, replicas and ranks, in any order. Counts are exact. */
export interface InferenceSummary {
  /** The names of the streams and wrapped functions. */
  readonly names: readonly string[];
  readonly streams: readonly StreamSummary[];
  readonly windows: number;
  /** Windows that are known to be missing: their streams have later ones. */
  readonly missingWindows: number;
  /** xsd:dateTime in UTC: the start of the first window and the end of the last one. */
  readonly from: string;
  readonly to: string;
  readonly counts: WindowCounts;
  /** Absent where the scores of some windows are counted in other bins than those of others. */
  readonly scores?: Distribution;
  /** In milliseconds. */
  readonly latencies?: Distribution;
  readonly latencyMs?: { readonly p50: number; readonly p95: number; readonly p99: number; readonly maximum: number };
  readonly decisions: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  /** The entities of the models that answered. */
  readonly models: readonly string[];
  readonly devices: readonly string[];
}

/** One stream, or one wrapped function in one step. */
export interface StreamSummary {
  readonly id: string;
  readonly name: string;
  /** Of the stream or the step; of an interrupted one the window that was open is lost. */
  readonly status: RunStatus;
  readonly windows: number;
  /** The numbers below the greatest that no window has. */
  readonly missing: readonly number[];
}

/** The numbers of all windows of these streams, whatever model answered in them. */
const NUMBERS = (streams: readonly string[]): Sparql => sparql`
SELECT ?stream ?name ?number WHERE {
  VALUES ?stream { ${iris(streams)} }
  ?window dcterms:isPartOf ?stream ; a provml:InferenceWindowExecution ; provml:inferenceName ?name ; provml:windowNumber ?number
}`;

export async function readInference(
  source: Source,
  name: string,
  options: WindowsOptions = {},
): Promise<InferenceSummary> {
  return summarize(source, await readWindows(source, name, options));
}

/** By name, in the order of names. */
export async function readInferences(source: Source): Promise<InferenceSummary[]> {
  const byName = [...grouped(await readWindows(source), ({ name }) => name)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(byName.map(([, windows]) => summarize(source, windows)));
}

async function summarize(source: Source, windows: readonly InferenceWindow[]): Promise<InferenceSummary> {
  const streams = await streamsOf(source, windows);
  const latencies = added(windows.map((window) => window.latencies));
  return present({
    names: distinct(windows.map(({ name }) => name)),
    streams,
    windows: windows.length,
    missingWindows: streams.reduce((sum, { missing }) => sum + missing.length, 0),
    from: windows[0]?.startedAt ?? "",
    to: windows.reduce((last, { endedAt }) => ((timeOf(endedAt) ?? 0) > (timeOf(last) ?? 0) ? endedAt : last), ""),
    counts: sums(windows.map(({ counts }) => counts)) as WindowCounts,
    scores: added(windows.map(({ scores }) => scores)),
    latencies,
    latencyMs: latencies && quantilesOf(latencies),
    decisions: sums(windows.map(({ decisions }) => decisions)),
    failures: sums(windows.map(({ failures }) => failures)),
    models: distinct(windows.flatMap(({ models }) => models)),
    devices: distinct(windows.flatMap(({ device }) => device ?? [])),
  }) as InferenceSummary;
}

async function streamsOf(source: Source, windows: readonly InferenceWindow[]): Promise<StreamSummary[]> {
  const ids = distinct(windows.map(({ stream }) => stream));
  const facts = await describe(source, ids, STATUS_PROPERTIES);
  const statuses = await statusesOf(source, new Map(ids.map((id) => [id, facts.get(id) ?? new Map()])));
  const key = (stream: string, name: string) => `${stream} ${name}`;
  const numbers = new Map<string, Set<number>>();
  for (const { stream, name, number } of await selectInBatches(source, ids, NUMBERS)) {
    const its = key(stream?.value ?? "", name?.value ?? "");
    numbers.set(its, (numbers.get(its) ?? new Set()).add(Number(number?.value)));
  }
  return [...grouped(windows, ({ stream, name }) => key(stream, name))].map(([its, [first, ...more]]) => {
    const { stream, name } = first as InferenceWindow;
    const missing = gapsIn(numbers.get(its) ?? new Set());
    return { id: stream, name, status: statuses.get(stream)?.status ?? "silent", windows: 1 + more.length, missing };
  });
}

function gapsIn(numbers: ReadonlySet<number>): number[] {
  const sorted = [...numbers].sort((a, b) => a - b);
  const gaps: number[] = [];
  let expected = 1;
  for (const number of sorted) {
    for (; expected < number && gaps.length < MOST_GAPS; expected++) gaps.push(expected);
    expected = number + 1;
  }
  return gaps;
}
const MOST_GAPS = 1e6;

function added(all: readonly (Distribution | undefined)[]): Distribution | undefined {
  const some = all.filter((one) => one !== undefined);
  return some.some((one) => !doAddUp(one, some[0] as Distribution)) ? undefined : sum(some);
}

/** Two by two, so that long lists are copied few times. */
function sum(all: readonly Distribution[]): Distribution | undefined {
  if (all.length <= 1) return all[0];
  const half = all.length >> 1;
  return addDistributions(sum(all.slice(0, half)) as Distribution, sum(all.slice(half)) as Distribution);
}

function quantilesOf(latencies: Distribution): InferenceSummary["latencyMs"] {
  const at = (q: number) => quantile(latencies, q) ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), maximum: at(1) };
}

function sums(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const one of all) for (const [name, count] of Object.entries(one)) totals[name] = (totals[name] ?? 0) + count;
  return totals;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
