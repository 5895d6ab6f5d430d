import { existsSync, readFileSync, statSync } from "node:fs";
import { ProvenanceError } from "../model/error.ts";
import { namePlan, type Plan } from "../model/plan.ts";
import { acceptedPlans, planPath, writePlan } from "../spool/plans.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, madeDirectory, openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { plainText, printJson, printNote } from "./output.ts";
import { planText } from "./plan-text.ts";
import { STORE_OPTION } from "./store.ts";
import { printAnswersCsv } from "./table.ts";

export const command: Command = {
  name: "plan",
  summary: "make what a run did the plan of its workflow, import one, or show the plans",
  usage: "accept RUN | import FILE [--workflow NAME] | show [WORKFLOW] [--json | --csv]",
  arguments: { least: 1, most: 2 },
  options: {
    workflow: { type: "string", value: "NAME", summary: "import: the workflow, if not the one that the file names" },
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "show: print CSV, a row for each step" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const [verb = "", name] = input.positionals;
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (input.options.csv === true && act !== show)
      throw new ProvenanceError(
        "bad-option",
        "--csv is of provml plan show, which lists steps; give --json or nothing",
      );
    if (act) return await act(input, name);
    const verbs = "plan accept RUN, plan import FILE, plan show [WORKFLOW]";
    throw new ProvenanceError("bad-argument", `plan ${verb}: what can be done with a plan is ${verbs}`);
  },
};

const VERBS: Readonly<Record<string, (input: CommandInput, name: string | undefined) => Promise<number>>> = {
  accept,
  import: importFile,
  show,
};

/** Makes what the execution of a run did the plan that the workflow's next executions are held to. */
async function accept(input: CommandInput, run: string | undefined): Promise<number> {
  if (run === undefined) throw new ProvenanceError("bad-argument", "usage: provml plan accept RUN [--json]");
  const directory = directoryOf(input);
  await using graph = await openRecorded(input);
  return announce(input, directory, await graph.asPlan(run));
}

/** A plan takes 512 KiB at most, and ProvLake says the same at some length. */
const MOST_FILE_BYTES = 16 * 1024 * 1024;

/** Makes what ProvLake's prospective JSON declares the plan of the workflow. */
async function importFile(input: CommandInput, file: string | undefined): Promise<number> {
  if (file === undefined) throw new ProvenanceError("bad-argument", "usage: provml plan import FILE [--workflow NAME]");
  const { workflow } = input.options;
  if (workflow === "") throw new ProvenanceError("bad-option", "--workflow is empty; name a workflow");
  const directory = madeDirectory(input);
  const { readProvLake } = await import("../formats/provlake.ts");
  const { plan, leftOut } = placed(file, () => readProvLake(fileText(file), workflow as string | undefined));
  if (leftOut.length > 0) printNote(`not in the plan, which has no place for them: ${leftOut.join(", ")}`);
  return announce(input, directory, plan);
}

function fileText(file: string): string {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new Error("it is no file"); // a pipe may have no end
    if (stat.size > MOST_FILE_BYTES) throw new Error(`it has ${stat.size} bytes, ${MOST_FILE_BYTES} are the most`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new ProvenanceError("unreadable", `it cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** What goes wrong with a file is said with its name. */
function placed<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ProvenanceError)) throw cause;
    throw new ProvenanceError(cause.code, `${file}: ${cause.message}`, { cause });
  }
}

function announce(input: CommandInput, directory: string, plan: Plan): number {
  const isFirst = !existsSync(planPath(directory, plan.name));
  const path = writePlan(directory, plan.name, plan);
  if (input.options.json === true) printJson({ path, plan });
  else {
    const names = plan.steps.map((step) => step.name).join(", ");
    console.log(plainText(`${isFirst ? "the plan" : "the new plan"} of ${plan.name}: ${names}`));
    console.log(
      plainText(`its next executions are linked to it by prov:hadPlan, unless the program declares one (${path})`),
    );
  }
  return EXIT.done;
}

/** A plan, and whether it was accepted for what is to come, or is the one that the last execution was held to. */
interface Shown {
  readonly workflow: string;
  readonly origin: "accepted" | "of its last execution";
  readonly plan: Plan;
}

/** Lists the accepted plans; of one workflow also the one that its last execution was held to, where that is another. */
async function show(input: CommandInput, workflow: string | undefined): Promise<number> {
  const all = acceptedPlans(directoryOf(input)).map(
    (plan): Shown => ({ workflow: plan.name, origin: "accepted", plan }),
  );
  const asked = workflow === undefined ? all : await plansOf(input, workflow, all);
  if (input.options.json === true) printJson(asked);
  else if (input.options.csv === true) printAnswersCsv(asked.flatMap(stepRows));
  else if (asked.length === 0)
    console.log("no plan was accepted here; provml plan accept RUN makes one of what a run did");
  else console.log(asked.map(({ origin, plan }) => planText(plan, origin)).join("\n\n"));
  return EXIT.done;
}

/** The plan's own words, apart from how a table for people puts them. */
function stepRows({ workflow, origin, plan: { steps } }: Shown): object[] {
  return steps.map((step) => ({ workflow, origin, ...step }));
}

async function plansOf(input: CommandInput, workflow: string, accepted: readonly Shown[]): Promise<Shown[]> {
  const plans = accepted.filter((one) => one.workflow === workflow);
  await using graph = await openRecorded(input);
  const runs = (await graph.runs()).filter((run) => run.workflow === workflow);
  const last = runs.find(({ plan }) => plan !== undefined);
  const stated = last && (await graph.planOf(last.id));
  const isAccepted = plans.some(({ plan }) => stated?.id.endsWith(localName(plan)));
  if (stated && !isAccepted) plans.push({ workflow, origin: "of its last execution", plan: stated.plan });
  if (plans.length > 0) return plans;
  const what = runs.length === 0 ? "no run of it is recorded" : "its runs were held to none";
  throw new ProvenanceError("not-found", `${JSON.stringify(workflow)} has no plan: none was accepted, and ${what}`);
}

/** `plan.<digest>` */
function localName(plan: Plan): string {
  return namePlan(plan).name.replace(/^id:/, "");
}
