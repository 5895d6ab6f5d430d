import { mls } from "../../vocab/mls.ts";
import { prov } from "../../vocab/prov.ts";
import { dcterms, rdf } from "../../vocab/rdf.ts";
import { compareTimes, describe, type Facts, factsAbout, hasType, present, textOf, valuesOf } from "../facts.ts";
import { compareIds } from "../ids.ts";
import { type Lineage, type LineageNode, readLineage } from "../lineage/lineage.ts";
import type { LineageSubject } from "../lineage/roots.ts";
import { type ExecutionFacts, executionsOf } from "../runs/executions.ts";
import type { RunStatus } from "../runs/status.ts";
import type { Source } from "../source.ts";
import { orderToRedo } from "./order.ts";

/** What is affected if something is wrong: its lineage down, each thing in one of these lists. */
export interface Impact {
  /** What it was asked of: several entities where they are states of the same bytes. In none of the other lists, unless it is something that was done. */
  readonly roots: readonly LineageNode[];
  /** Data sets, files and directories that are no models. */
  readonly datasets: readonly LineageNode[];
  /** Models, their checkpoints and files. */
  readonly models: readonly LineageNode[];
  /** What evaluations found. */
  readonly evaluations: readonly LineageNode[];
  /** The programs that must be executed again, each after those whose outcomes it used. */
  readonly redo: readonly Redoing[];
  /** Objects, values and series in between. */
  readonly others: readonly LineageNode[];
  /** On whose behalf all that was done, with the executions. */
  readonly people: readonly Affected[];
}

/** An execution of a program of which something is affected. */
export interface Redoing {
  readonly id: string;
  readonly workflow: string;
  readonly startedAt?: string;
  readonly person?: string;
  readonly command?: string;
  readonly commit?: string;
  /** Its runs that are affected, in the order in which they began. */
  readonly runs: readonly RedoneStep[];
  /** Its steps that are affected and lie in no run. */
  readonly steps: readonly RedoneStep[];
}

export interface RedoneStep {
  readonly id: string;
  readonly name: string;
  readonly startedAt?: string;
  readonly status?: RunStatus;
}

export interface Affected {
  readonly id: string;
  readonly name: string;
  readonly executions: readonly string[];
}

/**
 * What must be looked at or done again if something is wrong: a file by its bytes, an entity, a run, a commit, a software.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-option`
 */
export async function readImpact(source: Source, of: LineageSubject): Promise<Impact> {
  const down = await readLineage(source, of, { direction: "down" });
  const roots = new Set(down.roots);
  const groups = { datasets: [], models: [], evaluations: [], others: [] } as Record<Group, LineageNode[]>;
  for (const node of down.nodes) if (node.kind === "entity" && !roots.has(node.id)) groups[groupOf(node)].push(node);
  const redo = await redoings(source, down);
  return {
    roots: down.nodes.filter(({ id }) => roots.has(id)),
    ...groups,
    redo: redo.map(({ of: _, ...rest }) => rest),
    people: peopleOf(redo),
  };
}

type Group = "datasets" | "models" | "evaluations" | "others";

function groupOf({ types, path }: LineageNode): Group {
  if (types.includes("provml:Model")) return "models";
  if (types.includes("provml:ModelEvaluation")) return "evaluations";
  return path !== undefined || types.includes("provml:LearningDataSetReference") ? "datasets" : "others";
}

type Known = Redoing & { readonly of: ExecutionFacts | undefined };

/** The executions of all affected activities. One that is only around them has nothing to be redone by itself. */
async function redoings(source: Source, down: Lineage): Promise<Known[]> {
  const activities = down.nodes.filter(({ kind }) => kind === "activity");
  const ids = activities.map(({ id }) => id);
  const around = await executionsOf(source, ids);
  const above = await wholesOf(source, ids);
  const isRun = (id: string) => hasType(factsAbout(above, id), mls.Run);
  const isInRun = (id: string): boolean =>
    valuesOf(factsAbout(above, id), dcterms.isPartOf).some((whole) => isRun(whole) || isInRun(whole));
  const byExecution = new Map<string, LineageNode[]>();
  for (const node of activities) {
    const execution = around.get(node.id)?.id ?? node.execution ?? node.id;
    const known = byExecution.get(execution);
    if (known) known.push(node);
    else byExecution.set(execution, [node]);
  }
  const starts = await executionStarts(source, byExecution.keys());
  const all = Array.from(byExecution, ([id, its]): Known => {
    const facts = its.map((node) => around.get(node.id)).find((one) => one !== undefined);
    const steps = its.filter((node) => !node.types.includes("provml:WorkflowExecution"));
    const told = (wanted: (step: LineageNode) => boolean) => steps.filter(wanted).sort(byTime).map(stepOf);
    return {
      id,
      workflow: facts?.workflow ?? id,
      ...present({
        startedAt: starts.get(id) ?? its.map(({ time }) => time).sort()[0],
        person: facts?.person?.name,
        command: facts?.command,
        commit: facts?.software?.commit,
      }),
      runs: told(({ id: step }) => isRun(step)),
      steps: told(({ id: step }) => !isRun(step) && !isInRun(step)),
      of: facts,
    };
  });
  return orderToRedo(all, down);
}

function stepOf({ id, label, time, status }: LineageNode): RedoneStep {
  return { id, name: label, ...present({ startedAt: time, status }) };
}

function byTime(a: LineageNode, b: LineageNode): number {
  return compareTimes(a.time, b.time) || compareIds(a.id, b.id);
}

/** Activities and all that is around them: what they are, and part of. */
async function wholesOf(source: Source, activities: readonly string[]): Promise<Map<string, Facts>> {
  const all = new Map<string, Facts>();
  for (let open = [...activities]; open.length > 0; ) {
    const found = await describe(source, open, [rdf.type, dcterms.isPartOf]);
    for (const [id, facts] of found) all.set(id, facts);
    open = [...found.values()].flatMap((facts) => valuesOf(facts, dcterms.isPartOf)).filter((id) => !all.has(id));
  }
  return all;
}

async function executionStarts(source: Source, executions: Iterable<string>): Promise<Map<string, string>> {
  const facts = await describe(source, executions, [prov.startedAtTime]);
  return new Map(Array.from(facts, ([id, its]) => [id, textOf(its, prov.startedAtTime) ?? ""]));
}

function peopleOf(redo: readonly Known[]): Affected[] {
  const people = new Map<string, { id: string; name: string; executions: string[] }>();
  for (const { id, of } of redo) {
    if (of?.person === undefined) continue;
    const known = people.get(of.person.id);
    if (known) known.executions.push(id);
    else people.set(of.person.id, { ...of.person, executions: [id] });
  }
  return [...people.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
