import type { Brief, BriefValue, Name } from "./brief.ts";
import { canonicalDouble } from "./literals.ts";
import { STAGE_TYPES } from "./ml.ts";
import { CATALOGUE_GRAPH, type DefinitionKind, definitionName } from "./names.ts";
import type { NamedPlan, PlannedStep, PlannedThing, PlannedValue } from "./plan.ts";

/**
 * The statements of a plan, all in the plan's own graph, and the one that describes the graph in the catalogue. What a field does not say
 * adds nothing, so that a plan of a given name has the same graph whoever writes it.
 */
export function planStatements({ plan, name, graph, steps, parts }: NamedPlan): Brief[] {
  const statements: Brief[] = [];
  const state: State = (id, attributes, its = graph) => {
    statements.push({ kind: "entity", id, attributes, graph: its });
  };
  state(graph, [type("prov:Bundle"), label(plan.name), ["dcterms:subject", { name }]], CATALOGUE_GRAPH);
  const attributes = [type("prov:Plan"), type("provml:LearningExperiment"), label(plan.name)];
  if (plan.experiment !== undefined) attributes.push(["dcterms:title", plan.experiment]);
  if (plan.complete) attributes.push(["provml:isComplete", true]);
  if (plan.study !== undefined)
    attributes.push(["dcterms:isPartOf", { name: define(state, "study", plan.study, "prov:Plan", "provml:Study") }]);
  state(name, attributes);
  for (const [index, step] of plan.steps.entries()) {
    const id = parts.get(`${step.kind} ${step.name}`) as Name;
    const around = step.within === undefined ? name : (steps.get(step.within) as Name);
    stateStep(state, step, id, around, plan.ordered ? index + 1 : undefined);
  }
  return statements;
}

type Attributes = [Name, BriefValue][];
type State = (id: Name, attributes: Attributes, graph?: Name) => void;

/** The lists of a step: the property that relates the step to what it declares, and the name and the classes of that. */
const LISTS = {
  parameters: { property: "provml:declaresParameter", part: "parameter", types: parameterTypes },
  inputs: { property: "provml:declaresInput", part: "input", types: thingTypes },
  outputs: { property: "provml:declaresOutput", part: "output", types: thingTypes },
  measures: { property: "provml:declaresMeasure", part: "measure", types: () => [type("provml:EvaluationMeasure")] },
} as const;

function stateStep(state: State, step: PlannedStep, id: Name, around: Name, position: number | undefined): void {
  const attributes = [type("prov:Plan"), type(STAGE_TYPES[step.kind]), label(step.name)];
  attributes.push(["dcterms:isPartOf", { name: around }]);
  if (position !== undefined) attributes.push(["provml:position", position]);
  if (step.optional) attributes.push(["provml:isOptional", true]);
  const specification = step.procedure === undefined ? undefined : `${id}-specification`;
  for (const [field, { property, part: word, types }] of Object.entries(LISTS)) {
    for (const [index, given] of (step[field as keyof typeof LISTS] ?? []).entries()) {
      const part = `${id}-${word}-${index + 1}`;
      const entry = typeof given === "string" ? { name: given } : given;
      attributes.push([property, { name: part }]);
      const its: Attributes = [...types(entry, step), label(entry.name), ["dcterms:isPartOf", { name: id }]];
      if (field === "measures" && specification !== undefined) its.push(["dcterms:isPartOf", { name: specification }]);
      state(part, [...its, ...restrictions(entry)]);
    }
  }
  for (const [index, kind] of (step.sections ?? []).entries()) {
    const its = [type("prov:Plan"), type("provml:LearningStageSection"), label(kind)];
    state(`${id}-section-${index + 1}`, [...its, ["provml:sectionKind", kind], ["dcterms:isPartOf", { name: id }]]);
  }
  if (step.algorithm !== undefined)
    attributes.push([
      "provml:declaresAlgorithm",
      { name: define(state, "algorithm", step.algorithm, "provml:Algorithm") },
    ]);
  if (step.task !== undefined)
    attributes.push(["provml:declaresTask", { name: define(state, "task", step.task, "provml:LearningTask") }]);
  if (specification !== undefined && step.procedure !== undefined) {
    const whole = [type("prov:Plan"), type("provml:EvaluationSpecification"), label(step.name)];
    state(specification, [...whole, ["dcterms:isPartOf", { name: id }]]);
    const procedure = [type("prov:Plan"), type("provml:EvaluationProcedure"), label(step.procedure)];
    state(`${id}-procedure`, [...procedure, ["dcterms:isPartOf", { name: specification }]]);
  }
  state(id, attributes);
}

function parameterTypes(_: object, step: PlannedStep): Attributes {
  return [type(step.kind === "training" ? "provml:LearningHyperparameter" : "provml:Attribute")];
}

/** What a planned thing is beside an attribute. A planned model is no model yet. */
const THING_TYPES = {
  dataset: "provml:LearningDataSetReference",
  model: "provml:ModelProspection",
  characteristic: "provml:DataSetCharacteristic",
} as const;

function thingTypes({ kind }: PlannedThing): Attributes {
  return kind === undefined ? [type("provml:Attribute")] : [type("provml:Attribute"), type(THING_TYPES[kind])];
}

function restrictions(entry: PlannedThing & PlannedValue): Attributes {
  const attributes: Attributes = [];
  if (entry.optional) attributes.push(["provml:isOptional", true]);
  if (entry.split !== undefined) attributes.push(["provml:split", entry.split]);
  if (entry.default !== undefined) attributes.push(["provml:defaultValue", entry.default]);
  for (const value of entry.values ?? []) attributes.push(["provml:allowedValue", value]);
  for (const bound of ["minimum", "maximum"] as const) {
    const value = entry[bound];
    if (value !== undefined)
      attributes.push([`provml:${bound}`, { value: canonicalDouble(value), type: "xsd:double" }]);
  }
  return attributes;
}

/** States what is named once for all plans, and returns its name. */
function define(state: State, kind: DefinitionKind, text: string, ...types: readonly string[]): Name {
  const name = definitionName(kind, text);
  state(name, [...types.map(type), label(text)]);
  return name;
}

function type(term: string): [Name, BriefValue] {
  return ["prov:type", { name: term }];
}

function label(text: string): [Name, BriefValue] {
  return ["rdfs:label", text];
}
