import type { StepKind } from "../../model/ml.ts";
import { definedName } from "../../model/names.ts";
import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms, rdf, rdfs } from "../../vocab/rdf.ts";
import { describe, type Facts, factsAbout, groupBy, hasType, iris, labelOf, valuesOf } from "../facts.ts";
import { compareIds } from "../ids.ts";
import { selectInBatches } from "../lookup.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { heldValue, stepKind, THING_PROPERTIES, type Thing, thingKind, thingOf } from "../things.ts";
import { type PlainValue, recordOf } from "../values.ts";
import { errorOf, type Run, timesOf } from "./runs.ts";
import { type RunStatus, statusesOf } from "./status.ts";
import { STOPPED_PROPERTIES, type Stopped, stoppedOf } from "./stopped.ts";

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
