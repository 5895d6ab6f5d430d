import { ProvenanceError } from "../model/error.ts";
import { namePlan, type Plan } from "../model/plan.ts";
import { readPlan, writePlan } from "../spool/plans.ts";
import { type Command, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, openFlushed } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { plainText, printJson } from "./output.ts";

export const command: Command = {
  name: "plan",
  summary: "make what a run's execution did the plan that the workflow's next executions are held to",
  usage: "accept RUN [--json]",
  arguments: { least: 2, most: 2 },
  options: { ...JSON_OPTION, ...DIRECTORY_OPTION },
  async run(input) {
    const [verb, name = ""] = input.positionals;
    if (verb !== "accept")
      throw new ProvenanceError("bad-argument", `plan ${verb}: what can be done with a plan is plan accept RUN`);
    const directory = directoryOf(input);
    await using graph = await openFlushed(input);
    const { workflow, execution } = await graph.run(name);
    const plan: Plan = { name: workflow, steps: await graph.steps(execution) };
    namePlan(plan); // refuses what can be no plan
    const isFirst = readPlan(directory, workflow) === undefined;
    const path = writePlan(directory, workflow, plan);
    if (input.options.json === true) printJson({ path, plan });
    else {
      const names = plan.steps.map((step) => step.name).join(", ");
      console.log(plainText(`${isFirst ? "the plan" : "the new plan"} of ${workflow}: ${names}`));
      console.log(plainText(`its next executions are linked to it by prov:hadPlan (${path})`));
    }
    return EXIT.done;
  },
};
