import { mls } from "../../vocab/mls.ts";
import { provml } from "../../vocab/provml.ts";
import { hasType } from "../facts.ts";
import { ambiguous, candidatesFor, checkName, notFound, quoted } from "../find.ts";
import { compareIds, shortId } from "../ids.ts";
import type { Departure, DepartureKind } from "../plans/departure.ts";
import { departuresFrom } from "../plans/departures.ts";
import { plansOf, readPlan, type StatedPlan } from "../plans/plans.ts";
import { type Call, type Happened, readHappened } from "../runs/calls.ts";
import { type ExecutionFacts, executionsOf } from "../runs/executions.ts";
import type { RunStatus } from "../runs/status.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { findDeadEnds } from "./dead-ends.ts";
import { findUnverified } from "./digests.ts";
import { findUnfinished } from "./endings.ts";
import { findLeaks } from "./leaks.ts";
import type { Suspicion, SuspicionKind } from "./suspicion.ts";

/** What checking an execution came to. All is well if there are no findings and every check could be made. */
export interface CheckReport {
  /** The execution's activity. */
  readonly execution: string;
  readonly workflow: string;
  readonly status: RunStatus;
  /** The plans that it is held to: one, unless it consists of several programs. */
  readonly plans: readonly StatedPlan[];
  readonly findings: readonly Finding[];
  /** The checks that could not be made, each with a sentence that says why. */
  readonly unable: readonly { readonly check: CheckName; readonly text: string }[];
}

/** What one check of a whole directory found of an execution. */
export type FoundInExecution = Finding & { readonly execution: string; readonly workflow: string };

/** Something that a check found, and which check. */
export interface Finding {
  readonly check: CheckName;
  readonly kind: DepartureKind | SuspicionKind;
  /** One sentence. */
  readonly text: string;
  /** The step that it is about. */
  readonly step?: string;
  /** Of a departure from the plan: what the step took, used, made or measured, or should have. */
  readonly name?: string;
  /** The calls that it is about. */
  readonly calls: readonly string[];
  /** The entities that it is about. */
  readonly things?: readonly string[];
}

export type CheckName = "plan" | keyof typeof CHECKS;

/** What executions are checked for beside their plans, each by itself: of one execution, or of all. */
const CHECKS = {
  leaks: findLeaks,
  sources: findDeadEnds,
  digests: findUnverified,
  endings: findUnfinished,
} as const satisfies Readonly<
  Record<string, (source: Source, execution: string | undefined) => Promise<readonly Suspicion[]>>
>;

interface Subject {
  readonly execution: ExecutionFacts;
  readonly happened: Happened;
  /** The plan of each process that has one. */
  readonly plans: ReadonlyMap<string, string>;
  readonly stated: readonly StatedPlan[];
}

/**
 * Checks the execution of a run.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function readCheck(source: Source, name: string): Promise<CheckReport> {
  const execution = await findExecution(source, name);
  return await checkExecution(source, execution, await suspicions(source, execution.id));
}

/** Checks all executions, and tells what was found, execution by execution in the order in which they began. */
export async function readAllChecks(source: Source): Promise<FoundInExecution[]> {
  const found = await suspicions(source, undefined);
  const rows = await select(source, WHOLES);
  const wholes = rows.map(({ execution }) => execution?.value ?? "").sort(compareIds);
  const facts = await executionsOf(source, wholes);
  const planned = await plansOf(source, new Set(wholes));
  const all: FoundInExecution[] = [];
  for (const id of wholes) {
    const execution = facts.get(id);
    if (execution === undefined) continue;
    const its = found.filter((one) => one.execution === id);
    const { findings } = planned.has(id)
      ? await checkExecution(source, execution, its)
      : { findings: its.map(({ execution: _, ...finding }) => finding) };
    for (const finding of findings) all.push({ ...finding, execution: id, workflow: execution.workflow });
  }
  return all;
}

/** Executions, whole, however many processes they had. */
const WHOLES: Sparql = sparql`
SELECT DISTINCT ?execution WHERE { ?execution a provml:WorkflowExecution . FILTER NOT EXISTS { ?execution dcterms:isPartOf ?whole } }`;

type Suspected = Finding & { readonly execution: string };

async function suspicions(source: Source, execution: string | undefined): Promise<Suspected[]> {
  const all: Suspected[] = [];
  for (const check of Object.keys(CHECKS) as (keyof typeof CHECKS)[])
    for (const one of await CHECKS[check](source, execution)) all.push({ check, calls: [], ...one });
  return all;
}

async function checkExecution(
  source: Source,
  execution: ExecutionFacts,
  suspected: readonly Suspected[],
): Promise<CheckReport> {
  const happened = await readHappened(source, execution.id);
  const processes = new Set([execution.id, ...happened.processes]);
  const plans = await plansOf(source, processes);
  const stated: StatedPlan[] = [];
  for (const id of new Set(plans.values())) {
    const plan = await readPlan(source, id);
    if (plan) stated.push(plan);
  }
  const { findings, unable } = checkPlan({ execution, happened, plans, stated });
  return {
    execution: execution.id,
    workflow: execution.workflow,
    status: happened.status,
    plans: stated,
    findings: [
      ...findings.map((finding): Finding => ({ check: "plan", ...finding })),
      ...suspected.map(({ execution: _, ...finding }) => finding),
    ],
    unable: unable === undefined ? [] : [{ check: "plan", text: unable }],
  };
}

/** The plan that the execution of a run is held to, if there is one that can be read. */
export async function readPlanOf(source: Source, name: string): Promise<StatedPlan | undefined> {
  const { plan } = await findExecution(source, name);
  return plan === undefined ? undefined : await readPlan(source, plan);
}

/**
 * The execution of a run, which may be named as the run or as the execution; of several runs of one execution any.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function findExecution(source: Source, name: string): Promise<ExecutionFacts> {
  const candidates = await candidatesFor(source, checkName(name));
  const runs = candidates.filter(({ facts }) => hasType(facts, mls.Run) || hasType(facts, provml.WorkflowExecution));
  const around = await executionsOf(
    source,
    runs.map(({ id }) => id),
  );
  const executions = new Map(Array.from(around.values(), (one) => [one.id, one]));
  const [only] = executions.values();
  if (only === undefined) throw notFound(`no run or execution has the id or name ${quoted(name)}`);
  if (executions.size > 1) throw ambiguous(name, runs);
  return only;
}

/** Each process is held to its own plan, else to that of the execution. */
function checkPlan({ execution, happened, plans, stated }: Subject): {
  readonly findings: readonly Departure[];
  readonly unable?: string;
} {
  if (plans.size === 0) return { findings: [], unable: `${shortId(execution.id)} is held to no plan` };
  if (stated.length === 0) {
    const [id = ""] = plans.values();
    return { findings: [], unable: `${shortId(execution.id)} is held to ${id}, which is no plan that provml can read` };
  }
  const planOf = ({ process }: Call) => plans.get(process) ?? plans.get(execution.id);
  const findings = stated.flatMap(({ id, plan }) => {
    const calls = happened.calls.filter((call) => planOf(call) === id);
    return departuresFrom(plan, { ...happened, calls });
  });
  return { findings };
}
