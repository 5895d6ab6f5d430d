import { flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import { checkGoal, type Goal, goalFor } from "../query/compare/goals.ts";
import { grouped } from "../query/grouped.ts";
import { partsOfId } from "../query/ids.ts";
import { type Graph, open, type Run } from "../query/index.ts";
import { deleteExecution, obstacle, unflushedBytesOf } from "./deletion.ts";
import { type CurateOptions, withGraph } from "./said.ts";

export interface CollectOptions extends CurateOptions {
  /** Only runs that ended so many days ago or earlier. */
  readonly olderThanDays?: number;
  /** Of the runs of each study, or of a workflow's runs of one name that are of no study, so many of the best stay. */
  readonly keepBest?: number;
  /** By which measure they are the best; with `keepBest` it must be said. Runs without it are none of the best, but stay where none that they are compared with has it. */
  readonly measure?: string;
  /** Whether its least or its greatest value is the best. Default: as the measure's name says; where it does not, it must be said. */
  readonly goal?: Goal;
  /** Whether a run stays because it, or a model of it, is tagged. Default: `keep`. */
  readonly tagged?: "keep" | "ignore";
  /** Whether a run stays because a run that stays goes back to it. Default: `keep`. */
  readonly used?: "keep" | "ignore";
  /** `try`: say what would go, and how many bytes it takes as it lies there, and change nothing. Default: `delete`, which flushes first. */
  readonly mode?: "try" | "delete";
  readonly reason?: string;
}

/** An execution that goes, or would. */
export interface Collected {
  readonly execution: string;
  readonly runs: readonly { readonly id: string; readonly name: string }[];
  readonly bytes: number;
}

/** One that would go if it were not for something. */
export interface Kept {
  readonly execution: string;
  readonly runs: readonly { readonly id: string; readonly name: string }[];
  readonly why: string;
}

export interface CollectReport {
  readonly deleted: readonly Collected[];
  readonly kept: readonly Kept[];
  readonly bytes: number;
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * Deletes executions all of whose runs are old enough, none of the best, not tagged, and not what a run that stays came of. What of it is there, {@link deleteRun} says.
 * @throws {ProvenanceError} `bad-option` where nothing says which runs may go, or which are the best, or no run has the measure, `no-directory`, `foreign-directory`
 */
export async function collect(directory: string, options: CollectOptions): Promise<CollectReport> {
  const { spool, mode = "delete" } = options;
  checkOptions(options);
  const at = spool === undefined ? {} : { spool };
  if (mode === "delete") await flush(directory, { includesOpen: false, ...at });
  return await withGraph(await open(directory, at), async (graph) => {
    const { going, kept } = await judged(directory, graph, options);
    const deleted: Collected[] = [];
    for (const [execution, runs] of going) {
      const names = runs.map(({ id, name }) => ({ id, name }));
      if (mode === "delete") deleted.push(await deleteExecution(directory, graph, { ...options, execution, runs }));
      else {
        const bytes = unflushedBytesOf(directory, spool, partsOfId(execution)?.uuid ?? "");
        deleted.push({ execution, runs: names, bytes });
      }
    }
    return { deleted, kept, bytes: deleted.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

function checkOptions({ olderThanDays, keepBest, measure, goal }: CollectOptions): void {
  if (olderThanDays === undefined && keepBest === undefined)
    throw bad("nothing says which runs may go; give --older-than, --keep-best, or both");
  if (olderThanDays !== undefined && !(olderThanDays >= 0)) throw bad("older than a number of days, 0 or more");
  if (keepBest === undefined) return;
  if (!Number.isInteger(keepBest) || keepBest < 0) throw bad("the best that stay are a whole number, 0 or more");
  if (measure === undefined || measure === "") throw bad("the best by which measure? give --measure NAME");
  goalOf(measure, goal);
}

type Executions = Map<string, readonly Run[]>;

async function judged(
  directory: string,
  graph: Graph,
  options: CollectOptions,
): Promise<{ readonly going: Executions; readonly kept: Kept[] }> {
  const runs = await graph.runs();
  const models = await graph.models({ states: "all" });
  const taggedRuns = new Set(models.flatMap(({ tags, run }) => (tags !== undefined && run !== undefined ? [run] : [])));
  const { best, unmeasured } = bestOf(runs, options);
  const going: Executions = new Map();
  const kept: Kept[] = [];
  const keep = (execution: string, its: readonly Run[], why: string) => {
    going.delete(execution);
    kept.push({ execution, runs: its.map(({ id, name }) => ({ id, name })), why });
  };
  for (const [execution, its] of grouped(runs, ({ execution }) => execution)) {
    if (!its.every((run) => isOld(run, options))) continue;
    const tagged = its.find(({ id, tags }) => tags !== undefined || taggedRuns.has(id));
    const good = its.find(({ id }) => best.has(id));
    const unjudged = its.find(({ id }) => unmeasured.has(id));
    if (good !== undefined) keep(execution, its, `${good.name} is one of the best`);
    else if (tagged !== undefined && options.tagged !== "ignore") keep(execution, its, `${tagged.name} is tagged`);
    else if (unjudged !== undefined)
      keep(
        execution,
        its,
        `of the runs that ${unjudged.name} is compared with none has the measure ${options.measure}`,
      );
    else {
      const why = await obstacle(directory, graph, { ...options, execution, runs: its, all: runs });
      if (why === undefined) going.set(execution, its);
      else keep(execution, its, why);
    }
  }
  if (options.used === "ignore") return { going, kept };
  // What stays goes back to what must stay: asked of each run that stays, and of what stays because of it.
  const staying = runs.filter(({ execution }) => !going.has(execution));
  const namespaces = new Map([...going.keys()].map((execution) => [partsOfId(execution)?.namespace ?? "", execution]));
  for (let run = staying.pop(); run !== undefined && going.size > 0; run = staying.pop()) {
    const subjects = [run.id, ...run.models.map(({ id }) => id)];
    for (const subject of subjects) {
      const { nodes } = await graph.lineage(subject, { direction: "up" });
      for (const { id } of nodes) {
        const execution = namespaces.get(partsOfId(id)?.namespace ?? "");
        const its = execution === undefined ? undefined : going.get(execution);
        if (execution === undefined || its === undefined) continue;
        keep(execution, its, `${run.name}, which stays, came of it`);
        staying.push(...its);
      }
    }
  }
  return { going, kept };
}

/** A run that nobody knows an end of is as old as its begin. */
function isOld({ endedAt, startedAt }: Run, { olderThanDays }: CollectOptions): boolean {
  if (olderThanDays === undefined) return true;
  const time = Date.parse(endedAt ?? startedAt ?? "");
  return time <= Date.now() - olderThanDays * DAY_MS;
}

interface Best {
  /** The ids of the best runs of each study, and of each name within a workflow. */
  readonly best: ReadonlySet<string>;
  /** The ids of the runs of those in which none has the measure: nobody can say which are the best. */
  readonly unmeasured: ReadonlySet<string>;
}

/** @throws {ProvenanceError} `bad-option` where no run at all has the measure */
function bestOf(runs: readonly Run[], { keepBest, measure = "", goal }: CollectOptions): Best {
  const [best, unmeasured] = [new Set<string>(), new Set<string>()];
  if (keepBest === undefined) return { best, unmeasured };
  const sign = goalOf(measure, goal) === "minimize" ? 1 : -1;
  for (const group of grouped(runs, comparedWith).values()) {
    const judged = group.flatMap(({ id, measures }) => {
      const value = Object.hasOwn(measures, measure) ? measures[measure] : undefined;
      return value === undefined || Number.isNaN(value) ? [] : [{ id, value }];
    });
    if (judged.length === 0) for (const { id } of group) unmeasured.add(id);
    judged.sort((a, b) => sign * (a.value - b.value) || (a.id < b.id ? -1 : 1));
    for (const { id } of judged.slice(0, keepBest)) best.add(id);
  }
  if (runs.length > 0 && unmeasured.size === runs.length) {
    const known = [...new Set(runs.flatMap(({ measures }) => Object.keys(measures)))].sort();
    throw bad(
      `no run has the measure ${JSON.stringify(measure)}; ${known.length === 0 ? "none has any" : `there are ${known.slice(0, MOST_NAMED).join(", ")}`}`,
    );
  }
  return { best, unmeasured };
}

const MOST_NAMED = 12;

function comparedWith({ workflow, study, name, formerNames }: Run): string {
  return JSON.stringify(study === undefined ? [workflow, "", formerNames?.[0] ?? name] : [workflow, study]);
}

function goalOf(measure: string, goal: Goal | undefined): Goal {
  return goal === undefined ? goalFor(measure) : checkGoal(goal);
}

function bad(what: string): ProvenanceError {
  return new ProvenanceError("bad-option", what);
}
