import { ProvenanceError } from "../model/error.ts";
import { namePlan, type Plan, type PlannedStep } from "../model/plan.ts";
import { readPlan, writePlan } from "../spool/plans.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import { directoryOf, openFlushed } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { printJson } from "./output.ts";

export const command: Command = {
  name: "plan",
  summary: "make what a run did the plan that the workflow's next executions are held to",
  usage: "accept RUN [--json]",
  arguments: { least: 2, most: 2 },
  options: JSON_OPTION,
  async run(input) {
    const [verb, id = ""] = input.positionals;
    if (verb !== "accept")
      throw new ProvenanceError("bad-argument", `plan ${verb}: the one thing to do with a plan is plan accept RUN`);
    const directory = directoryOf(input);
    await using graph = await openFlushed(input);
    const { workflow, execution } = await graph.run(id);
    const steps = await graph.steps(execution);
    const plan: Plan = { name: workflow, steps: steps.map(plannedStep) };
    namePlan(plan); // refuses what no plan can be
    const earlier = readPlan(directory, workflow);
    const path = writePlan(directory, workflow, plan);
    if (input.options.json === true) printJson({ path, plan });
    else {
      const what = earlier === undefined ? "the plan" : "the new plan";
      console.log(
        `${what} of ${workflow} has ${plan.steps.length} steps: ${plan.steps.map(({ name }) => name).join(", ")}`,
      );
      console.log(`its next executions are linked to it by prov:hadPlan (${path})`);
    }
    return EXIT.done;
  },
};

/** Of a step that was called several times the names of all calls count. */
function plannedStep(step: PlannedStep): PlannedStep {
  return step;
}
