import type { Plan, PlannedStep, PlannedThing } from "../model/plan.ts";
import { planForm } from "../model/plan-form.ts";
import { PlacedJson } from "./json/places.ts";
import { shown, unreadableAt } from "./unreadable.ts";

/** A plan as ProvLake declares it, and the names of the fields that a plan has no place for. */
export interface ProvLakePlan {
  readonly plan: Plan;
  readonly leftOut: readonly string[];
}

/**
 * Reads the prospective JSON of ProvLake's capture library: a `dataflow_name`, and `data_transformations` by name, each with the attributes of
 * its `input_datasets` and `output_datasets`. What an attribute is follows from its `ml_semantics`, else from its `semantics` and its side.
 * A transformation is a training, an evaluation, an inference or a preparation by what it takes and makes.
 * @throws {ProvenanceError} `unreadable` with the place, `bad-plan` for what is more than a plan can hold.
 */
export function readProvLake(text: string, workflow?: string): ProvLakePlan {
  const syntax = syntaxError(text);
  const json = new PlacedJson(text);
  const leftOut = new Set<string>();
  let name: string | undefined;
  let steps: PlannedStep[] | undefined;
  json.members((key) => {
    if (key === "dataflow_name") name = nonEmpty(json);
    else if (key === "data_transformations") steps = transformations(json, leftOut);
    else leaveOut(json, key, leftOut);
  });
  json.end();
  if (syntax !== undefined) throw syntax;
  name = workflow ?? name;
  if (name === undefined) throw unreadableAt("$", "expected dataflow_name, the name of the workflow");
  if (steps === undefined) throw unreadableAt("$", "expected data_transformations, the steps of the workflow");
  return { plan: planForm({ name, steps }), leftOut: [...leftOut] };
}

/** What is left out is passed over without a close look, so its syntax is looked at before. */
function syntaxError(text: string): Error | undefined {
  try {
    JSON.parse(text.replace(/^\ufeff/, ""));
    return undefined;
  } catch (cause) {
    return unreadableAt("$", `expected JSON: ${(cause as Error).message}`, cause);
  }
}

function transformations(json: PlacedJson, leftOut: Set<string>): PlannedStep[] {
  const steps: PlannedStep[] = [];
  const seen = new Set<string>();
  json.members((name) => {
    if (name === "") json.fail("expected a name for the transformation");
    if (seen.has(name)) json.fail("expected no second transformation of this name");
    seen.add(name);
    const attributes: Attribute[] = [];
    json.members((key) => {
      const side = Object.hasOwn(SIDES, key) ? SIDES[key] : undefined;
      if (side === undefined) leaveOut(json, key, leftOut);
      else for (const its of list(json, () => dataset(json, side, leftOut))) attributes.push(...its);
    });
    steps.push(stepOf(name, attributes));
  });
  return steps;
}

type Side = "input" | "output";

const SIDES: Readonly<Record<string, Side>> = { input_datasets: "input", output_datasets: "output" };

/** The words of ProvLake's `ml_semantics`. */
const ML_SEMANTICS = ["hyper_parameter", "data_characteristic", "dataset", "evaluation_measure", "model"] as const;
type MlSemantics = (typeof ML_SEMANTICS)[number];

interface Attribute {
  readonly side: Side;
  readonly name: string;
  readonly meaning: MlSemantics | "reference" | "value";
}

function dataset(json: PlacedJson, side: Side, leftOut: Set<string>): Attribute[] {
  const found: Attribute[] = [];
  json.members((key) => {
    if (key === "attributes") found.push(...attributes(json, side, "", 1, leftOut));
    else leaveOut(json, key, leftOut);
  });
  return found;
}

const DEEPEST = 16;

function attributes(json: PlacedJson, side: Side, around: string, depth: number, leftOut: Set<string>): Attribute[] {
  if (depth > DEEPEST) json.fail(`expected attributes at most ${DEEPEST} deep`);
  return list(json, () => attribute(json, side, around, depth, leftOut)).flat();
}

/** An attribute, or of one that says nothing of its own those inside it that do, as `around.inner`. */
function attribute(json: PlacedJson, side: Side, around: string, depth: number, leftOut: Set<string>): Attribute[] {
  let name: string | undefined;
  let mlSemantics: MlSemantics | undefined;
  let semantics = "";
  let inside: number | undefined;
  json.members((key) => {
    if (key === "name") name = nonEmpty(json);
    else if (key === "ml_semantics") mlSemantics = mlSemanticsOf(json);
    else if (key === "semantics") semantics = optionalText(json) ?? "";
    else if (key === "attributes") {
      inside = json.offset;
      json.skip();
    } else leaveOut(json, key, leftOut);
  });
  if (name === undefined) return json.fail("expected an attribute with a name");
  const path = around === "" ? name : `${around}.${name}`;
  const inner = inside === undefined ? [] : attributesAt(json, inside, side, path, depth, leftOut);
  const meant = inner.filter(({ meaning }) => meaning !== "value" && meaning !== "reference");
  if (mlSemantics === undefined && meant.length > 0) return meant;
  return [{ side, name: path, meaning: mlSemantics ?? (semantics.endsWith("REFERENCE") ? "reference" : "value") }];
}

/** The name of an attribute may come after those inside it. */
function attributesAt(
  json: PlacedJson,
  inside: number,
  side: Side,
  path: string,
  depth: number,
  leftOut: Set<string>,
): Attribute[] {
  const end = json.offset;
  json.rewind(inside);
  json.begin("attributes");
  const found = attributes(json, side, path, depth + 1, leftOut);
  json.done();
  json.rewind(end);
  return found;
}

function mlSemanticsOf(json: PlacedJson): MlSemantics | undefined {
  const word = optionalText(json);
  if (word === undefined) return undefined;
  const known = ML_SEMANTICS.find((one) => one === word.toLowerCase());
  return known ?? json.fail(`expected one of ${ML_SEMANTICS.join(", ")}, found ${shown(word)}`);
}

type Lists = "parameters" | "inputs" | "outputs" | "measures";

/** The list of the planned step in which an attribute stands, and as what kind of thing. */
const PLACES: Readonly<
  Record<Side, Readonly<Record<Attribute["meaning"], { readonly list: Lists; readonly kind?: PlannedThing["kind"] }>>>
> = {
  input: {
    hyper_parameter: { list: "parameters" },
    value: { list: "parameters" },
    reference: { list: "inputs" },
    dataset: { list: "inputs", kind: "dataset" },
    data_characteristic: { list: "inputs", kind: "characteristic" },
    model: { list: "inputs", kind: "model" },
    evaluation_measure: { list: "inputs" },
  },
  output: {
    hyper_parameter: { list: "outputs" },
    value: { list: "outputs" },
    reference: { list: "outputs" },
    dataset: { list: "outputs", kind: "dataset" },
    data_characteristic: { list: "outputs", kind: "characteristic" },
    model: { list: "outputs", kind: "model" },
    evaluation_measure: { list: "measures" },
  },
};

/** What kind of step a transformation is, by the first of these attributes that it has. */
const KINDS: readonly (readonly [Side, MlSemantics, PlannedStep["kind"]])[] = [
  ["output", "model", "training"],
  ["output", "evaluation_measure", "evaluation"],
  ["input", "hyper_parameter", "training"],
  ["input", "model", "inference"],
  ["output", "dataset", "dataPreparation"],
  ["output", "data_characteristic", "dataPreparation"],
];

/** An attribute that several of a transformation's datasets have stands once. */
function stepOf(name: string, attributes: readonly Attribute[]): PlannedStep {
  const lists: Record<Lists, Map<string, string | PlannedThing>> = {
    parameters: new Map(),
    inputs: new Map(),
    outputs: new Map(),
    measures: new Map(),
  };
  for (const { side, name: its, meaning } of attributes) {
    const { list, kind } = PLACES[side][meaning];
    if (typeof lists[list].get(its) !== "object") lists[list].set(its, kind === undefined ? its : { name: its, kind });
  }
  const isOf = (side: Side, meaning: MlSemantics) =>
    attributes.some((one) => one.side === side && one.meaning === meaning);
  const [, , kind = "activity"] = KINDS.find(([side, meaning]) => isOf(side, meaning)) ?? [];
  const { parameters, inputs, outputs, measures } = lists;
  return {
    name,
    kind,
    parameters: [...parameters.keys()],
    inputs: [...inputs.values()],
    outputs: [...outputs.values()],
    measures: [...measures.keys()],
  };
}

function list<T>(json: PlacedJson, read: () => T): T[] {
  const kind = json.kind();
  return kind === "array" ? json.items(read) : json.mismatch(kind, "an array");
}

function nonEmpty(json: PlacedJson): string {
  return json.text() || json.fail("expected a name, found an empty string");
}

function optionalText(json: PlacedJson): string | undefined {
  if (json.kind() !== "null") return json.text();
  json.null();
  return undefined;
}

function leaveOut(json: PlacedJson, key: string, leftOut: Set<string>): void {
  leftOut.add(key);
  json.skip();
}
