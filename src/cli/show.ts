import { writeTurtle } from "../formats/turtle.ts";
import { PREFIXES } from "../model/names.ts";
import { type Graph, type Relation, type RunDetail, type Statements, type StepDetail, sparql } from "../query/index.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import { openFlushed } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, printTable, shownId, shownValue } from "./graph-text.ts";
import { duration, plainText, printJson } from "./output.ts";

export const command: Command = {
  name: "show",
  summary: "print everything known about a run, or about any other thing by its id or name",
  usage: "ID | NAME [--json | --turtle]",
  arguments: { least: 1, most: 1 },
  options: { ...JSON_OPTION, turtle: { type: "boolean", summary: "print what the graph says of it as Turtle" } },
  async run(input) {
    const name = input.positionals[0] as string;
    await using graph = await openFlushed(input);
    const run = await runNamed(graph, name);
    const statements = run === undefined ? await graph.show(name) : undefined;
    const id = run?.id ?? (statements as Statements).id;
    if (input.options.turtle === true) process.stdout.write(await turtle(graph, id));
    else if (input.options.json === true) printJson(run ?? statements);
    else if (run) printRun(run);
    else printStatements(statements as Statements);
    return EXIT.done;
  },
};

/** The run of that name; undefined when it names something else, or nothing, which `show` then says. */
async function runNamed(graph: Graph, name: string): Promise<RunDetail | undefined> {
  const runs = await graph.runs();
  return runs.some(
    ({ id, name: label }) => id === name || label === name || shownId(id) === name || shownId(id).startsWith(name),
  )
    ? await graph.run(name)
    : undefined;
}

/** A thing's own statements, and those of the values and series that belong to it. */
async function turtle(graph: Graph, id: string): Promise<string> {
  const { form, ...result } = await graph.query(sparql`
CONSTRUCT { ?s ?p ?o } WHERE {
  { VALUES ?s { ${{ iri: id }} } ?s ?p ?o }
  UNION { ${{ iri: id }} prov:used ?s . ?s a provml:LearningHyperparameterValue ; ?p ?o }
  UNION { ?s prov:wasGeneratedBy ${{ iri: id }} ; ?p ?o }
}`);
  if (form !== "graph" || !("quads" in result)) return "";
  const execution = id.slice(0, Math.max(id.lastIndexOf("/"), id.lastIndexOf("#")) + 1);
  const base = execution.replace(/[0-9a-f-]{36}\/$/, "");
  return writeTurtle(result.quads, { ...PREFIXES, x: execution, ...(base === execution ? {} : { id: base }) });
}

function printRun(run: RunDetail): void {
  const facts: [string, string | undefined][] = [
    ["run", `${run.name}  ${shownId(run.id)}`],
    ["id", run.id],
    ["workflow", run.workflow],
    ["status", run.silentSince === undefined ? run.status : `${run.status} since ${localTime(run.silentSince)}`],
    ["error", run.error && `${run.error.type}: ${run.error.message ?? ""}`],
    ["started", localTime(run.startedAt)],
    ["took", run.durationMs === undefined ? undefined : duration(run.durationMs)],
    ["person", run.person?.name],
    ["software", run.software && [run.software.name, run.software.version].filter(Boolean).join(" ")],
    ["commit", run.software?.commit],
    ["dirty", run.source.isDirty === undefined ? "unknown" : String(run.source.isDirty)],
    ["host", run.host],
    ["plan", run.plan],
    ["command", run.command],
    ["folder", run.rootDirectory],
  ];
  printFacts(facts);
  printValues("environment", run.environment);
  printValues("hyperparameters", run.hyperparameters);
  printValues("measures", run.measures);
  if (run.series.length > 0) {
    console.log("\nseries");
    const rows = run.series.map(({ name, rowCount, firstValue, lastValue, minimum, maximum }) => [
      name,
      rowCount,
      ...[firstValue, lastValue, minimum, maximum].map((value) => shownValue(value)),
    ]);
    printTable(
      ["  name", "rows", "first", "last", "least", "greatest"],
      rows.map(([name, ...more]) => [`  ${name}`, ...more]),
    );
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
  if (attributes.length > 0) console.log("");
  for (const { name, value } of attributes) console.log(`${name}  ${plainText(String(shownValue(value)))}`);
  for (const direction of ["out", "in"] as const) {
    const ones = relations.filter((relation) => relation.direction === direction);
    if (ones.length > 0) console.log(`\n${direction === "out" ? "points to" : "pointed to by"}`);
    for (const relation of ones) console.log(`  ${relationLine(relation)}`);
  }
}

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
  const shown = facts.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) console.log(`${name.padEnd(width)}  ${plainText(value as string)}`);
}

function printValues(title: string, values: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(values);
  if (entries.length === 0) return;
  console.log(`\n${title}`);
  printFacts(entries.map(([name, value]) => [`  ${name}`, String(shownValue(value as never))]));
}
