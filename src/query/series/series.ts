import { plainValue } from "../../rdf/terms.ts";
import type { SolutionRow } from "../../store/store.ts";
import { groupBy, present } from "../facts.ts";
import { compareIds, partsOfId } from "../ids.ts";
import { kept, type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { type RowSummary, summariesOf } from "./rows.ts";

/** A series of a run, and what its rows come to. */
export interface SeriesInfo extends Partial<RowSummary> {
  readonly id: string;
  readonly name: string;
  /** The step whose series it is. */
  readonly step: string;
  /** That it goes on from the series of the run whose checkpoint was used. */
  readonly isResumed?: true;
}

const FIELDS = sparql`
  ?series a provml:MetricSeries ; rdfs:label ?name ; prov:wasGeneratedBy ?step .
  OPTIONAL { ?series provml:rowCount ?rowCount ; provml:firstValue ?firstValue ; provml:lastValue ?lastValue ; provml:lastStep ?lastStep }
  OPTIONAL { ?series provml:minimum ?minimum ; provml:maximum ?maximum }
  OPTIONAL { ?series provml:isResumed ?isResumed }
  OPTIONAL { ?series provml:resumedAfterStep ?resumedAfter }`;
const COLUMNS = sparql`?series ?name ?step ?rowCount ?firstValue ?lastValue ?lastStep ?minimum ?maximum ?isResumed ?resumedAfter`;

/** All series with the summaries that are stated, which is once their writer has ended. */
export const ALL_SERIES: Sparql = sparql`SELECT DISTINCT ${COLUMNS} WHERE { ${FIELDS} }`;

/** The series of a run and of the steps inside it, and what the processes around it used meanwhile. */
const SERIES_OF_RUN = (run: string): Sparql => sparql`
SELECT DISTINCT ${COLUMNS} WHERE {
  { ?step dcterms:isPartOf* ${{ iri: run }} }
  UNION
  { ${{ iri: run }} dcterms:isPartOf+ ?step . ?series prov:wasGeneratedBy ?step ; a provml:ResourceSeries }
  ${FIELDS}
}`;

/** The activities of a run. */
const INSIDE = (run: string): Sparql => sparql`SELECT ?step WHERE { ?step dcterms:isPartOf* ${{ iri: run }} }`;

const RESOURCES_AROUND = (run: string): Sparql => sparql`
SELECT DISTINCT ${COLUMNS} WHERE {
  ${{ iri: run }} dcterms:isPartOf+ ?step . ?series prov:wasGeneratedBy ?step ; a provml:ResourceSeries .
  ${FIELDS}
}`;

/** What {@link SERIES_OF_RUN} finds; of a graph that stays as it is from what is kept of all series, which an engine looks through at each such query. */
export async function seriesRows(source: Source, run: string): Promise<readonly SolutionRow[]> {
  if (source.index === undefined) return await select(source, SERIES_OF_RUN(run));
  const { byStep } = await kept(source, readAllSeries);
  const inside = (await select(source, INSIDE(run))).flatMap(({ step }) => byStep.get(step?.value ?? "") ?? []);
  return [...inside, ...(await select(source, RESOURCES_AROUND(run)))];
}

/** How long sections and inferences took is recorded as rows too: no measure of a model. */
export const TIMING = /\.durationMs$/;

/** So are single batches by adapters, which time them in the same step: without that, `batch.x` is a series of the program's own. */
const OF_BATCHES = /^batch\./;
const TIMED_BATCHES = "batch.durationMs";

/** Names and last values of the series of each step; and the steps of those that nobody summed up yet, so that they may go on. */
export interface LastValues {
  readonly of: ReadonlyMap<string, readonly (readonly [string, number])[]>;
  readonly open: ReadonlySet<string>;
}

export async function lastValues(source: Source): Promise<LastValues> {
  const { closed, open, timed } = await kept(source, readAllSeries);
  if (open.length === 0) return { of: closed, open: new Set() };
  const going = valuesByStep(await summarize(source, open), timed);
  const steps = new Set(open.map(({ step }) => step?.value ?? ""));
  const of = new Map(closed);
  for (const [step, values] of going) of.set(step, [...(of.get(step) ?? []), ...values]);
  return { of, open: steps };
}

async function readAllSeries(source: Source) {
  const rows = await select(source, ALL_SERIES);
  const closed = rows.filter(({ rowCount }) => rowCount !== undefined);
  const timed = new Set(rows.flatMap(({ name, step }) => (name?.value === TIMED_BATCHES && step ? [step.value] : [])));
  return {
    timed,
    byStep: groupBy(rows, "step"),
    closed: valuesByStep(await summarize(source, closed), timed),
    open: rows.filter(({ rowCount }) => rowCount === undefined),
  };
}

/** `timed`: the steps that time their batches. */
function valuesByStep(series: readonly SeriesInfo[], timed: ReadonlySet<string>): Map<string, [string, number][]> {
  const last = new Map<string, [string, number][]>();
  const inOrder = [...series].sort((a, b) => (a.name < b.name ? -1 : 1)); // stores have none
  for (const { name, step, lastValue } of inOrder) {
    if (lastValue === undefined || TIMING.test(name) || (OF_BATCHES.test(name) && timed.has(step))) continue;
    const values = last.get(step);
    if (values) values.push([name, lastValue]);
    else last.set(step, [[name, lastValue]]);
  }
  return last;
}

/** How many rows there are in all series. */
export async function countRows(source: Source): Promise<number> {
  const all = await summarize(source, await select(source, ALL_SERIES));
  return all.reduce((sum, { rowCount = 0 }) => sum + rowCount, 0);
}

/** The series of a run and of its parts, those of the run itself first. */
export async function seriesOfRun(source: Source, run: string): Promise<SeriesInfo[]> {
  const all = await summarize(source, await seriesRows(source, run));
  return all.sort((a, b) => Number(b.step === run) - Number(a.step === run) || compareIds(a.id, b.id));
}

/** What is stated of series, and where nothing is yet, what their rows come to now. */
async function summarize(source: Source, rows: readonly SolutionRow[]): Promise<SeriesInfo[]> {
  const known = new Map<string, Map<string, RowSummary>>();
  const series: SeriesInfo[] = [];
  for (const [id, [row, ...others]] of byId(rows)) {
    const [name, step] = [row.name?.value, row.step?.value];
    if (name === undefined || step === undefined) continue;
    const uuid = partsOfId(id)?.uuid;
    // Where copies have met that saw different rows, two summaries are stated until the next compaction.
    const isStated = row.rowCount !== undefined && others.length === 0;
    if (!isStated && uuid !== undefined && !known.has(uuid)) known.set(uuid, await summariesOf(source, uuid));
    const counted = isStated ? undefined : known.get(uuid ?? "")?.get(id);
    const summary = counted ?? (row.rowCount === undefined ? undefined : statedSummary(row));
    const mark = row.isResumed?.value === "true" ? { isResumed: true as const } : {};
    series.push({ id, name, step, ...mark, ...(summary ? onlySummary(summary) : {}) });
  }
  return series;
}

function byId(rows: readonly SolutionRow[]): Map<string, [SolutionRow, ...SolutionRow[]]> {
  const all = new Map<string, [SolutionRow, ...SolutionRow[]]>();
  for (const row of rows) {
    const id = row.series?.value;
    if (id === undefined) continue;
    const known = all.get(id);
    if (known) known.push(row);
    else all.set(id, [row]);
  }
  return all;
}

function statedSummary(row: SolutionRow): RowSummary {
  const number = (name: string) => (row[name] === undefined ? undefined : Number(plainValue(row[name])));
  return present(Object.fromEntries(SUMMARY.map((name) => [name, number(name)]))) as unknown as RowSummary;
}

function onlySummary(summary: RowSummary): Partial<RowSummary> {
  return present(Object.fromEntries(SUMMARY.map((name) => [name, summary[name]])));
}

const SUMMARY = ["rowCount", "minimum", "maximum", "firstValue", "lastValue", "lastStep"] as const;
