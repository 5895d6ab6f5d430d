import { STAGE_TYPES } from "../../model/ml.ts";
import { expandName, PREFIXES } from "../../model/names.ts";
import type { Plan, PlannedScalar, PlannedStep, PlannedThing, PlannedValue } from "../../model/plan.ts";
import { plainValue } from "../../rdf/terms.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms, rdf, rdfs } from "../../vocab/rdf.ts";
import {
  describe,
  type Facts,
  factsAbout,
  factsOf,
  groupBy,
  hasType,
  labelOf,
  present,
  textOf,
  valuesOf,
} from "../facts.ts";
import { compareIds } from "../ids.ts";
import { selectInBatches } from "../lookup.ts";
import { PLANS } from "../runs/executions.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";

/** A plan as its graph states it, and its IRI. */
export interface StatedPlan {
  readonly id: string;
  readonly plan: Plan;
}

/** A plan with all that is part of it. Virtuoso tells what is part of it in two ways twice. */
export const PARTS_OF_PLAN = (plan: string): Sparql => sparql`
SELECT DISTINCT ?s ?p ?o WHERE { ?s dcterms:isPartOf* ${{ iri: plan }} . ?s ?p ?o }`;

/** The plan of each of these executions that has one. */
export async function plansOf(source: Source, executions: Iterable<string>): Promise<Map<string, string>> {
  const rows = groupBy(await selectInBatches(source, executions, PLANS), "execution");
  return new Map(Array.from(rows, ([execution, [row]]) => [execution, row?.plan?.value ?? ""]));
}

/** Reads a plan back from its graph; undefined for what is linked as a plan and is none that provml can read, such as a script. */
export async function readPlan(source: Source, id: string): Promise<StatedPlan | undefined> {
  const facts = factsOf(await select(source, PARTS_OF_PLAN(id)));
  const whole = factsAbout(facts, id);
  if (!hasType(whole, provml.LearningExperiment)) return undefined;
  const stages = [...facts.keys()].filter((part) => kindOf(factsAbout(facts, part)) !== undefined).sort(compareIds);
  const linked = [...facts.values()].flatMap((its) => LINKS.flatMap((property) => valuesOf(its, property)));
  const graph: PlanGraph = { facts, children: childrenIn(facts), labels: await describe(source, linked, [rdfs.label]) };
  const plan = present({
    name: labelOf(whole, id),
    experiment: textOf(whole, dcterms.title),
    study: linkedLabel(graph, whole, dcterms.isPartOf),
    complete: isTrue(whole, provml.isComplete),
    ordered: stages.some((stage) => factsAbout(facts, stage).has(provml.position)) || undefined,
    steps: stages.map((stage) => stepOf(graph, stage)),
  });
  return { id, plan };
}

interface PlanGraph {
  readonly facts: ReadonlyMap<string, Facts>;
  /** What is part of each thing, in the order of the plan. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Of what plans share. */
  readonly labels: ReadonlyMap<string, Facts>;
}

/** What leads to things that plans share: a study, an algorithm, a task. */
const LINKS = [dcterms.isPartOf, provml.declaresAlgorithm, provml.declaresTask];

function childrenIn(facts: ReadonlyMap<string, Facts>): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const id of [...facts.keys()].sort(compareIds)) {
    for (const whole of valuesOf(factsAbout(facts, id), dcterms.isPartOf)) {
      const known = children.get(whole);
      if (known) known.push(id);
      else children.set(whole, [id]);
    }
  }
  return children;
}

function linkedLabel({ labels }: PlanGraph, facts: Facts, property: string): string | undefined {
  const thing = textOf(facts, property);
  return thing === undefined ? undefined : labelOf(factsAbout(labels, thing), thing);
}

const KINDS = new Map(
  Object.entries(STAGE_TYPES).flatMap(([kind, type]) =>
    kind === "section" ? [] : [[expandName(type, PREFIXES), kind as PlannedStep["kind"]] as const],
  ),
);

function kindOf(facts: Facts): PlannedStep["kind"] | undefined {
  return valuesOf(facts, rdf.type).flatMap((type) => KINDS.get(type) ?? [])[0];
}

function stepOf(graph: PlanGraph, id: string): PlannedStep {
  const { facts } = graph;
  const its = factsAbout(facts, id);
  const declared = (property: string) =>
    [...valuesOf(its, property)].sort(compareIds).map((part) => factsAbout(facts, part));
  const around = valuesOf(its, dcterms.isPartOf).find((one) => kindOf(factsAbout(facts, one)) !== undefined);
  return present({
    name: labelOf(its, id),
    kind: kindOf(its) as PlannedStep["kind"],
    parameters: listed(declared(provml.declaresParameter).map(plannedValue)),
    inputs: listed(declared(provml.declaresInput).map(plannedThing)),
    outputs: listed(declared(provml.declaresOutput).map(plannedThing)),
    measures: listed(declared(provml.declaresMeasure).map(plannedValue)),
    sections: listed(partsOf(graph, id, provml.LearningStageSection).map(labelIn(facts))),
    within: around === undefined ? undefined : labelIn(facts)(around),
    optional: isTrue(its, provml.isOptional),
    algorithm: linkedLabel(graph, its, provml.declaresAlgorithm),
    task: linkedLabel(graph, its, provml.declaresTask),
    procedure: partsOf(graph, id, provml.EvaluationSpecification)
      .flatMap((specification) => partsOf(graph, specification, provml.EvaluationProcedure))
      .map(labelIn(facts))[0],
  });
}

function partsOf({ facts, children }: PlanGraph, id: string, type: string): string[] {
  return (children.get(id) ?? []).filter((part) => hasType(factsAbout(facts, part), type));
}

function labelIn(facts: ReadonlyMap<string, Facts>): (id: string) => string {
  return (id) => labelOf(factsAbout(facts, id), id);
}

function plannedValue(facts: Facts): string | PlannedValue {
  const values = (facts.get(provml.allowedValue) ?? []).map(plainValue);
  return shortest({
    name: labelOf(facts, ""),
    ...present({
      optional: isTrue(facts, provml.isOptional),
      default: scalarOf(facts, provml.defaultValue),
      values: listed(values.sort((a, b) => (a < b ? -1 : 1))),
      minimum: scalarOf(facts, provml.minimum) as number | undefined,
      maximum: scalarOf(facts, provml.maximum) as number | undefined,
    }),
  });
}

const THING_KINDS = [
  ["dataset", provml.LearningDataSetReference],
  ["model", provml.ModelProspection],
  ["characteristic", provml.DataSetCharacteristic],
] as const;

function plannedThing(facts: Facts): string | PlannedThing {
  return shortest({
    name: labelOf(facts, ""),
    ...present({
      optional: isTrue(facts, provml.isOptional),
      kind: THING_KINDS.find(([, type]) => hasType(facts, type))?.[0],
      split: textOf(facts, provml.split),
    }),
  });
}

function shortest<T extends { readonly name: string }>(entry: T): string | T {
  return Object.keys(entry).length === 1 ? entry.name : entry;
}

function listed<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function scalarOf(facts: Facts, property: string): PlannedScalar | undefined {
  const [term] = facts.get(property) ?? [];
  return term && plainValue(term);
}

function isTrue(facts: Facts, property: string): true | undefined {
  return textOf(facts, property) === "true" || undefined;
}
