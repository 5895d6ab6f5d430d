import type { Activity } from "../activity.ts";
import { settingsOf } from "../options.ts";
import type { Settings } from "../settings.ts";

/**
 * Where a program stands, as variables of an environment: for child processes, for threads of a pool, for other machines. Plain data that survives JSON;
 * empty where nothing is recorded.
 */
export type Carrier = Readonly<Record<string, string>>;

/** What carries the execution, and a step of it, to whoever goes on with that. A section that has not been stated is stated now. */
export function carrierOf(step: Activity): Carrier {
  step.record(() => {});
  return carrierFrom(step);
}

/** The same of the innermost step around that is stated already. */
export function carrierFrom(inner: Activity): Carrier {
  let step = inner;
  while (step.parent && (step.isEnded || !step.isStarted)) step = step.parent;
  const { execution } = step;
  let run = step;
  while (!run.isRun && run.parent) run = run.parent;
  return carrierTo(execution.settings, {
    PROVML_EXECUTION: execution.uuid,
    PROVML_STEP: step.id,
    PROVML_RUN: run.isRun ? run.id : run.runAround,
    PROVML_WORKFLOW: execution.workflow,
    PROVML_STUDY: execution.study,
  });
}

/** The same for an execution of this id, which need not have begun. */
export function carrierTo(
  { base, directory, spool, workflow, agent, durability, shared, secrets }: Settings,
  place: Readonly<Record<`PROVML_${string}`, string | undefined>>,
): Carrier {
  const variables = {
    PROVML_BASE: base,
    PROVML_DIR: directory,
    PROVML_SPOOL: spool,
    PROVML_WORKFLOW: workflow,
    PROVML_AGENT:
      agent === undefined ? undefined : agent.iri === undefined ? agent.name : `${agent.name} <${agent.iri}>`,
    PROVML_DURABILITY: durability,
    PROVML_SHARED: shared,
    PROVML_SECRETS: secrets.length === 0 ? undefined : secrets.join(" "),
    ...place,
  };
  const carrier: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    // What an environment says of another step must not stay in it when the carrier is spread over it; an empty variable is none.
    if (value !== undefined || (name in place && process.env[name])) carrier[name] = value ?? "";
  }
  return carrier;
}

/**
 * The settings with which this thread records for whoever made the carrier: that one's execution, step, workflow and person; its own places on
 * disk, which need not be there. Undefined where nothing was recorded there.
 * @throws {ProvenanceError} `bad-option` for variables that cannot be.
 */
export function settingsFrom(carrier: Carrier, own: Settings): Settings | undefined {
  if (!carrier.PROVML_EXECUTION) return undefined;
  const told = settingsOf({}, carrier);
  const { base, execution, step, run, study, workflow = own.workflow, agent = own.agent } = told;
  const secrets = [...own.secrets, ...told.secrets];
  const plan = workflow === own.workflow ? own.plan : undefined;
  return { ...own, base, execution, step, run, study, workflow, agent, plan, secrets, thread: undefined };
}
