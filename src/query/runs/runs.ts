import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { type Remarked, remarked, remarksByThing } from "../curation/remarks.ts";
import { compareTimes, type Facts, factsOf, groupBy, labelOf, present, textOf, timeOf } from "../facts.ts";
import { compareIds } from "../ids.ts";
import { type ModelState, readModelStates } from "../models/model-states.ts";
import { lastValues } from "../series/series.ts";
import { kept, type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { type PlainValue, recordOf } from "../values.ts";
import { type Continuation, readContinuations } from "./continuations.ts";
import { type ExecutionFacts, executionsOf, type Software } from "./executions.ts";
import { HYPERPARAMETERS, settingsOf } from "./hyperparameters.ts";
import { latestMeasures, readEvaluations } from "./measures.ts";
import { countsOf, factsFrom, inOrderOfParts, partsOf } from "./parts.ts";
import { STEPS_OF_RUNS } from "./run-steps.ts";
import { type RunStatus, statusesOf } from "./status.ts";

/** One run: an outermost training, or what `prov.run` called, with what people said of it. Times are xsd:dateTime in UTC. */
export interface Run extends Remarked {
  readonly id: string;
  /** What it was recorded as, or the name that it was given last. */
  readonly name: string;
  readonly workflow: string;
  /** The activity of the execution that it is part of. */
  readonly execution: string;
  readonly status: RunStatus;
  /** Of a silent run: when anything was heard of its execution last. */
  readonly silentSince?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly person?: { readonly id: string; readonly name: string };
  readonly software?: Software;
  readonly host?: string;
  readonly plan?: string;
  /** Of the run itself, and those on which the trainings inside it agree. */
  readonly hyperparameters: Readonly<Record<string, PlainValue>>;
  /**
   * What evaluations of its model, or inside it, found, the latest of each name; for other names the last value of the
   * run's series. A run that made several models has none of theirs.
   */
  readonly measures: Readonly<Record<string, number>>;
  /** The models that it generated, each in its last state. */
  readonly models: readonly { readonly id: string; readonly label: string }[];
  readonly error?: { readonly type: string; readonly message?: string };
  /** The name of the study whose run it is. */
  readonly study?: string;
  /**
   * Of a run that several processes carried out: how many of their ranks are recorded, of how many that were started, and how often all was
   * started again. Its times and status are what its parts come to.
   */
  readonly ranks?: number;
  readonly rankCount?: number;
  readonly restarts?: number;
  /** Of a job's only process that was started again: the runs of its earlier starts, which did not come to their end. */
  readonly earlierStarts?: readonly string[];
  /** The checkpoint of another run that it went on from; of several the furthest. */
  readonly continues?: Continuation;
}

/** The runs, with what is stated of each. */
export const RUNS: Sparql = sparql`
SELECT ?s ?p ?o WHERE {
  ?s a mls:Run .
  ?s ?p ?o .
  FILTER(?p IN (rdfs:label, prov:startedAtTime, prov:endedAtTime, provml:status, provml:errorType, provml:errorMessage))
}`;

/** The study that each run is part of. */
export const STUDIES: Sparql = sparql`
SELECT DISTINCT ?run ?study WHERE { ?activity a provml:StudyExecution ; rdfs:label ?study ; mls:hasPart ?run }`;

/** All runs, newest first. */
export async function readRuns(source: Source, states?: readonly ModelState[]): Promise<Run[]> {
  const stated = source.index === undefined ? await readStatedRuns(source, states) : await kept(source, readStatedRuns);
  const { runs, settled, whole } = stated;
  if (whole !== undefined) return [...whole];
  const statuses = await statusesOf(
    source,
    new Map(runs.flatMap(({ run: { id }, facts }) => (settled.has(id) ? [] : [[id, facts]]))),
  );
  const last = await lastValues(source);
  const all = runs.map(({ run, inside, found }) => {
    const known = settled.get(run.id);
    if (known !== undefined) return known;
    const series = [...inside.slice(1), run.id].flatMap((step) => last.of.get(step) ?? []);
    const status = statuses.get(run.id) ?? { status: "silent" };
    const whole: Run = { ...run, ...status, measures: recordOf(new Map([...series, ...found])) };
    if (SETTLED.has(status.status) && !inside.some((step) => last.open.has(step))) settled.set(run.id, whole);
    return whole;
  });
  if (settled.size === all.length) stated.whole = all;
  return all;
}

/** What is stated of an end does not change; that there is none yet does. */
const SETTLED: ReadonlySet<RunStatus> = new Set(["completed", "failed", "endedEarly", "ended"]);

interface StatedRuns {
  readonly runs: readonly StatedRun[];
  /** Those that are over, with what their series came to. */
  readonly settled: Map<string, Run>;
  /** All, once all are. */
  whole?: readonly Run[];
}

/** What the graph says of a run. How it stands, and its series, may still change outside of the graph. */
interface StatedRun {
  readonly run: Run;
  readonly facts: Facts;
  /** Itself and its steps. */
  readonly inside: readonly string[];
  /** What evaluations found. */
  readonly found: ReadonlyMap<string, number>;
}

async function readStatedRuns(source: Source, states?: readonly ModelState[]): Promise<StatedRuns> {
  const stated = factsOf(await select(source, RUNS));
  const ids = [...stated.keys()];
  const shared = await partsOf(
    source,
    ids.filter((id) => !stated.get(id)?.has(prov.startedAtTime)),
  );
  const facts = new Map(Array.from(stated, ([id, its]) => [id, factsFrom(its, shared.get(id) ?? [])]));
  const steps = stepsByRun(await select(source, STEPS_OF_RUNS));
  const executions = await executionsOf(source, ids);
  const settings = groupBy(await select(source, HYPERPARAMETERS), "step");
  const models = modelsByRun(states ?? (await kept(source, readModelStates)));
  const { byModel, byStep } = await kept(source, readEvaluations);
  const studies = groupBy(await select(source, STUDIES), "run");
  const continuations = await readContinuations(source);
  const remarks = await remarksByThing(source);
  const runs = ids.map((id): StatedRun => {
    const its = facts.get(id) as Facts;
    const parts = shared.get(id) ?? [];
    const inside = [id, ...inOrderOfParts(steps.get(id)?.slice(1) ?? [], parts)];
    const made = models.get(id) ?? [];
    const run = {
      ...identity(id, its, executions.get(id)),
      ...remarked(labelOf(its, id), remarks.get(id)),
      status: "silent" as const,
      ...timesOf(its),
      hyperparameters: recordOf(settingsOf(inside.map((step) => settings.get(step) ?? []))),
      measures: {},
      models: made.filter(({ isSuperseded, isCheckpoint }) => !isSuperseded && !isCheckpoint).map(pickName),
      ...errorOf(its),
      ...countsOf(parts),
      ...present({ study: studies.get(id)?.[0]?.study?.value, continues: continuations.get(id)?.[0] }),
    };
    const found = latestMeasures(judgements(made, inside, byModel, byStep));
    return { run, facts: stated.get(id) as Facts, inside, found };
  });
  const inOrder = runs.sort(
    ({ run: a }, { run: b }) => compareTimes(b.startedAt, a.startedAt) || compareIds(b.id, a.id),
  );
  return { runs: inOrder, settled: new Map() };
}

function identity(id: string, its: Facts, execution: ExecutionFacts | undefined) {
  return {
    id,
    name: labelOf(its, id),
    workflow: execution?.workflow ?? "",
    execution: execution?.id ?? "",
    ...present({
      person: execution?.person,
      software: execution?.software,
      host: execution?.host,
      plan: execution?.plan,
    }),
  };
}

/** When an activity began and ended, and how long it took. */
export function timesOf(its: Facts): Pick<Run, "startedAt" | "endedAt" | "durationMs"> {
  const startedAt = textOf(its, prov.startedAtTime);
  const endedAt = textOf(its, prov.endedAtTime);
  const [start, end] = [timeOf(startedAt), timeOf(endedAt)];
  const durationMs = start === undefined || end === undefined ? undefined : end - start;
  return present({ startedAt, endedAt, durationMs });
}

export function errorOf(its: Facts): Pick<Run, "error"> {
  const type = textOf(its, provml.errorType);
  const message = textOf(its, provml.errorMessage);
  return type === undefined ? {} : { error: { type, ...present({ message }) } };
}

/** The steps of each run, the run itself first and the others in the order in which they began. */
function stepsByRun(rows: readonly SolutionRow[]): Map<string, string[]> {
  const steps = new Map<string, string[]>();
  for (const [run, its] of groupBy(rows, "run")) {
    const inside = its.map(({ step }) => step?.value ?? "").filter((step) => step !== run);
    steps.set(run, [run, ...inside.sort((a, b) => compareIds(a, b))]);
  }
  return steps;
}

function modelsByRun(states: readonly ModelState[]): Map<string, ModelState[]> {
  const models = new Map<string, ModelState[]>();
  for (const state of states) {
    if (state.run === undefined) continue;
    const made = models.get(state.run);
    if (made) made.push(state);
    else models.set(state.run, [state]);
  }
  return models;
}

/**
 * What evaluations say of a run: of the models that it made, and inside it. Where they judge several of its models, as in a search, no
 * measure is the run's own: each stands with its model.
 */
function judgements(
  made: readonly ModelState[],
  inside: readonly string[],
  byModel: ReadonlyMap<string, readonly SolutionRow[]>,
  byStep: ReadonlyMap<string, readonly SolutionRow[]>,
): SolutionRow[] {
  const ofModels = made.map(({ sameAs }) => sameAs.flatMap((one) => byModel.get(one) ?? []));
  const judged = made.filter(
    (model, i) => !model.isSuperseded && !model.isCheckpoint && (ofModels[i]?.length ?? 0) > 0,
  );
  const found = [...ofModels.flat(), ...inside.flatMap((step) => byStep.get(step) ?? [])];
  return judged.length > 1 ? found.filter(({ model }) => model === undefined) : found;
}

function pickName({ id, label }: ModelState): { id: string; label: string } {
  return { id, label };
}
