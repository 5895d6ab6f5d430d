import type { StepKind } from "../model/ml.ts";
import { definedName } from "../model/names.ts";
import type { SolutionRow } from "../store/store.ts";
import { mls } from "../vocab/mls.ts";
import { prov } from "../vocab/prov.ts";
import { provml } from "../vocab/provml.ts";
import { dcterms, rdf, rdfs } from "../vocab/rdf.ts";
import { executionsOf } from "./executions.ts";
import {
  describe,
  type Facts,
  factsAbout,
  factsOf,
  groupBy,
  hasType,
  iris,
  labelOf,
  present,
  valuesOf,
} from "./facts.ts";
import { ambiguous, candidatesFor, checkName, notFound, quoted } from "./find.ts";
import { compareIds, executionOfId } from "./ids.ts";
import { selectInBatches } from "./lookup.ts";
import { errorOf, type Run, readRuns, timesOf } from "./runs.ts";
import { type SeriesInfo, seriesOfRun } from "./series.ts";
import { type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";
import { type RunStatus, statusesOf } from "./status.ts";
import { STOPPED_PROPERTIES, type Stopped, stoppedOf } from "./stopped.ts";
import { heldValue, localName, stepKind, THING_PROPERTIES, type Thing, thingKind, thingOf } from "./things.ts";
import { type PlainValue, recordedValue, recordOf } from "./values.ts";

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

/** One step and the steps inside it, in the order in which they began. */
export interface StepDetail {
  readonly id: string;
  readonly name: string;
  readonly kind: StepKind;
  readonly status: RunStatus;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly error?: Run["error"];
  /** Where its loops over epochs were left before their planned end, and why. */
  readonly stopped?: readonly Stopped[];
  /** Hyperparameters of a training, parameters of any other step. */
  readonly parameters: Readonly<Record<string, PlainValue>>;
  /** Values that it came to, and what an evaluation measured. */
  readonly results: Readonly<Record<string, PlainValue>>;
  readonly measures: Readonly<Record<string, PlainValue>>;
  readonly inputs: readonly Thing[];
  readonly outputs: readonly Thing[];
  readonly steps: readonly StepDetail[];
}

/** The steps inside a run, itself included. Windows of inferences and single events are parts of steps, and too many to be steps. */
export const STEPS_OF = (run: string): Sparql => sparql`
SELECT ?step WHERE { ?step dcterms:isPartOf* ${{ iri: run }} . FILTER NOT EXISTS { ?step provml:windowNumber ?window } }`;

/** What steps used and generated. */
export const FLOWS = (steps: readonly string[]): Sparql => sparql`
SELECT ?step ?relation ?thing WHERE {
  VALUES ?step { ${iris(steps)} }
  { ?step prov:used ?thing . BIND("used" AS ?relation) }
  UNION
  { ?thing prov:wasGeneratedBy ?step . BIND("generated" AS ?relation) }
}`;

/** As what they did. */
const ROLES = (steps: readonly string[]): Sparql => sparql`
SELECT ?step ?thing ?role WHERE {
  VALUES ?step { ${iris(steps)} }
  { ?step prov:qualifiedUsage ?q . ?q prov:entity ?thing ; prov:hadRole ?role }
  UNION
  { ?thing prov:qualifiedGeneration ?q . ?q prov:activity ?step ; prov:hadRole ?role }
}`;

const STEP_PROPERTIES = [
  rdf.type,
  rdfs.label,
  dcterms.isPartOf,
  prov.startedAtTime,
  prov.endedAtTime,
  provml.status,
  provml.errorType,
  provml.errorMessage,
];

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
  const origins = await describeWhole(source, [execution?.environment, execution?.source]);
  const all = [...steps.values()];
  const outputs = distinct(all.flatMap((step) => step.outputs));
  const made = new Set(outputs.map((thing) => thing.id));
  return {
    ...run,
    ...present({ command: execution?.command, rootDirectory: execution?.rootDirectory }),
    environment: attributesOf(origins, execution?.environment),
    source: attributesOf(origins, execution?.source),
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

export interface FlatStep extends Omit<StepDetail, "steps"> {
  readonly parents: readonly string[];
  /** Whether it is an execution, or what one process did of it. */
  readonly isExecution: boolean;
}

/** The steps inside an activity, itself included, in the order in which they began, without those around them. */
export async function readSteps(source: Source, activity: string): Promise<Map<string, FlatStep>> {
  const ids = (await select(source, STEPS_OF(activity))).map(({ step }) => step?.value ?? "").sort(compareIds);
  const facts = await describe(source, ids, STEP_PROPERTIES);
  const statuses = await statusesOf(source, facts);
  const flows = groupBy(await selectInBatches(source, ids, FLOWS), "step");
  const roles = groupBy(await selectInBatches(source, ids, ROLES), "step");
  const things = await describe(source, thingsIn(flows), [...THING_PROPERTIES, ...STOPPED_PROPERTIES]);
  const steps = new Map<string, FlatStep>();
  for (const id of ids) {
    const its = factsAbout(facts, id);
    const roleOf = new Map(roles.get(id)?.map(({ thing, role }) => [thing?.value, definedName(role?.value ?? "")]));
    const flow = (relation: string) =>
      (flows.get(id) ?? [])
        .filter((row) => row.relation?.value === relation)
        .map(({ thing }) => thing?.value ?? "")
        .sort(compareIds)
        .map((thing) => ({ id: thing, facts: factsAbout(things, thing), role: roleOf.get(thing) }));
    const [used, generated] = [flow("used"), flow("generated")];
    steps.set(id, {
      id,
      name: labelOf(its, id),
      kind: stepKind(its),
      status: statuses.get(id)?.status ?? "silent",
      ...timesOf(its),
      ...errorOf(its),
      ...stoppedOf(generated.map((one) => one.facts)),
      parameters: valuesOfFlow(used, VALUE_KINDS),
      results: valuesOfFlow(generated, RESULT_KINDS),
      measures: valuesOfFlow(generated, MEASURE_KINDS),
      inputs: thingsOfFlow(used),
      outputs: thingsOfFlow(generated),
      parents: valuesOf(its, dcterms.isPartOf),
      isExecution: hasType(its, provml.WorkflowExecution),
    });
  }
  return steps;
}

/** A step stands once in the tree, even where a foreign graph makes it a part of itself. */
function treeOf(id: string, steps: Map<string, FlatStep>): StepDetail {
  const { parents: _, isExecution: __, ...step } = steps.get(id) as FlatStep;
  steps.delete(id);
  const inside = [...steps.values()].filter(({ parents }) => parents.includes(id)).map((child) => child.id);
  return { ...step, steps: inside.flatMap((child) => (steps.has(child) ? [treeOf(child, steps)] : [])) };
}

interface Flow {
  readonly id: string;
  readonly facts: Facts;
  readonly role: string | undefined;
}

const VALUE_KINDS: ReadonlySet<string> = new Set(["value", "hyperparameter", "measure"]);
const RESULT_KINDS: ReadonlySet<string> = new Set(["value", "hyperparameter"]);
const MEASURE_KINDS: ReadonlySet<string> = new Set(["measure"]);

function valuesOfFlow(flow: readonly Flow[], kinds: ReadonlySet<string>): Readonly<Record<string, PlainValue>> {
  const values = flow.filter(({ facts }) => kinds.has(thingKind(facts)));
  return recordOf(values.map(({ id, facts }) => [labelOf(facts, id), heldValue(facts) ?? null]));
}

/** Series, endings and surroundings have places of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set([...VALUE_KINDS, "series", "stopping", "environment", "source"]);

function thingsOfFlow(flow: readonly Flow[]): Thing[] {
  const things = flow.filter(({ facts }) => !ELSEWHERE.has(thingKind(facts)));
  return things.map(({ id, facts, role }) => thingOf(id, facts, role));
}

function thingsIn(flows: ReadonlyMap<string, readonly SolutionRow[]>): string[] {
  return [...flows.values()].flat().map(({ thing }) => thing?.value ?? "");
}

function distinct(things: readonly Thing[]): Thing[] {
  return [...new Map(things.map((thing) => [thing.id, thing])).values()];
}

/** What entities that say something about the whole execution say. */
const ATTRIBUTES = (things: readonly string[]): Sparql => sparql`
SELECT ?s ?p ?o WHERE { VALUES ?s { ${iris(things)} } ?s ?p ?o . FILTER(isLiteral(?o)) }`;

async function describeWhole(source: Source, things: readonly (string | undefined)[]): Promise<Map<string, Facts>> {
  return factsOf(
    await selectInBatches(
      source,
      things.filter((thing) => thing !== undefined),
      ATTRIBUTES,
    ),
  );
}

function attributesOf(all: ReadonlyMap<string, Facts>, thing: string | undefined): Record<string, PlainValue> {
  const facts = factsAbout(all, thing ?? "");
  const attributes: [string, PlainValue][] = [];
  for (const [property, terms] of facts) {
    const values = terms.map(recordedValue);
    if (property !== rdfs.label)
      attributes.push([localName(property), values.length === 1 ? (values[0] as PlainValue) : values]);
  }
  return recordOf(attributes.sort(([a], [b]) => (a < b ? -1 : 1)));
}
