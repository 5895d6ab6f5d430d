import type { PlannedStep } from "../../model/plan.ts";
import { provml } from "../../vocab/provml.ts";
import { rdf, rdfs } from "../../vocab/rdf.ts";
import { compareTimes, describe, type Facts, factsAbout, hasType, present, textOf } from "../facts.ts";
import { type Found, type FoundLists, foundIn, isCut } from "../found.ts";
import { grouped } from "../grouped.ts";
import { compareIds } from "../ids.ts";
import { type SeriesInfo, seriesOfRun, TIMING } from "../series/series.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import type { Run } from "./runs.ts";
import type { RunStatus } from "./status.ts";
import { type FlatStep, readSteps } from "./steps.ts";

/** What an execution or a run did, as plans speak of it. */
export interface Happened {
  readonly status: RunStatus;
  /** In the order in which they began. */
  readonly calls: readonly Call[];
  /** The processes that took part: the execution's own activity and the parts of it that are executions too. */
  readonly processes: readonly string[];
}

/** One call of a step, with what happened in its sections. */
export interface Call extends FoundLists {
  readonly id: string;
  readonly name: string;
  readonly kind: PlannedStep["kind"];
  readonly status: RunStatus;
  readonly startedAt?: string;
  readonly error?: NonNullable<Run["error"]>;
  /** The name of the step in which it was called. */
  readonly within?: string;
  /** The process that did it: the execution's own activity, or a part of it. */
  readonly process: string;
  /** Whether it stands for many inferences, of which counts and distributions alone are known. */
  readonly isSummary: boolean;
  readonly sections: readonly Found[];
  /** Whether it had more values than are recorded, so that nobody knows what it lacked. */
  readonly isCut: boolean;
}

/** The calls inside an activity. A section is no call: what it used and made counts as its step's. */
export async function readHappened(source: Source, activity: string): Promise<Happened> {
  const steps = await readSteps(source, activity);
  const around = new Map(Array.from(steps.keys(), (id) => [id, aroundOf(steps, id)]));
  const parts = grouped(steps.values(), ({ id, kind }) => (kind === "section" ? around.get(id) : id));
  const sections = await describeSections(source, steps.values());
  const series = await seriesByStep(source, activity, steps);
  const labels = await labelsOfThings(source, steps.values());
  const counted = await countedInferences(source, activity, steps);
  const calls: Call[] = [];
  for (const step of steps.values()) {
    if (step.kind === "section") continue;
    const its = series.get(step.id) ?? [];
    const process = processOf(steps, step.id) ?? activity;
    const outer = steps.get(around.get(step.id) ?? "");
    const place = { process, ...withinOf(outer) };
    if (!step.isExecution)
      calls.push({ ...callOf(step, parts.get(step.id) ?? [step], { sections, labels }, its), ...place });
    const names = its.flatMap(({ name, isOfInferences }) => (isOfInferences ? [name.replace(TIMING, "")] : []));
    for (const name of new Set([...names, ...(counted.get(step.id) ?? [])]))
      calls.push({ ...summaryCall(step, name), process, ...withinOf(step) });
  }
  calls.sort((a, b) => compareTimes(a.startedAt, b.startedAt) || compareIds(a.id, b.id));
  const processes = [...steps.values()].flatMap(({ id, isExecution }) => (isExecution ? [id] : []));
  return { status: statusOf(steps, activity), calls, processes };
}

/** Of processes without one that started them all nobody states the whole: then it stands as the worst of them does. */
function statusOf(steps: Steps, activity: string): RunStatus {
  const whole = steps.get(activity);
  const parts = [...steps.values()].filter(({ id, isExecution }) => isExecution && id !== activity);
  if (whole === undefined || whole.startedAt !== undefined || parts.length === 0) return whole?.status ?? "silent";
  return WORST_FIRST.find((status) => parts.some((part) => part.status === status)) ?? whole.status;
}

const WORST_FIRST: readonly RunStatus[] = [
  "running",
  "silent",
  "interrupted",
  "failed",
  "endedEarly",
  "ended",
  "completed",
];

function withinOf(step: FlatStep | undefined): { readonly within?: string } {
  return step === undefined || step.isExecution ? {} : { within: step.name };
}

type Steps = ReadonlyMap<string, FlatStep>;

/** The nearest activity around that is no section. */
function aroundOf(steps: Steps, id: string): string | undefined {
  const seen = new Set([id]);
  let at = steps.get(id);
  do {
    at = steps.get(at?.parents.find((parent) => steps.has(parent) && !seen.has(parent)) ?? "");
    if (at) seen.add(at.id);
  } while (at?.kind === "section");
  return at?.id;
}

function processOf(steps: Steps, id: string): string | undefined {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined && !seen.has(at); at = aroundOf(steps, at)) {
    if (steps.get(at)?.isExecution) return at;
    seen.add(at);
  }
  return undefined;
}

interface Section {
  readonly kind: string | undefined;
  readonly number: number;
}

async function describeSections(source: Source, steps: Iterable<FlatStep>): Promise<ReadonlyMap<string, Section>> {
  const ids = Array.from(steps).flatMap(({ id, kind }) => (kind === "section" ? [id] : []));
  const facts = await describe(source, ids, [provml.sectionKind, provml.sectionNumber]);
  return new Map(
    ids.map((id) => {
      const its = factsAbout(facts, id);
      return [id, { kind: textOf(its, provml.sectionKind), number: Number(textOf(its, provml.sectionNumber)) }];
    }),
  );
}

/** The names under which windows count inferences inside steps. */
const COUNTED = (activity: string): Sparql => sparql`
SELECT DISTINCT ?step ?name WHERE {
  ?step dcterms:isPartOf* ${{ iri: activity }} .
  ?window dcterms:isPartOf ?step ; a provml:InferenceWindowExecution ; provml:inferenceName ?name
}`;

/** By step; a stream of inferences is a step itself. */
async function countedInferences(source: Source, activity: string, steps: Steps): Promise<Map<string, string[]>> {
  const byStep = new Map<string, string[]>();
  for (const { step: part, name } of await select(source, COUNTED(activity))) {
    const id = part?.value ?? "";
    const kind = steps.get(id)?.kind;
    const step = kind === "section" ? aroundOf(steps, id) : id;
    if (step === undefined || name === undefined || kind === "inference") continue;
    byStep.set(step, [...(byStep.get(step) ?? []), name.value]);
  }
  return byStep;
}

interface StepSeries extends SeriesInfo {
  readonly isOfInferences: boolean;
}

/** The series of each step, those of its sections included. */
async function seriesByStep(source: Source, activity: string, steps: Steps): Promise<Map<string, StepSeries[]>> {
  const all = await seriesOfRun(source, activity);
  const timings = all.flatMap(({ id, name }) => (TIMING.test(name) ? [id] : []));
  const types = await describe(source, timings, [rdf.type]);
  const byStep = new Map<string, StepSeries[]>();
  for (const one of all) {
    const step = steps.get(one.step)?.kind === "section" ? aroundOf(steps, one.step) : one.step;
    if (step === undefined) continue;
    const isOfInferences = hasType(factsAbout(types, one.id), provml.InferenceDurations);
    byStep.set(step, [...(byStep.get(step) ?? []), { ...one, isOfInferences }]);
  }
  return byStep;
}

type BareCall = Omit<Call, "process" | "within">;

interface Described {
  readonly sections: ReadonlyMap<string, Section>;
  readonly labels: ReadonlyMap<string, Facts>;
}

/** All labels: a thing may be named after it was made. */
async function labelsOfThings(source: Source, steps: Iterable<FlatStep>): Promise<ReadonlyMap<string, Facts>> {
  const things = Array.from(steps).flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  return await describe(
    source,
    things.map(({ id }) => id),
    [rdfs.label],
  );
}

/** `parts` are the step itself and its sections. */
function callOf(
  step: FlatStep,
  parts: readonly FlatStep[],
  { sections, labels }: Described,
  series: readonly StepSeries[],
): BareCall {
  const { id, name, kind, status, startedAt, error } = step;
  const found = parts.map((part) => foundIn(part, name, labels, sections.get(part.id)?.number));
  const measures = found.flatMap((one) => one.measures);
  const measured = new Set(measures.flatMap(({ names }) => names));
  const kinds = new Set(parts.flatMap((part) => sections.get(part.id)?.kind ?? []));
  for (const { name: its, isOfInferences, lastValue } of series) {
    if (TIMING.test(its) && !isOfInferences) kinds.add(its.replace(TIMING, ""));
    else if (!TIMING.test(its) && !measured.has(its)) measures.push({ names: [its], ...present({ value: lastValue }) });
  }
  return {
    id,
    name,
    kind: kind as Call["kind"],
    status,
    ...present({ startedAt, error }),
    isSummary: false,
    parameters: found.flatMap((one) => one.parameters),
    inputs: found.flatMap((one) => one.inputs),
    outputs: found.flatMap((one) => one.outputs),
    measures,
    sections: Array.from(kinds, (one) => ({ names: [one] })),
    isCut: parts.some(isCut),
  };
}

function summaryCall({ id, startedAt }: FlatStep, name: string): BareCall {
  const nothing = { parameters: [], inputs: [], outputs: [], measures: [], sections: [], isCut: false };
  return { id, name, kind: "inference", status: "completed", ...present({ startedAt }), isSummary: true, ...nothing };
}
