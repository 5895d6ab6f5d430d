import { prov } from "../../vocab/prov.ts";
import { type Facts, factsOf, present, timeOf } from "../facts.ts";
import { badOption } from "../find.ts";
import { compareIds, executionOfId } from "../ids.ts";
import { walk } from "../lineage/lineage-walk.ts";
import type { LineageSubject } from "../lineage/roots.ts";
import { readModelStates } from "../models/model-states.ts";
import { type ExecutionFacts, executionsOf } from "../runs/executions.ts";
import { factsFrom, partsOf } from "../runs/parts.ts";
import { timesOf } from "../runs/runs.ts";
import { type RunStatus, statusesOf } from "../runs/status.ts";
import { kept, type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { findData, isFinal } from "./subjects.ts";
import { type TrainedModel, trainedModels } from "./trained-model.ts";

export interface Q7Parameters {
  /** The file or other data that is wrong: then only what came of it is told. Default: everything is told, and nothing is to be retrained. */
  readonly file?: LineageSubject;
  /** Only executions for this person, by name or IRI. */
  readonly person?: string;
  /** Only executions of this workflow. */
  readonly workflow?: string;
  /** Only executions that began at this time or later, or before that: ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  /** How many executions at most, the newest first. Default: 100. */
  readonly limit?: number;
}

/** Who ran what and when, and which models are to be retrained if a file is wrong. */
export interface Q7Answer {
  /** How many there are, of which `executions` has a page. */
  readonly executionCount: number;
  /** The newest first. */
  readonly executions: readonly Executed[];
  /** The final models in whose lineage the file is, in the order in which they were made: a model comes after those that it goes on from. */
  readonly retrain: readonly TrainedModel[];
}

/** One execution of a program. */
export interface Executed {
  readonly id: string;
  readonly workflow: string;
  readonly person?: { readonly id: string; readonly name: string };
  readonly software?: {
    readonly id: string;
    readonly name: string;
    readonly version?: string;
    readonly commit?: string;
  };
  readonly command?: string;
  readonly host?: string;
  readonly status: RunStatus;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

const EXECUTIONS: Sparql = sparql`
SELECT ?s ?p ?o WHERE {
  ?s a provml:WorkflowExecution . FILTER NOT EXISTS { ?s dcterms:isPartOf ?whole }
  ?s ?p ?o . FILTER(?p IN (rdf:type, prov:startedAtTime, prov:endedAtTime, provml:status))
}`;

/** @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-option` */
export async function impactOfFile(source: Source, parameters: Q7Parameters = {}): Promise<Q7Answer> {
  const { file, limit = 100 } = parameters;
  if (!Number.isInteger(limit) || limit < 0) throw badOption("limit", limit, "a whole number, 0 or more");
  const isWanted = filterOf(parameters);
  const all = await kept(source, readExecuted);
  const reached = file === undefined ? undefined : await comesOf(source, await findData(source, file));
  const touched = reached && new Set(Array.from(reached, executionOfId));
  const wanted = all.filter((one) => (touched?.has(one.facts.id) ?? true) && isWanted(one));
  return {
    executionCount: wanted.length,
    executions: await standing(source, wanted.slice(0, limit)),
    retrain: reached === undefined ? [] : await toRetrain(source, reached),
  };
}

/** Everything in whose lineage one of these entities is, except themselves. */
async function comesOf(source: Source, entities: readonly string[]): Promise<Set<string>> {
  const { edges } = await walk(source, entities, "down", Number.POSITIVE_INFINITY);
  return new Set(edges.map(({ from }) => from));
}

async function toRetrain(source: Source, reached: ReadonlySet<string>): Promise<TrainedModel[]> {
  const states = (await kept(source, readModelStates)).filter(
    (state) =>
      isFinal(state) &&
      state.run !== undefined &&
      (reached.has(state.id) || state.sameAs.some((id) => reached.has(id))),
  );
  const timed = states.map((state) => ({ state, at: timeOf(state.generatedAt) ?? 0 }));
  timed.sort((a, b) => a.at - b.at || compareIds(a.state.id, b.state.id));
  return await trainedModels(
    source,
    timed.map(({ state }) => state),
  );
}

interface StatedExecution {
  readonly facts: ExecutionFacts;
  readonly own: Facts;
  readonly times: { readonly startedAt?: string; readonly endedAt?: string };
}

async function readExecuted(source: Source): Promise<StatedExecution[]> {
  const stated = factsOf(await select(source, EXECUTIONS));
  const around = await executionsOf(source, stated.keys());
  const shared = await partsOf(
    source,
    [...stated.keys()].filter((id) => !stated.get(id)?.has(prov.startedAtTime)),
  );
  const all = Array.from(stated, ([id, own]): StatedExecution => {
    const { startedAt, endedAt } = timesOf(factsFrom(own, shared.get(id) ?? []));
    return { facts: around.get(id) ?? { id, workflow: "" }, own, times: present({ startedAt, endedAt }) };
  });
  const startOf = ({ times }: StatedExecution) => timeOf(times.startedAt) ?? Number.NEGATIVE_INFINITY;
  return all.sort((a, b) => startOf(b) - startOf(a) || compareIds(b.facts.id, a.facts.id));
}

async function standing(source: Source, executions: readonly StatedExecution[]): Promise<Executed[]> {
  const statuses = await statusesOf(source, new Map(executions.map(({ facts, own }) => [facts.id, own])));
  return executions.map(({ facts: { id, workflow, person, software, command, host }, times }) => ({
    id,
    workflow,
    ...present({ person, software, command, host }),
    status: statuses.get(id)?.status ?? "silent",
    ...times,
  }));
}

function filterOf({ person, workflow, since, until }: Q7Parameters): (one: StatedExecution) => boolean {
  const [from, to] = [timeGiven("since", since), timeGiven("until", until)];
  return ({ facts, times }) => {
    const start = timeOf(times.startedAt);
    if (person !== undefined && facts.person?.name !== person && facts.person?.id !== person) return false;
    if (workflow !== undefined && facts.workflow !== workflow) return false;
    if (from !== undefined && !(start !== undefined && start >= from)) return false;
    return to === undefined || (start !== undefined && start < to);
  };
}

function timeGiven(name: string, text: string | undefined): number | undefined {
  const time = timeOf(text);
  if (text !== undefined && time === undefined) throw badOption(name, text, "a time, e.g. 2026-11-21T20:00:00Z");
  return time;
}
