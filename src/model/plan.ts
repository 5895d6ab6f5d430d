import { createHash } from "node:crypto";
import type { Brief, BriefValue } from "./brief.ts";
import { ProvenanceError } from "./error.ts";
import { STAGE_TYPES, type StepKind } from "./ml.ts";
import { CATALOGUE_GRAPH, definitionName } from "./names.ts";

/** What a workflow is meant to do: its stages in order (prospective provenance). Written once per version, in a graph of its own. */
export interface Plan {
  /** The workflow's name. */
  readonly name: string;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  /** The name under which the step is wrapped; unique in the plan. */
  readonly name: string;
  readonly kind: Exclude<StepKind, "section">;
  /** Names of the hyperparameters (of a training) or parameters that it takes. */
  readonly parameters?: readonly string[];
  /** Names of what it reads and of what it makes. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** Names of the measures that it finds. */
  readonly measures?: readonly string[];
}

/** A plan with its identity: the same content always has the same name. */
export interface NamedPlan {
  readonly plan: Plan;
  readonly name: string;
  readonly graph: string;
  /** The name of each step's part of the plan. */
  readonly steps: ReadonlyMap<string, string>;
}

/** @throws {ProvenanceError} `bad-plan` when a name is missing or comes twice, or a kind is unknown. */
export function namePlan(plan: Plan): NamedPlan {
  checkPlan(plan);
  const digest = createHash("sha256")
    .update(JSON.stringify(canonical(plan)))
    .digest("hex")
    .slice(0, 32);
  const name = definitionName("plan", digest);
  const steps = new Map(plan.steps.map((step, index) => [step.name, `${name}-${index + 1}`]));
  return { plan, name, graph: `${name}-graph`, steps };
}

/** The statements of a plan, all in the plan's own graph, and the one that describes the graph in the catalogue. */
export function planStatements({ plan, name, graph, steps }: NamedPlan): Brief[] {
  const entity = (id: string, attributes: [string, BriefValue][]): Brief => ({ kind: "entity", id, attributes, graph });
  const type = (term: string): [string, BriefValue] => ["prov:type", { name: term }];
  const label = (text: string): [string, BriefValue] => ["rdfs:label", text];
  const bundle: [string, BriefValue][] = [type("prov:Bundle"), label(plan.name), ["dcterms:subject", { name }]];
  const described: Brief = { kind: "entity", id: graph, attributes: bundle, graph: CATALOGUE_GRAPH };
  const statements = [
    described,
    entity(name, [type("prov:Plan"), type("provml:LearningExperiment"), label(plan.name)]),
  ];
  for (const step of plan.steps) {
    const id = steps.get(step.name) as string;
    const attributes = [type("prov:Plan"), type(STAGE_TYPES[step.kind]), label(step.name)];
    attributes.push(["dcterms:isPartOf", { name }]);
    const parameterKind = step.kind === "training" ? "LearningHyperparameter" : "Attribute";
    for (const [list, property, class_] of [
      [step.parameters, "provml:declaresParameter", `provml:${parameterKind}`],
      [step.inputs, "provml:declaresInput", "provml:Attribute"],
      [step.outputs, "provml:declaresOutput", "provml:Attribute"],
      [step.measures, "provml:declaresMeasure", "provml:EvaluationMeasure"],
    ] as const) {
      for (const [index, text] of (list ?? []).entries()) {
        const part = `${id}-${property.slice("provml:declares".length).toLowerCase()}-${index + 1}`;
        attributes.push([property, { name: part }]);
        statements.push(entity(part, [type(class_), label(text), ["dcterms:isPartOf", { name: id }]]));
      }
    }
    statements.push(entity(id, attributes));
  }
  return statements;
}

function checkPlan(plan: Plan): void {
  const bad = (what: string) => new ProvenanceError("bad-plan", `plan: ${what}`);
  if (typeof plan?.name !== "string" || !Array.isArray(plan.steps)) throw bad("give it a name and a list of steps");
  const seen = new Set<string>();
  for (const [index, step] of plan.steps.entries()) {
    if (typeof step?.name !== "string" || step.name === "") throw bad(`step ${index + 1} has no name`);
    if (seen.has(step.name)) throw bad(`two steps are named ${JSON.stringify(step.name)}; give each its own name`);
    if (!Object.hasOwn(STAGE_TYPES, step.kind)) {
      throw bad(
        `step ${JSON.stringify(step.name)} has kind ${JSON.stringify(step.kind)}; one of ${Object.keys(STAGE_TYPES).join(", ")}`,
      );
    }
    for (const field of ["parameters", "inputs", "outputs", "measures"] as const) {
      const names: unknown = step[field];
      if (names === undefined) continue;
      if (!Array.isArray(names) || names.some((n) => typeof n !== "string")) {
        throw bad(`${field} of step ${JSON.stringify(step.name)} must be a list of names`);
      }
    }
    seen.add(step.name);
  }
}

/** The plan with its keys in a fixed order, so that equal plans have equal bytes. */
function canonical({ name, steps }: Plan): unknown {
  return [
    name,
    steps.map((s) => [s.name, s.kind, s.parameters ?? [], s.inputs ?? [], s.outputs ?? [], s.measures ?? []]),
  ];
}
