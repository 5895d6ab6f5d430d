import type { SolutionRow } from "../../store/store.ts";
import { provml } from "../../vocab/provml.ts";
import { rdf, rdfs } from "../../vocab/rdf.ts";
import { compareTimes, describe, factsAbout, groupBy, iris, labelOf, present, valuesOf } from "../facts.ts";
import { compareIds } from "../ids.ts";
import { selectInBatches } from "../lookup.ts";
import { checkpointsByPlace } from "../models/checkpoint-files.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { runsBySteps, STEPS_OF_RUNS } from "./run-steps.ts";

/** The checkpoint of another run that a run went on from. */
export interface Continuation {
  /** The run that made the checkpoint, and its name. */
  readonly run: string;
  readonly name: string;
  readonly checkpoint: string;
  /** After which step of that run it was made, where that is stated, and when. */
  readonly step?: number;
  readonly time?: string;
}

/** The checkpoints, who made them, and what they hold. */
export const CHECKPOINTS: Sparql = sparql`
SELECT ?checkpoint ?maker ?path ?content ?step ?time WHERE {
  ?checkpoint a provml:Checkpoint ; prov:wasGeneratedBy ?maker .
  OPTIONAL { ?checkpoint provml:path ?path }
  OPTIONAL { ?checkpoint prov:specializationOf ?content }
  OPTIONAL { ?checkpoint provml:stepNumber ?step }
  OPTIONAL { ?checkpoint prov:generatedAtTime ?time }
}`;

/** What else has the content of checkpoints: the same files, read elsewhere. */
const READINGS = (contents: readonly string[]): Sparql => sparql`
SELECT ?thing ?content WHERE { VALUES ?content { ${iris(contents)} } ?thing prov:specializationOf ?content }`;

const DERIVED = (things: readonly string[]): Sparql => sparql`
SELECT ?thing ?later WHERE { VALUES ?thing { ${iris(things)} } ?later prov:wasDerivedFrom ?thing }`;

const USERS = (things: readonly string[]): Sparql => sparql`
SELECT ?thing ?user WHERE { VALUES ?thing { ${iris(things)} } ?user prov:used ?thing }`;

const MAKERS = (things: readonly string[]): Sparql => sparql`
SELECT ?thing ?maker WHERE { VALUES ?thing { ${iris(things)} } ?thing prov:wasGeneratedBy ?maker }`;

const MADE = (activities: readonly string[]): Sparql => sparql`
SELECT ?maker ?thing WHERE { VALUES ?maker { ${iris(activities)} } ?thing prov:wasGeneratedBy ?maker }`;

/** What uses a model to judge or apply it goes on from nothing. */
const JUDGING: ReadonlySet<string> = new Set([
  provml.EvaluationExecution,
  provml.ValidationExecution,
  provml.InferenceExecution,
  provml.InferenceWindowExecution,
  provml.EventInferenceExecution,
]);

/**
 * Which runs went on from which checkpoints of others, the furthest first: by the entity itself, by a file of the same content in whatever
 * execution, by a file in the place of one whose content nobody came to digest, or by what was loaded from one of them. The questions
 * are as simple as can be, one relation each, and put together here: an engine that joins them takes minutes.
 */
export async function readContinuations(source: Source): Promise<Map<string, Continuation[]>> {
  const checkpoints = await select(source, CHECKPOINTS);
  const all = new Map<string, Continuation[]>();
  if (checkpoints.length === 0) return all;
  const runs = runsBySteps(await select(source, STEPS_OF_RUNS));
  const origins = await originsOf(source, checkpoints, runs);

  const users = await usersOf(source, origins.keys());
  const loaded = await loadedFrom(source, origins, users, runs);
  for (const { thing, user } of [...users, ...(await usersOf(source, loaded))]) {
    if (!thing || !user) continue;
    const from = origins.get(thing.value) ?? [];
    for (const run of runs.get(user.value) ?? []) {
      if (from.some((origin) => origin.run === run)) continue; // its own checkpoint, read again
      const known = all.get(run) ?? [];
      all.set(run, [...known, ...from]);
    }
  }
  for (const its of all.values()) its.sort(furthestFirst);
  return all;
}

/** What used things otherwise than to judge or apply them. */
async function usersOf(source: Source, things: Iterable<string>): Promise<SolutionRow[]> {
  const users = await selectInBatches(source, things, USERS);
  const kinds = await describe(
    source,
    users.map(({ user }) => user?.value ?? ""),
    [rdf.type],
  );
  return users.filter(
    ({ user }) => !valuesOf(factsAbout(kinds, user?.value ?? ""), rdf.type).some((type) => JUDGING.has(type)),
  );
}

/** The checkpoints that runs made, by every entity that is one of them or has its content. */
async function originsOf(
  source: Source,
  checkpoints: readonly SolutionRow[],
  runs: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Continuation[]>> {
  const made = checkpoints.filter(({ maker }) => runs.has(maker?.value ?? ""));
  const labels = await describe(source, new Set([...runs.values()].flat()), [rdfs.label]);
  const continuationsOf = (rows: readonly SolutionRow[]) =>
    rows.flatMap(({ checkpoint, maker, step, time }) =>
      (runs.get(maker?.value ?? "") ?? []).map((run) => ({
        run,
        name: labelOf(factsAbout(labels, run), run),
        checkpoint: checkpoint?.value ?? "",
        ...present({ step: step === undefined ? undefined : Number(step.value), time: time?.value }),
      })),
    );
  const origins = new Map<string, Continuation[]>();
  for (const [checkpoint, rows] of groupBy(made, "checkpoint")) origins.set(checkpoint, continuationsOf(rows));
  const byContent = groupBy(
    made.filter(({ content }) => content !== undefined),
    "content",
  );
  for (const { thing, content } of await selectInBatches(source, byContent.keys(), READINGS)) {
    if (thing && content && !origins.has(thing.value))
      origins.set(thing.value, continuationsOf(byContent.get(content.value) ?? []));
  }
  for (const [thing, checkpoint] of await checkpointsByPlace(source, made)) {
    if (!origins.has(thing)) origins.set(thing, continuationsOf([checkpoint]));
  }
  return origins;
}

/** What was made of them without being the work of a run, as what a program loads from a file; it is added to them. */
async function loadedFrom(
  source: Source,
  origins: Map<string, Continuation[]>,
  users: readonly SolutionRow[],
  runs: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> {
  const found = new Map<string, string>();
  for (const { thing, later } of await selectInBatches(source, origins.keys(), DERIVED)) {
    if (thing && later && !origins.has(later.value)) found.set(later.value, thing.value);
  }
  const loads = new Map(
    users.flatMap(({ thing, user }) => (thing && user && !runs.has(user.value) ? [[user.value, thing.value]] : [])),
  );
  for (const { maker, thing } of await selectInBatches(source, loads.keys(), MADE)) {
    if (maker && thing && !origins.has(thing.value)) found.set(thing.value, loads.get(maker.value) as string);
  }
  for (const { thing, maker } of await selectInBatches(source, found.keys(), MAKERS)) {
    if (thing && maker && runs.has(maker.value)) found.delete(thing.value);
  }
  for (const [loaded, from] of found) origins.set(loaded, origins.get(from) ?? []);
  return [...found.keys()];
}

function furthestFirst(a: Continuation, b: Continuation): number {
  const [stepA = Number.NEGATIVE_INFINITY, stepB = Number.NEGATIVE_INFINITY] = [a.step, b.step];
  return (
    (stepA === stepB ? 0 : stepB - stepA) || compareTimes(b.time, a.time) || compareIds(b.checkpoint, a.checkpoint)
  );
}
