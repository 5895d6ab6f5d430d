import { plainValue } from "../../rdf/terms.ts";
import { timeOf } from "../facts.ts";
import { grouped } from "../grouped.ts";
import { partsOfId } from "../ids.ts";
import { executionsOf } from "../runs/executions.ts";
import { findRun } from "../runs/run.ts";
import { readRuns } from "../runs/runs.ts";
import type { RunStatus } from "../runs/status.ts";
import { rowsOfSeries } from "../series/rows.ts";
import { seriesRows } from "../series/series.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";

export interface Q2Parameters {
  /** The training: its run's id or name. */
  readonly run: string;
  /** What is timed: `epoch`, `batch`, `fold` or another kind of section. Default: `epoch`. */
  readonly section?: string;
}

/** How long the sections of a training took, by host; the same while it runs, of those that have ended so far. */
export interface Q2Answer {
  readonly run: { readonly id: string; readonly name: string; readonly status: RunStatus };
  readonly section: string;
  /** The host that took longest first. A training in which no such section is recorded has none. */
  readonly hosts: readonly (SectionTimes & { readonly host?: string })[];
  readonly all: SectionTimes;
}

export interface SectionTimes {
  readonly count: number;
  /** Milliseconds; absent where there is nothing to divide by. */
  readonly meanMs?: number;
  /** The standard deviation of the sections, with n - 1. */
  readonly sdMs?: number;
  readonly leastMs?: number;
  readonly mostMs?: number;
}

/** Sections as activities. */
const SECTIONS = (run: string, kind: string): Sparql => sparql`
SELECT DISTINCT ?section ?start ?end WHERE {
  ?section dcterms:isPartOf* ${{ iri: run }} .
  ?section provml:sectionKind ${kind} ; prov:startedAtTime ?start ; prov:endedAtTime ?end .
}`;

/**
 * Capture writes the duration of every section as a row. Where there is no such row, as in what other tools recorded, sections that are activities count.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function sectionTimes(source: Source, { run: name, section = "epoch" }: Q2Parameters): Promise<Q2Answer> {
  const id = await findRun(source, name);
  const durations: { readonly step: string; readonly ms: number }[] = [];
  const series = (await seriesRows(source, id)).filter((row) => row.name?.value === `${section}.durationMs`);
  for (const [iri, [row]] of grouped(series, ({ series: its }) => its?.value ?? "")) {
    for (const { value } of await rowsOfSeries(source, partsOfId(iri)?.uuid ?? "", iri))
      for (const ms of value) durations.push({ step: row?.step?.value ?? "", ms });
  }
  const activities = durations.length > 0 ? [] : await select(source, SECTIONS(id, section));
  for (const { section: step, start, end } of activities) {
    const [from, to] = [start, end].map((term) => timeOf(term && String(plainValue(term))));
    if (step && from !== undefined && to !== undefined) durations.push({ step: step.value, ms: to - from });
  }
  const executions = await executionsOf(
    source,
    durations.map(({ step }) => step),
  );
  const byHost = grouped(durations, ({ step }) => executions.get(step)?.host);
  const hosts = Array.from(byHost, ([host, its]) => ({ ...(host === undefined ? {} : { host }), ...timesOf(its) }));
  const run = (await readRuns(source)).find((one) => one.id === id);
  return {
    run: { id, name: run?.name ?? "", status: run?.status ?? "silent" },
    section,
    hosts: hosts.sort(
      (a, b) => (b.meanMs ?? 0) - (a.meanMs ?? 0) || String(a.host).localeCompare(String(b.host), "en"),
    ),
    all: timesOf(durations),
  };
}

function timesOf(durations: readonly { readonly ms: number }[]): SectionTimes {
  const values = durations.map(({ ms }) => ms).filter(Number.isFinite);
  const count = values.length;
  if (count === 0) return { count };
  const meanMs = values.reduce((sum, ms) => sum + ms, 0) / count;
  const squares = values.reduce((sum, ms) => sum + (ms - meanMs) ** 2, 0);
  const [leastMs, mostMs] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return { count, meanMs, ...(count > 1 ? { sdMs: Math.sqrt(squares / (count - 1)) } : {}), leastMs, mostMs };
}
