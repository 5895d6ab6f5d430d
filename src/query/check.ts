import { mls } from "../vocab/mls.ts";
import { provml } from "../vocab/provml.ts";
import { hasType } from "./facts.ts";
import { ambiguous, candidatesFor, checkName, notFound, quoted } from "./find.ts";
import { shortId } from "./ids.ts";
import type { Departure } from "./plans/departure.ts";
import { departuresFrom } from "./plans/departures.ts";
import { plansOf, readPlan, type StatedPlan } from "./plans/plans.ts";
import { type Call, type Happened, readHappened } from "./runs/calls.ts";
import { type ExecutionFacts, executionsOf } from "./runs/executions.ts";
import type { RunStatus } from "./runs/status.ts";
import type { Source } from "./source.ts";

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

/** Something that a check found, and which check. */
export type Finding = Departure & { readonly check: CheckName };

export type CheckName = keyof typeof CHECKS;

/** What an execution is checked for, each by itself. */
const CHECKS = { plan: checkPlan } as const satisfies Readonly<Record<string, (subject: Subject) => Outcome>>;

interface Subject {
  readonly execution: ExecutionFacts;
  readonly happened: Happened;
  /** The plan of each process that has one. */
  readonly plans: ReadonlyMap<string, string>;
  readonly stated: readonly StatedPlan[];
}

interface Outcome {
  readonly findings: readonly Departure[];
  readonly unable?: string;
}

/**
 * Checks the execution of a run.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function readCheck(source: Source, name: string): Promise<CheckReport> {
  const execution = await findExecution(source, name);
  const happened = await readHappened(source, execution.id);
  const processes = new Set([execution.id, ...happened.processes]);
  const plans = await plansOf(source, processes);
  const stated: StatedPlan[] = [];
  for (const id of new Set(plans.values())) {
    const plan = await readPlan(source, id);
    if (plan) stated.push(plan);
  }
  const subject: Subject = { execution, happened, plans, stated };
  const outcomes = (Object.keys(CHECKS) as CheckName[]).map((check) => ({ check, ...CHECKS[check](subject) }));
  return {
    execution: execution.id,
    workflow: execution.workflow,
    status: happened.status,
    plans: stated,
    findings: outcomes.flatMap(({ check, findings }) => findings.map((finding) => ({ check, ...finding }))),
    unable: outcomes.flatMap(({ check, unable }) => (unable === undefined ? [] : [{ check, text: unable }])),
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
function checkPlan({ execution, happened, plans, stated }: Subject): Outcome {
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
