import { plainValue } from "../../rdf/terms.ts";
import type { SolutionRow } from "../../store/store.ts";
import { compareIds } from "../ids.ts";
import { kept, type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import type { Run } from "./runs.ts";

/** Runs of processes that a scheduler started alone, each with its job, its command and how often the job was started before. */
const JOBS: Sparql = sparql`
SELECT ?run ?job ?command ?restart WHERE {
  ?run a mls:Run ; dcterms:isPartOf+ ?process .
  ?process provml:job ?job ; provml:command ?command .
  OPTIONAL { ?process provml:restart ?restart }
}`;

function readJobs(source: Source): Promise<readonly SolutionRow[]> {
  return select(source, JOBS);
}

/**
 * The runs, those of a job that was pre-empted and started again as one: the latest start stands for all. The processes of one step know that they are
 * the same run; one that is alone does not know what came before it. So a run of a later start takes up the first one of the same name and command, in
 * the same job, that did not come to its end.
 */
export async function foldRestarts(source: Source, runs: readonly Run[]): Promise<Run[]> {
  const jobs = new Map<string, { key: string; restart: number }>();
  for (const { run, job, command, restart } of await kept(source, readJobs)) {
    if (!run || !job || !command) continue;
    const count = restart ? Number(plainValue(restart)) : 0;
    jobs.set(run.value, { key: `${job.value}\n${command.value}`, restart: count });
  }
  const open = new Map<string, Run[]>();
  const folded = new Map<string, Run>();
  const taken = new Set<string>();
  const restartOf = (run: Run) => jobs.get(run.id)?.restart ?? 0;
  const inOrder = runs.filter(({ id, ranks }) => jobs.has(id) && ranks === undefined);
  inOrder.sort((a, b) => restartOf(a) - restartOf(b) || compareIds(a.id, b.id));
  for (const run of inOrder) {
    const key = `${jobs.get(run.id)?.key}\n${run.workflow}\n${run.formerNames?.[0] ?? run.name}`;
    const waiting = open.get(key) ?? [];
    open.set(key, waiting);
    const earlier = waiting.find((one) => restartOf(one) < restartOf(run));
    if (earlier) {
      waiting.splice(waiting.indexOf(earlier), 1);
      taken.add(earlier.id);
    }
    const starts = earlier ? [...(folded.get(earlier.id)?.earlierStarts ?? []), earlier.id] : [];
    if (starts.length > 0) folded.set(run.id, { ...run, restarts: starts.length, earlierStarts: starts });
    if (run.status !== "completed" && run.status !== "running") waiting.push(run);
  }
  return runs.flatMap((run) => (taken.has(run.id) ? [] : [folded.get(run.id) ?? run]));
}
