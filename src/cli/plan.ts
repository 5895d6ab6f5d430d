import { ProvenanceError } from "../model/error.ts";
import { STEP_TYPES, type StepKind } from "../model/ml.ts";
import { expandName, PREFIXES } from "../model/names.ts";
import { namePlan, type Plan, type PlannedStep } from "../model/plan.ts";
import { type Graph, type Sparql, sparql } from "../query/index.ts";
import { readPlan, writePlan } from "../spool/plans.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import { directoryOf, openFlushed } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { printJson } from "./output.ts";

export const command: Command = {
  name: "plan",
  summary: "make what a run's execution did the plan that the workflow's next executions are held to",
  usage: "accept RUN [--json]",
  arguments: { least: 2, most: 2 },
  options: JSON_OPTION,
  async run(input) {
    const [verb, name = ""] = input.positionals;
    if (verb !== "accept")
      throw new ProvenanceError("bad-argument", `plan ${verb}: what can be done with a plan is plan accept RUN`);
    const directory = directoryOf(input);
    await using graph = await openFlushed(input);
    const { workflow, execution } = await graph.run(name);
    const plan: Plan = { name: workflow, steps: await stepsOf(graph, execution) };
    namePlan(plan); // refuses what can be no plan
    const isFirst = readPlan(directory, workflow) === undefined;
    const path = writePlan(directory, workflow, plan);
    if (input.options.json === true) printJson({ path, plan });
    else {
      const names = plan.steps.map((step) => step.name).join(", ");
      console.log(`${isFirst ? "the plan" : "the new plan"} of ${workflow}: ${names}`);
      console.log(`its next executions are linked to it by prov:hadPlan (${path})`);
    }
    return EXIT.done;
  },
};

/** The steps below an execution, with the names of the values that they took and found. */
const STEPS = (execution: string): Sparql => sparql`
SELECT ?step ?name ?type ?relation ?value ?valueType WHERE {
  ?step dcterms:isPartOf+ ${{ iri: execution }} ; rdfs:label ?name ; a ?type ; prov:startedAtTime ?started .
  FILTER NOT EXISTS { ?step provml:sectionKind ?kind }
  OPTIONAL {
    { ?step prov:used ?thing . BIND("used" AS ?relation) } UNION { ?thing prov:wasGeneratedBy ?step . BIND("generated" AS ?relation) }
    ?thing rdfs:label ?value ; a ?valueType .
    VALUES ?valueType { provml:LearningHyperparameterValue provml:AttributeValue provml:ModelEvaluation }
  }
} ORDER BY ?started ?step ?value`;

/** A step that was called several times is one step of the plan, with the names of all its calls. */
async function stepsOf(graph: Graph, execution: string): Promise<PlannedStep[]> {
  const steps = new Map<
    string,
    {
      kind: PlannedStep["kind"];
      parameters: Set<string>;
      inputs: Set<string>;
      outputs: Set<string>;
      measures: Set<string>;
    }
  >();
  for (const { name, type, relation, value, valueType } of await graph.select(STEPS(execution))) {
    const kind = KINDS.get(String(type));
    if (kind === undefined) continue;
    let step = steps.get(String(name));
    if (!step) {
      step = { kind, parameters: new Set(), inputs: new Set(), outputs: new Set(), measures: new Set() };
      steps.set(String(name), step);
    }
    if (value === undefined) continue;
    const isMeasure = valueType === `${PREFIXES.provml}ModelEvaluation`;
    const isParameter = valueType === `${PREFIXES.provml}LearningHyperparameterValue`;
    if (isMeasure) step.measures.add(String(value));
    else if (isParameter) step.parameters.add(String(value));
    else if (relation === "used") step.inputs.add(String(value));
    else step.outputs.add(String(value));
  }
  return [...steps].map(([name, { kind, ...lists }]) => ({
    name,
    kind,
    ...Object.fromEntries(
      Object.entries(lists).flatMap(([list, names]) => (names.size === 0 ? [] : [[list, [...names]]])),
    ),
  }));
}

const KINDS = new Map(
  Object.entries(STEP_TYPES).flatMap(([kind, types]) =>
    kind === "section" ? [] : types.map((type) => [expandName(type, PREFIXES), kind as Exclude<StepKind, "section">]),
  ),
);
