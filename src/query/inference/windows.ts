import { ProvenanceError } from "../../model/error.ts";
import { plainValue } from "../../rdf/terms.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms } from "../../vocab/rdf.ts";
import { compareTimes, describe, type Facts, oneOf, present, textOf, timeOf, valuesOf } from "../facts.ts";
import { candidatesFor, checkName, notFound, quoted } from "../find.ts";
import { compareIds } from "../ids.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { type Distribution, readDistribution } from "./distribution.ts";

/** An event's id as it was given: a whole number beyond 2⁵³ is text. */
export type RecordedEvent = string | number;

/** What windows count; offered are all that were processed, failed, dropped or skipped. */
export type WindowCounts = Readonly<Record<keyof typeof COUNTS, number>>;

/** What one stream, or one wrapped function in one step, did in one stretch of time, by one model. */
export interface InferenceWindow {
  readonly id: string;
  readonly name: string;
  /** The stream, or the step in which the function was called. */
  readonly stream: string;
  /** From 1 within the stream: a number that is missing is a window that was lost. */
  readonly number: number;
  /** xsd:dateTime in UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** The entities of the model; several where a call took several. */
  readonly models: readonly string[];
  readonly device?: string;
  readonly sampleRate?: number;
  readonly counts: WindowCounts;
  readonly scores?: Distribution;
  /** In milliseconds. */
  readonly latencies?: Distribution;
  /** Scores at or above each working point. */
  readonly decisions: Readonly<Record<string, number>>;
  /** Failed inferences by type of error. */
  readonly failures: Readonly<Record<string, number>>;
  readonly firstEvent?: RecordedEvent;
  readonly lastEvent?: RecordedEvent;
  readonly minimumEvent?: RecordedEvent;
  readonly maximumEvent?: RecordedEvent;
  /** Its first event, where another model came with it. */
  readonly boundaryEvent?: RecordedEvent;
}

/** Which windows: those that lie at least in part in the time from `from` to before `to`. */
export interface WindowsOptions {
  readonly from?: Date | string | number;
  readonly to?: Date | string | number;
  /** The id or label of a model that answered in them. */
  readonly model?: string;
  readonly device?: string;
}

const COUNTS = {
  offered: provml.offeredCount,
  processed: provml.processedCount,
  failed: provml.failedCount,
  dropped: provml.droppedCount,
  skipped: provml.skippedCount,
  sampled: provml.sampledCount,
  selected: provml.selectedCount,
  fallbacks: provml.fallbackCount,
  droppedRecords: provml.droppedRecordCount,
} as const;

const NAMED = (name: string): Sparql => sparql`
SELECT DISTINCT ?s WHERE { ?s a provml:InferenceWindowExecution ; provml:inferenceName ${name} }`;

const OF = (thing: string): Sparql => sparql`
SELECT DISTINCT ?s WHERE {
  ?s a provml:InferenceWindowExecution .
  { ?s dcterms:isPartOf* ${{ iri: thing }} } UNION { ?s prov:used ${{ iri: thing }} }
}`;

const ALL: Sparql = sparql`SELECT ?s WHERE { ?s a provml:InferenceWindowExecution }`;

const PROPERTIES = [
  provml.inferenceName,
  dcterms.isPartOf,
  prov.startedAtTime,
  prov.endedAtTime,
  prov.used,
  provml.windowNumber,
  provml.device,
  provml.sampleRate,
  provml.scores,
  provml.latencies,
  provml.decisions,
  provml.failures,
  provml.firstEvent,
  provml.lastEvent,
  provml.minimumEvent,
  provml.maximumEvent,
  provml.boundaryEvent,
  ...Object.values(COUNTS),
];

/**
 * The windows of a stream or wrapped function (by name, over all runs and replicas), of a run or execution, or of a model; of everything without a name.
 * In the order of their times.
 * @throws {ProvenanceError} `not-found`, `bad-argument`
 */
export async function readWindows(
  source: Source,
  name?: string,
  options: WindowsOptions = {},
): Promise<InferenceWindow[]> {
  const [from, to] = [instant(options.from), instant(options.to)];
  const models = options.model === undefined ? undefined : await idsNamed(source, options.model);
  const facts = await describe(source, await idsOf(source, name), PROPERTIES);
  const windows: InferenceWindow[] = [];
  for (const [id, its] of facts) {
    const window = windowOf(id, its);
    const isEarly = from !== undefined && (timeOf(window.endedAt) ?? Number.NaN) < from;
    const isLate = to !== undefined && (timeOf(window.startedAt) ?? Number.NaN) >= to;
    const isOther = models !== undefined && !window.models.some((model) => models.has(model));
    if (isEarly || isLate || isOther || (options.device !== undefined && window.device !== options.device)) continue;
    windows.push(window);
  }
  return windows.sort((a, b) => compareTimes(a.startedAt, b.startedAt) || compareIds(a.id, b.id));
}

async function idsOf(source: Source, name: string | undefined): Promise<Set<string>> {
  const ids = async (query: Sparql) => (await select(source, query)).map(({ s }) => s?.value ?? "");
  if (name === undefined) return new Set(await ids(ALL));
  const named = await ids(NAMED(checkName(name)));
  if (named.length > 0) return new Set(named);
  const found = new Set<string>();
  for (const thing of await idsNamed(source, name)) for (const id of await ids(OF(thing))) found.add(id);
  if (found.size > 0) return found;
  throw notFound(`no stream, wrapped inference, run or model ${quoted(name)} has windows of inferences`);
}

async function idsNamed(source: Source, name: string): Promise<Set<string>> {
  return new Set((await candidatesFor(source, checkName(name))).map(({ id }) => id));
}

function windowOf(id: string, its: Facts): InferenceWindow {
  const number = (property: string) => Number(textOf(its, property) ?? 0);
  const counts = Object.fromEntries(Object.entries(COUNTS).map(([name, property]) => [name, number(property)]));
  const event = (property: string) => {
    const term = oneOf(its, property);
    const value = term === undefined ? undefined : plainValue(term);
    return typeof value === "number" || value === undefined ? value : String(value);
  };
  const distribution = (property: string) => {
    const text = textOf(its, property);
    return text === undefined ? undefined : readDistribution(text);
  };
  const byName = (property: string) => JSON.parse(textOf(its, property) ?? "{}") as Record<string, number>;
  const sampleRate = textOf(its, provml.sampleRate);
  return present({
    id,
    name: textOf(its, provml.inferenceName) ?? "",
    stream: textOf(its, dcterms.isPartOf) ?? "",
    number: number(provml.windowNumber),
    startedAt: textOf(its, prov.startedAtTime) ?? "",
    endedAt: textOf(its, prov.endedAtTime) ?? "",
    models: valuesOf(its, prov.used),
    device: textOf(its, provml.device),
    sampleRate: sampleRate === undefined ? undefined : Number(sampleRate),
    counts: counts as WindowCounts,
    scores: distribution(provml.scores),
    latencies: distribution(provml.latencies),
    decisions: byName(provml.decisions),
    failures: byName(provml.failures),
    firstEvent: event(provml.firstEvent),
    lastEvent: event(provml.lastEvent),
    minimumEvent: event(provml.minimumEvent),
    maximumEvent: event(provml.maximumEvent),
    boundaryEvent: event(provml.boundaryEvent),
  }) as InferenceWindow;
}

function instant(time: WindowsOptions["from"]): number | undefined {
  if (time === undefined) return undefined;
  const at = typeof time === "number" ? time : typeof time === "string" ? timeOf(time) : time.getTime();
  if (at !== undefined && !Number.isNaN(at)) return at;
  throw new ProvenanceError(
    "bad-argument",
    `${String(time)} is no time; give a Date, an xsd:dateTime or milliseconds since 1970`,
  );
}
