import { ProvenanceError } from "../../model/error.ts";
import { prov } from "../../vocab/prov.ts";
import { howDeleted } from "../curation/deletions.ts";
import { compareTimes, describe, factsAbout } from "../facts.ts";
import { candidatesFor, contentOf, fitsSeveral, notFound, quoted } from "../find.ts";
import { compareIds, shortId } from "../ids.ts";
import { type LineageSubject, rootsOf, STATES_OF } from "../lineage/roots.ts";
import { selectInBatches } from "../lookup.ts";
import { type ModelState, readModelStates } from "../models/model-states.ts";
import { readRuns } from "../runs/runs.ts";
import { kept, type Source } from "../source.ts";

/**
 * The model that a subject names: by its id, the start of one, its label, a recorded path, its digest or a file with its bytes; or by the run that made it alone.
 * Of runs that made the same bytes it is the latest's.
 * @throws {ProvenanceError} `not-found`, `ambiguous` (with the runs and times of the models that it fits)
 */
export async function findModel(source: Source, subject: LineageSubject): Promise<ModelState> {
  const ids = await thingsNamed(source, subject);
  const byId = await kept(source, readStatesById);
  const found = new Set(ids.flatMap((id) => byId.get(id) ?? []));
  if (found.size === 0) {
    const runs = new Set(ids);
    for (const { id, models } of await readRuns(source))
      if (runs.has(id)) for (const model of models) found.add(byId.get(model.id) as ModelState);
  }
  const finals = [...found].filter(isFinal);
  const fitting = latestOfSameBytes(finals.length > 0 ? finals : [...found]);
  const [only] = fitting;
  if (only === undefined) {
    const how = await howDeleted(source, ids);
    throw notFound(
      `${subjectText(subject)} ${how === undefined ? "is no model, and no run that made one" : `was ${how}`}`,
    );
  }
  if (fitting.length > 1) throw await ambiguousModels(source, subject, fitting);
  return only;
}

/** A model that counts: no checkpoint, and no later state of the same training took its place. */
export function isFinal({ isCheckpoint, isSuperseded }: ModelState): boolean {
  return !isCheckpoint && !isSuperseded;
}

/**
 * The data that a subject names, and all states of the same bytes in any execution.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function findData(source: Source, subject: LineageSubject): Promise<string[]> {
  return await statesAlike(source, await rootsOf(source, subject));
}

/** These entities, and those of any execution that have the content of one of them. */
export async function statesAlike(source: Source, ids: readonly string[]): Promise<string[]> {
  const facts = await describe(source, ids, [prov.specializationOf]);
  const contents = ids.flatMap((id) => contentOf(factsAbout(facts, id)) ?? []);
  const alike = await selectInBatches(source, contents, STATES_OF);
  return [...new Set([...ids, ...alike.map(({ s }) => s?.value ?? "")])];
}

/** What is named as the result of an answer. */
export function subjectText(subject: LineageSubject): string {
  return quoted(typeof subject === "string" ? subject : subject.sha256);
}

/** A name that fits several things may still fit one model only, which then is in memory and in files. */
async function thingsNamed(source: Source, subject: LineageSubject): Promise<string[]> {
  try {
    return await rootsOf(source, subject);
  } catch (error) {
    if (!(error instanceof ProvenanceError) || error.code !== "ambiguous" || typeof subject !== "string") throw error;
    return (await candidatesFor(source, subject)).map(({ id }) => id);
  }
}

/** Of models whose files have the same bytes the one that was made last, as runs that repeat one another make them. */
function latestOfSameBytes(states: readonly ModelState[]): ModelState[] {
  const latest = new Map<string, ModelState>();
  for (const state of states) {
    const digests = [state.sha256, ...state.files.map(({ sha256 }) => sha256)].filter((digest) => digest !== undefined);
    const bytes = digests.length > 0 ? digests.sort().join(" ") : state.id;
    const other = latest.get(bytes);
    const order = other && (compareTimes(state.generatedAt, other.generatedAt) || compareIds(state.id, other.id));
    if (order === undefined || order > 0) latest.set(bytes, state);
  }
  return [...latest.values()];
}

/** Tells models of one name by their runs and times. */
async function ambiguousModels(source: Source, subject: LineageSubject, states: readonly ModelState[]) {
  const runs = new Map((await readRuns(source)).map((run) => [run.id, run]));
  const told = [...states]
    .sort((a, b) => compareTimes(b.generatedAt, a.generatedAt) || compareIds(b.id, a.id))
    .map(({ id, label, run, generatedAt }) => {
      const its = runs.get(run ?? "");
      const by = its === undefined ? "of no run" : `of the run ${its.name} ${shortId(its.id)}`;
      return `${shortId(id)} (${label} ${by}${generatedAt === undefined ? "" : `, ${generatedAt}`})`;
    });
  return fitsSeveral(typeof subject === "string" ? subject : subject.sha256, "models", told);
}

/** The models by their own ids and those of everything that is the same. */
async function readStatesById(source: Source): Promise<ReadonlyMap<string, ModelState>> {
  const states = await kept(source, readModelStates);
  return new Map(states.flatMap((state) => [state.id, ...state.sameAs].map((id) => [id, state] as const)));
}
