import { createHash } from "node:crypto";
import type { StepKind } from "./ml.ts";
import { definitionName } from "./names.ts";
import { planForm } from "./plan-form.ts";

/**
 * What a workflow is meant to do: its steps (prospective provenance). Written once per version, in a graph of its own. A list that names
 * something names all of its kind: what else happens is a departure. An empty or absent list leaves it open, unless the plan is `complete`.
 */
export interface Plan {
  /** The workflow's name. */
  readonly name: string;
  /** What the experiment is called, where the workflow's name does not say it. */
  readonly experiment?: string;
  /** The study that the experiment is part of. */
  readonly study?: string;
  /** Whether empty and absent lists mean none. A plan made by `provml plan accept` is complete. */
  readonly complete?: boolean;
  /** Whether the steps are to begin in the order of the list. */
  readonly ordered?: boolean;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  /** The name under which the step is wrapped; unique among the steps of its kind. */
  readonly name: string;
  readonly kind: Exclude<StepKind, "section">;
  /** The hyperparameters (of a training) or parameters that it takes; `optimizer` stands for `optimizer.rate` too. */
  readonly parameters?: readonly (string | PlannedValue)[];
  /** What it reads and what it makes, by label, role or file name; `*` stands for what varies, as in `epoch-*.json`. */
  readonly inputs?: readonly (string | PlannedThing)[];
  readonly outputs?: readonly (string | PlannedThing)[];
  /** The measures that it finds or logs. */
  readonly measures?: readonly (string | PlannedValue)[];
  /** The kinds of parts that it repeats: epoch, batch, fold. */
  readonly sections?: readonly string[];
  /** The step inside which it is called. */
  readonly within?: string;
  /** Whether it may be left out, or fail. */
  readonly optional?: boolean;
  /** The learning algorithm, e.g. `gradient descent`. */
  readonly algorithm?: string;
  /** What is to be learnt, e.g. `classification of penguins by species`. */
  readonly task?: string;
  /** How models are evaluated, e.g. `10-fold cross-validation`. */
  readonly procedure?: string;
}

export type PlannedScalar = string | number | boolean;

/** A parameter or measure of which more is said than its name. */
export interface PlannedValue {
  readonly name: string;
  readonly optional?: boolean;
  /** Of a parameter: its value where the program is told no other; it may then be absent. */
  readonly default?: PlannedScalar;
  /** The only values that it may have. */
  readonly values?: readonly PlannedScalar[];
  /** The bounds of a number, which may be reached. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Something read or made, of which more is said than its name. */
export interface PlannedThing {
  readonly name: string;
  readonly optional?: boolean;
  /** A data set, a model, or a characteristic of a data set such as its size. */
  readonly kind?: "dataset" | "model" | "characteristic";
  /** Of a data set: which part of the data it is, `train`, `validation` or `test`. */
  readonly split?: string;
}

/** A plan with its identity: the same content always has the same name. */
export interface NamedPlan {
  readonly plan: Plan;
  readonly name: string;
  readonly graph: string;
  /** The name of each step's part of the plan; of steps that share a name the first one's. */
  readonly steps: ReadonlyMap<string, string>;
  /** The same by kind and name, and of each section by its step's part and its kind. */
  readonly parts: ReadonlyMap<string, string>;
}

/** @throws {ProvenanceError} `bad-plan` when a name is missing or comes twice, a kind is unknown, or a field has another form. */
export function namePlan(given: Plan): NamedPlan {
  const plan = planForm(given);
  const digest = createHash("sha256")
    .update(JSON.stringify(canonical(plan)))
    .digest("hex")
    .slice(0, 32);
  const name = definitionName("plan", digest);
  const steps = new Map<string, string>();
  const parts = new Map<string, string>();
  for (const [index, step] of plan.steps.entries()) {
    const id = `${name}-${index + 1}`;
    parts.set(`${step.kind} ${step.name}`, id);
    if (!steps.has(step.name)) steps.set(step.name, id);
    for (const [n, kind] of (step.sections ?? []).entries()) parts.set(`${id} ${kind}`, `${id}-section-${n + 1}`);
  }
  return { plan, name, graph: `${name}-graph`, steps, parts };
}

/** The name of the part of a plan that is about a step, of the kind if there is one; undefined where none is. */
export function stageOf({ steps, parts }: NamedPlan, name: string, kind: StepKind): string | undefined {
  return parts.get(`${kind} ${name}`) ?? steps.get(name);
}

/** The name of the part of a plan that is about the sections of a kind of a step. */
export function plannedSection({ parts }: NamedPlan, stage: string, kind: string): string | undefined {
  return parts.get(`${stage} ${kind}`);
}

/** What must be the same for plans to be the same. What a plan does not say takes no place, so that names outlive new fields. */
function canonical({ name, steps, ...more }: Plan): unknown {
  return [name, steps.map(canonicalStep), ...said(more)];
}

function canonicalStep({ name, kind, parameters, inputs, outputs, measures, ...more }: PlannedStep): unknown {
  return [name, kind, parameters ?? [], inputs ?? [], outputs ?? [], measures ?? [], ...said(more)];
}

function said(fields: object): object[] {
  return Object.keys(fields).length === 0 ? [] : [fields];
}
