import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import { CATALOGUE_GRAPH, EXECUTION_ACTIVITY, EXECUTION_GRAPH } from "../../model/names.ts";
import type { Execution } from "../execution.ts";
import type { ThreadFacts } from "../placement/threads.ts";
import type { Origin } from "./origin.ts";

type Attributes = readonly (readonly [string, BriefValue])[];

/**
 * The execution, its graph, and what this process did of it. Only who began an execution states its times; what all its processes state
 * has the same value in each.
 */
export function rootStatements(execution: Execution, attributes: Attributes): Brief[] {
  const { root, workflow, standing } = execution;
  const statements: Brief[] = [];
  const label = ["rdfs:label", workflow] as const;
  if (standing.kind !== "launcher")
    statements.push({ kind: "activity", id: EXECUTION_ACTIVITY, attributes: [IS_EXECUTION, label] });
  statements.push({
    kind: "activity",
    id: root.name,
    startTime: root.startTime,
    attributes: [IS_EXECUTION, label, ...attributes, ...standingAttributes(execution)],
  });
  const subject = ["dcterms:subject", { name: EXECUTION_ACTIVITY }] as const;
  statements.push({
    kind: "entity",
    id: EXECUTION_GRAPH,
    attributes: [["prov:type", { name: "prov:Bundle" }], label, subject],
    graph: CATALOGUE_GRAPH,
  });
  if (standing.kind === "launcher")
    statements.push({ kind: "wasGeneratedBy", entity: EXECUTION_GRAPH, time: root.startTime, graph: CATALOGUE_GRAPH });
  return statements;
}

/** Of a thread: what it did of its execution. All else is as its process stated it. */
export function threadOrigin({ root, standing }: Execution, thread: ThreadFacts): Origin {
  const whole = partOf(standing.step ?? EXECUTION_ACTIVITY);
  const attributes = [IS_EXECUTION, ["rdfs:label", `thread ${thread.number}`], whole] as const;
  const { software, environment } = thread;
  const statements: Brief[] = [{ kind: "activity", id: root.name, startTime: root.startTime, attributes }];
  return { statements, software, environment, packageFolder: undefined };
}

const IS_EXECUTION = ["prov:type", { name: "provml:WorkflowExecution" }] as const;

function partOf(whole: Name): readonly [string, BriefValue] {
  return ["dcterms:isPartOf", { name: whole }];
}

function standingAttributes({ standing: { kind, step, scheduled }, settings }: Execution): Attributes {
  const attributes: (readonly [string, BriefValue])[] = [];
  if (kind === "launcher" && takeReproduced(settings.reproduces))
    attributes.push(["provml:reproduces", { name: `<${settings.reproduces}>` }]);
  if (kind !== "launcher") attributes.push(partOf(EXECUTION_ACTIVITY));
  if (step !== undefined) attributes.push(partOf(step));
  else attributes.push(...rankAttributes(scheduled));
  return attributes;
}

/** Whether this is the first to do it again: what it starts from here on, or begins beside it, is another execution, and inherits the environment. */
function takeReproduced(execution: string | undefined): boolean {
  if (execution === undefined || TAKEN.has(execution)) return false;
  TAKEN.add(execution);
  if (process.env.PROVML_REPRODUCES === execution) delete process.env.PROVML_REPRODUCES;
  return true;
}
const TAKEN = new Set<string>();

/** Which of the processes of a step this is, in which start of which job. What a rank starts in turn is no rank. */
function rankAttributes({ rank, size, restart, job }: Execution["standing"]["scheduled"]): Attributes {
  const told = [
    ["provml:rank", rank],
    ["provml:rankCount", size],
    ["provml:restart", restart],
    ["provml:job", job],
  ] as const;
  return told.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
