import type { Plan, PlannedStep } from "../../model/plan.ts";
import { compareTimes } from "../facts.ts";
import { grouped } from "../grouped.ts";
import { compareIds, partsOfId } from "../ids.ts";
import type { Call, Happened } from "../runs/calls.ts";
import { isFinished, type RunStatus } from "../runs/status.ts";
import { about, type Departure, idsOf } from "./departure.ts";
import { listDepartures } from "./list-departures.ts";
import { type Aliases, ASPECTS, aliasesIn, plannedFor } from "./matches.ts";

/** Where calls of steps depart from a plan, in the order of the plan; what it does not plan comes last. */
export function departuresFrom(plan: Plan, { status, calls }: Happened): Departure[] {
  const aliases = aliasesIn(plan, calls);
  const byStep = grouped(calls, (call) => plannedFor(plan, call));
  const context: Context = { plan, status, calls, byStep, aliases };
  const planned = plan.steps.flatMap((step) =>
    STEP_CHECKS.flatMap((check) => [...check(step, callsOf(context, step), context)]),
  );
  return [...planned, ...unplanned(context)];
}

interface Context {
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly calls: readonly Call[];
  readonly byStep: ReadonlyMap<PlannedStep | undefined, readonly Call[]>;
  readonly aliases: Aliases;
}

function callsOf({ byStep }: Context, step: PlannedStep): readonly Call[] {
  return byStep.get(step) ?? [];
}

/** What can be wrong with a planned step, each check by itself. */
const STEP_CHECKS: readonly ((step: PlannedStep, calls: readonly Call[], context: Context) => Iterable<Departure>)[] = [
  missing,
  unfinished,
  otherKind,
  otherPlace,
  outOfOrder,
  ...ASPECTS.map((aspect) => (step: PlannedStep, calls: readonly Call[], { plan, aliases }: Context) => {
    return listDepartures(step, calls, aspect, { aliases, isClosed: plan.complete === true });
  }),
];

/** What is within a step that never ran is missing with it. */
function* missing(step: PlannedStep, calls: readonly Call[], context: Context): Generator<Departure> {
  if (calls.length > 0 || step.optional) return;
  const around = context.plan.steps.find(({ name }) => name === step.within);
  if (around && callsOf(context, around).length === 0) return;
  yield { kind: "step-missing", step: step.name, text: `${step.name} never ran${reason(context)}`, calls: [] };
}

/** Why steps are missing: the execution did not come to its end. */
function reason({ status, calls }: Context): string {
  if (status === "completed" || status === "ended") return "";
  const stopped = calls.findLast((call) => !hasEnded(call));
  const how = stopped === undefined ? "" : `: ${stopped.name} ${outcome(stopped)}`;
  return ` (the execution ${STATUS_WORDS[status]}${how})`;
}

const STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  completed: "completed",
  ended: "ended",
  endedEarly: "ended early",
  failed: "failed",
  running: "is still running",
  interrupted: "was interrupted",
  silent: "has fallen silent",
};

function outcome({ status, error }: Call): string {
  if (error === undefined) return STATUS_WORDS[status];
  return `failed with ${error.type}${error.message === undefined ? "" : `: ${error.message}`}`;
}

/** A step that its caller left, as a generator may be, came to an end too. */
function hasEnded({ status }: Call): boolean {
  return isFinished(status) || status === "endedEarly";
}

function* unfinished(step: PlannedStep, calls: readonly Call[]): Generator<Departure> {
  const last = calls.at(-1);
  if (last === undefined || step.optional || calls.some(hasEnded)) return;
  yield about("step-unfinished", step, calls, calls, `${step.name} never came to its end: it ${outcome(last)}`);
}

function* otherKind(step: PlannedStep, calls: readonly Call[]): Generator<Departure> {
  for (const [kind, its] of grouped(calls, (call) => call.kind)) {
    if (kind === step.kind) continue;
    yield about("step-kind", step, its, calls, `${step.name} ran as ${kind}, planned is ${step.kind}`);
  }
}

function* otherPlace(step: PlannedStep, calls: readonly Call[]): Generator<Departure> {
  if (step.within === undefined) return;
  const outside = calls.filter(({ within }) => within !== step.within);
  if (outside.length === 0) return;
  yield about("step-place", step, outside, calls, `${step.name} ran outside of ${step.within}, in which it is planned`);
}

/** Calls are in the order in which they began; of those that stand for many inferences nobody knows when that was. */
function* outOfOrder(step: PlannedStep, calls: readonly Call[], context: Context): Generator<Departure> {
  const first = calls.find(({ isSummary }) => !isSummary);
  if (!context.plan.ordered || first === undefined) return;
  const before = context.plan.steps.slice(0, context.plan.steps.indexOf(step));
  const late = before.filter((one) => {
    const its = callsOf(context, one).find(({ isSummary }) => !isSummary);
    return its !== undefined && beganBefore(first, its);
  });
  for (const { name } of late)
    yield about("step-order", step, [first], [first], `${step.name} began before ${name}, which is planned before it`);
}

/** Of one millisecond only one writer's count can tell. */
function beganBefore(a: Call, b: Call): boolean {
  const difference = compareTimes(a.startedAt, b.startedAt);
  const isOneWriter = partsOfId(a.id)?.writer === partsOfId(b.id)?.writer;
  return difference < 0 || (difference === 0 && isOneWriter && compareIds(a.id, b.id) < 0);
}

function* unplanned({ byStep }: Context): Generator<Departure> {
  for (const [name, its] of grouped(byStep.get(undefined) ?? [], (call) => call.name)) {
    const kinds = [...new Set(its.map(({ kind }) => kind))].join(", ");
    yield {
      kind: "step-unplanned",
      step: name,
      text: `${name} ran (${kinds}), which is not planned`,
      calls: idsOf(its),
    };
  }
}
