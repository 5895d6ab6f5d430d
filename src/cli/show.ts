import { writeTurtle } from "../formats/rdf/turtle.ts";
import { ProvenanceError } from "../model/error.ts";
import { PREFIXES } from "../model/names.ts";
import { partsOfId } from "../query/ids.ts";
import type { Continuation, Graph, PlainValue, Relation, RunDetail, Statements, StepDetail } from "../query/index.ts";
import { sparql } from "../query/sparql.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownId, shownValue } from "./graph-text.ts";
import { duration, plainLines, plainText, printJson, printNote } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { printAnswersCsv, table } from "./table.ts";

export const command: Command = {
  name: "show",
  summary: "print everything known about a run, or about any other thing by its id or name",
  usage: "ID | NAME [--json | --csv | --turtle | --svg FILE]",
  arguments: { least: 1, most: 1 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print CSV, one row, with lists as JSON" },
    turtle: { type: "boolean", summary: "print what the graph says of it as Turtle" },
    svg: { type: "string", value: "FILE", summary: "draw a run's series into this file; - is standard output" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv", "turtle", "svg");
    await using graph = await openRecorded(input);
    const thing = await named(graph, input.positionals[0] as string);
    if (input.options.svg !== undefined) return await draw(graph, thing, String(input.options.svg));
    if (input.options.turtle === true) process.stdout.write(plainLines(await turtle(graph, thing.id)));
    else if (input.options.json === true) printJson(thing);
    else if (input.options.csv === true) printAnswersCsv(thing);
    else if ("step" in thing) printRun(thing);
    else printStatements(thing);
    return EXIT.done;
  },
};

/** As `provml curves` draws them, which has more options. */
async function draw(graph: Graph, thing: RunDetail | Statements, file: string): Promise<number> {
  const { id } = thing;
  if (!("step" in thing))
    throw new ProvenanceError(
      "bad-argument",
      `--svg draws the series of a run, and ${shownId(id)} is none; name a run`,
    );
  const [{ curvesSvg }, { panelsOf, readSeries }, { writeOut }] = await Promise.all([
    import("../draw/curves/svg.ts"),
    import("./run-series.ts"),
    import("./written.ts"),
  ]);
  const series = await readSeries(graph, [id]);
  if (series.length === 0)
    throw new ProvenanceError(
      "not-found",
      `${shownId(id)} has no series; what a run logs with log({ loss }, step) becomes one`,
    );
  await writeOut([curvesSvg(panelsOf(series, "step"), { xLabel: "step" })], file);
  return EXIT.done;
}

/** The run of that name before anything else of it, as models are often called like their training, and what else there is; an execution is none. */
async function named(graph: Graph, name: string): Promise<RunDetail | Statements> {
  if (EXECUTION.test(name)) return await graph.show(name);
  let run: RunDetail;
  try {
    run = await graph.run(name);
  } catch (error) {
    if (error instanceof ProvenanceError && error.code === "not-found") return await graph.show(name);
    throw error;
  }
  if (run.name === name) await tellOthers(graph, name);
  return run;
}
const EXECUTION = /^[0-9a-f-]{36}$|\/execution$/;

/** What else has the name of the run that is shown, so that nobody takes it for the only one. */
async function tellOthers(graph: Graph, name: string): Promise<void> {
  try {
    await graph.show(name);
  } catch (error) {
    if (!(error instanceof ProvenanceError) || error.code !== "ambiguous") throw error;
    printNote(`this is the run; ${error.message}`);
  }
}
/** A thing's own statements, and those of the values and series that belong to it, and of a plan's parts. */
async function turtle(graph: Graph, id: string): Promise<string> {
  const result = await graph.query(sparql`
CONSTRUCT { ?s ?p ?o } WHERE {
  { VALUES ?s { ${{ iri: id }} } ?s ?p ?o }
  UNION { ${{ iri: id }} prov:used ?s . ?s a provml:LearningHyperparameterValue ; ?p ?o }
  UNION { ?s prov:wasGeneratedBy ${{ iri: id }} ; ?p ?o }
  UNION { ?s dcterms:isPartOf+ ${{ iri: id }} . ${{ iri: id }} a prov:Plan . ?s ?p ?o }
}`);
  return result.form === "graph" ? writeTurtle(result.quads, { ...PREFIXES, ...ownPrefixes(id) }) : "";
}

/** `x:` and `id:` as the documentation of the graph has them, for what lies below an execution. */
function ownPrefixes(id: string): Record<string, string> {
  const parts = partsOfId(id);
  return parts ? { x: parts.namespace, id: parts.namespace.slice(0, -parts.uuid.length - 1) } : {};
}

function printRun(run: RunDetail): void {
  const facts: [string, string | undefined][] = [
    ["run", `${run.name}  ${shownId(run.id)}`],
    ["id", run.id],
    ["recorded as", run.formerNames?.[0]],
    ["tags", run.tags?.join(", ")],
    ...(run.notes ?? []).map(noteFact),
    ["workflow", run.workflow],
    ["status", run.silentSince === undefined ? run.status : `${run.status} since ${localTime(run.silentSince)}`],
    ["error", run.error && `${run.error.type}: ${run.error.message ?? ""}`],
    ["started", localTime(run.startedAt)],
    ["took", run.durationMs === undefined ? undefined : duration(run.durationMs)],
    ["person", run.person?.name],
    ["software", run.software && [run.software.name, run.software.version].filter(Boolean).join(" ")],
    ["commit", run.software?.commit],
    ["changed", CHANGED.get(run.software?.isDirty)],
    ["host", run.host],
    ["plan", run.plan],
    ["study", run.study],
    ["continues", run.continues && continuation(run.continues)],
    ...stopped(run.step).map((text): [string, string] => ["stopped early", text]),
    ["command", run.command],
    ["folder", run.rootDirectory],
  ];
  printFacts(facts);
  printValues("environment", run.environment);
  printValues("hyperparameters", run.hyperparameters);
  printValues("measures", run.measures);
  if (run.series.length > 0) {
    console.log("\nseries");
    const rows = run.series.map(({ name, rowCount, firstValue, lastValue, minimum, maximum, isResumed }) => [
      isResumed ? `${name} (resumed)` : name,
      rowCount,
      ...[firstValue, lastValue, minimum, maximum].map((value) => shownValue(value)),
    ]);
    const indented = rows.map(([name, ...more]) => [`  ${name}`, ...more]);
    console.log(table(["  name", "rows", "first", "last", "least", "greatest"], indented));
  }
  for (const [title, things] of [
    ["inputs", run.inputs],
    ["outputs", run.outputs],
  ] as const) {
    if (things.length === 0) continue;
    console.log(`\n${title}`);
    for (const { label, kind, path, sha256, id } of things) {
      const details = [kind, path, sha256 && `sha256 ${sha256.slice(0, 12)}`, shownId(id)].filter(Boolean);
      console.log(`  ${plainText(label)}  ${plainText(details.join("  "))}`);
    }
  }
  if (run.step.steps.length > 0) {
    console.log("\nsteps");
    printSteps(run.step.steps, "  ");
  }
}

function noteFact({ text, at, person }: NonNullable<RunDetail["notes"]>[number]): [string, string] {
  return ["note", `${text}  (${[person, localTime(at)].filter(Boolean).join(", ")})`];
}

function continuation({ run, name, step, checkpoint }: Continuation): string {
  const after = step === undefined ? "" : ` after step ${step}`;
  return `${name} ${shownId(run)} from its checkpoint${after}  ${shownId(checkpoint)}`;
}

function stopped({ stopped: its = [], steps }: StepDetail): string[] {
  const own = its.map(({ at, planned, best, reason }) =>
    [at !== undefined && `after ${epochs(at + 1, planned)}`, best !== undefined && `best is number ${best}`, reason]
      .filter(Boolean)
      .join("; "),
  );
  return [...own, ...steps.flatMap(stopped)];
}

/** Epochs are numbered from 0: one that was left in its third has the number 2. */
function epochs(done: number, planned: number | undefined): string {
  return planned === undefined ? `${done} ${done === 1 ? "epoch" : "epochs"}` : `${done} of ${planned} epochs`;
}

/** Whether the source was as the commit has it. */
const CHANGED = new Map<boolean | undefined, string>([
  [true, "yes, since the commit"],
  [false, "no, as committed"],
]);

function printSteps(steps: readonly StepDetail[], indent: string): void {
  for (const step of steps) {
    const took = step.durationMs === undefined ? "" : `  ${duration(step.durationMs)}`;
    console.log(`${indent}${plainText(step.name)}  [${step.kind}] ${step.status}${took}  ${shownId(step.id)}`);
    printSteps(step.steps, `${indent}  `);
  }
}

function printStatements({ id, label, types, status, attributes, relations }: Statements): void {
  printFacts([
    ["name", label],
    ["id", id],
    ["types", types.join(", ")],
    ["status", status],
  ]);
  const literals = attributes.filter(({ name, value }) => name !== "rdfs:label" || value !== label);
  if (literals.length > 0) console.log("");
  printFacts(literals.map(({ name, value }) => [name, String(shownValue(value))]));
  for (const direction of ["out", "in"] as const) {
    const ones = relations.filter((relation) => relation.direction === direction);
    if (ones.length > 0) console.log(`\n${direction === "out" ? "points to" : "pointed to by"}`);
    for (const relation of ones.slice(0, MOST_RELATIONS)) console.log(`  ${relationLine(relation)}`);
    if (ones.length > MOST_RELATIONS) console.log(`  … and ${ones.length - MOST_RELATIONS} more; --json has them all`);
  }
}

/** What software or an agent did may be thousands of things. */
const MOST_RELATIONS = 50;

function relationLine({ relation, label, types, id, role, time, plan }: Relation): string {
  const details = [
    types[0] && `[${types[0]}]`,
    role && `as ${role}`,
    time && localTime(time),
    plan && `by plan ${shownId(plan)}`,
  ];
  return plainText([relation, label, ...details.filter(Boolean), shownId(id)].join("  "));
}

function printFacts(facts: readonly (readonly [string, string | undefined])[]): void {
  const shown = facts.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[plainText(name), value]],
  );
  const width = Math.max(0, ...shown.map(([name]) => (name as string).length));
  for (const [name = "", value = ""] of shown) console.log(`${name.padEnd(width)}  ${plainText(value)}`);
}

function printValues(title: string, values: Readonly<Record<string, PlainValue>>): void {
  const entries = Object.entries(values);
  if (entries.length === 0) return;
  console.log(`\n${title}`);
  printFacts(entries.map(([name, value]) => [`  ${name}`, String(shownValue(value))]));
}
