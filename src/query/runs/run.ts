import { mls } from "../../vocab/mls.ts";
import { rdf, rdfs } from "../../vocab/rdf.ts";
import { howDeleted } from "../curation/deletions.ts";
import { describe, hasType, present } from "../facts.ts";
import { ambiguous, candidatesFor, checkName, notFound, quoted } from "../find.ts";
import { executionOfId } from "../ids.ts";
import { type SeriesInfo, seriesOfRun } from "../series/series.ts";
import { type Source, select } from "../source.ts";
import type { Thing } from "../things.ts";
import type { PlainValue } from "../values.ts";
import { attributesOf } from "./attributes.ts";
import { executionsOf } from "./executions.ts";
import { type Run, readRuns } from "./runs.ts";
import { type FlatStep, readSteps, STEPS_OF, type StepDetail } from "./steps.ts";

/** Everything about one run. */
export interface RunDetail extends Run {
  readonly command?: string;
  readonly rootDirectory?: string;
  /** What it ran on: runtime, platform, cpuModel, …; values that come several times as lists. */
  readonly environment: Readonly<Record<string, PlainValue>>;
  /** The state of the source: branch, repository, isDirty, changesDigest. */
  readonly source: Readonly<Record<string, PlainValue>>;
  /** What the run and its steps used and did not make themselves, and what they made. */
  readonly inputs: readonly Thing[];
  readonly outputs: readonly Thing[];
  readonly series: readonly SeriesInfo[];
  /** The run itself as a step, with the steps inside it. */
  readonly step: StepDetail;
}

/**
 * A run by its IRI, its execution's UUID (where that has one run), its local name, the start of one of these, or its label.
 * @throws {ProvenanceError} `not-found`, `ambiguous` (with the ids of what it fits)
 */
export async function findRun(source: Source, name: string): Promise<string> {
  const candidates = await candidatesFor(source, checkName(name));
  const runs = candidates.filter(({ id, facts }) => hasType(facts, mls.Run) || id === executionOfId(id));
  const within = new Map(runs.filter(({ facts }) => hasType(facts, mls.Run)).map((run) => [run.id, run]));
  for (const { id, facts } of runs) {
    if (hasType(facts, mls.Run)) continue;
    for (const { step } of await select(source, STEPS_OF(id))) {
      if (step) within.set(step.value, { id: step.value, facts: new Map() });
    }
  }
  const described = await describe(source, within.keys(), [rdf.type, rdfs.label]);
  const fitting = Array.from(described, ([id, facts]) => ({ id, facts })).filter(({ facts }) =>
    hasType(facts, mls.Run),
  );
  const [only] = fitting;
  if (only === undefined) {
    const how = await howDeleted(
      source,
      candidates.map(({ id }) => id),
    );
    if (how !== undefined) throw notFound(`${quoted(name)} was ${how}`);
    throw notFound(
      candidates.length === 0
        ? `no run has the id or name ${quoted(name)}`
        : `${quoted(name)} fits no run, but ${candidates.length} other things, which show() tells of`,
    );
  }
  if (fitting.length > 1) throw ambiguous(name, fitting);
  return only.id;
}

export async function readRun(source: Source, name: string): Promise<RunDetail> {
  const id = await findRun(source, name);
  const run = (await readRuns(source)).find((one) => one.id === id);
  if (run === undefined) throw notFound(`the run ${quoted(name)} is not among the runs any more`); // it was loaded anew meanwhile
  const steps = await readSteps(source, id);
  const execution = (await executionsOf(source, [id])).get(id);
  const attributes = await attributesOf(source, [execution?.environment, execution?.source]);
  const all = [...steps.values()];
  const outputs = distinct(all.flatMap((step) => step.outputs));
  const made = new Set(outputs.map((thing) => thing.id));
  return {
    ...run,
    ...present({ command: execution?.command, rootDirectory: execution?.rootDirectory }),
    environment: attributes.get(execution?.environment ?? "") ?? {},
    source: attributes.get(execution?.source ?? "") ?? {},
    inputs: distinct(all.flatMap((step) => step.inputs)).filter((thing) => !made.has(thing.id)),
    outputs,
    series: await seriesOfRun(source, id),
    step: { ...treeOf(id, steps), ...standing(run) },
  };
}

/** How a run stands, which its own statements do not say where several processes carried it out. */
function standing({ status, startedAt, endedAt, durationMs, error }: Run) {
  return { status, ...present({ startedAt, endedAt, durationMs, error }) };
}

/** A step stands once in the tree, even where a foreign graph makes it a part of itself. */
function treeOf(id: string, steps: Map<string, FlatStep>): StepDetail {
  const { parents: _, isExecution: __, ...step } = steps.get(id) as FlatStep;
  steps.delete(id);
  const inside = [...steps.values()].filter(({ parents }) => parents.includes(id)).map((child) => child.id);
  return { ...step, steps: inside.flatMap((child) => (steps.has(child) ? [treeOf(child, steps)] : [])) };
}

function distinct(things: readonly Thing[]): Thing[] {
  return [...new Map(things.map((thing) => [thing.id, thing])).values()];
}
