import type { SolutionRow } from "../store/store.ts";
import { checkpointsByPlace } from "./checkpoint-files.ts";
import { compareTimes, groupBy, iris, present, selectInBatches } from "./facts.ts";
import { compareIds } from "./ids.ts";
import { type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

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

/** The checkpoints that runs made, and what they hold. */
export const CHECKPOINTS: Sparql = sparql`
SELECT DISTINCT ?checkpoint ?run ?name ?content ?step ?time WHERE {
  ?checkpoint a provml:Checkpoint ; prov:wasGeneratedBy ?maker .
  ?maker dcterms:isPartOf* ?run .
  ?run a mls:Run ; rdfs:label ?name .
  OPTIONAL { ?checkpoint prov:specializationOf ?content . ?content a provml:Content }
  OPTIONAL { ?checkpoint provml:stepNumber ?step }
  OPTIONAL { ?checkpoint prov:generatedAtTime ?time }
}`;

/** What else has the content of checkpoints: the same files, read elsewhere. */
const READINGS = (contents: readonly string[]): Sparql => sparql`
SELECT ?entity ?content WHERE { VALUES ?content { ${iris(contents)} } ?entity prov:specializationOf ?content }`;

/** What was made of checkpoints without being the work of a run: what a program loaded from a file. */
const LOADED = (entities: readonly string[]): Sparql => sparql`
SELECT DISTINCT ?entity ?loaded WHERE {
  VALUES ?entity { ${iris(entities)} }
  { ?loaded prov:wasDerivedFrom ?entity }
  UNION
  { ?load prov:used ?entity . ?loaded prov:wasGeneratedBy ?load }
  FILTER NOT EXISTS { ?loaded prov:wasGeneratedBy ?maker . ?maker dcterms:isPartOf* ?run . ?run a mls:Run }
}`;

const JUDGING = sparql`provml:EvaluationExecution, provml:ValidationExecution, provml:InferenceExecution,
  provml:InferenceWindowExecution, provml:EventInferenceExecution`;

/** The runs in which something is used otherwise than to be judged or applied. */
const USES = (entities: readonly string[]): Sparql => sparql`
SELECT DISTINCT ?entity ?run WHERE {
  VALUES ?entity { ${iris(entities)} }
  ?user prov:used ?entity .
  FILTER NOT EXISTS { ?user a ?kind . FILTER(?kind IN (${JUDGING})) }
  ?user dcterms:isPartOf* ?run .
  ?run a mls:Run
}`;

/**
 * Which runs went on from which checkpoints of others, the furthest first: by the entity itself, by a file of the same content in whatever
 * execution, by a file in the place of one whose content nobody came to digest, or by what was loaded from one of them.
 */
export async function readContinuations(source: Source): Promise<Map<string, Continuation[]>> {
  const checkpoints = await select(source, CHECKPOINTS);
  const all = new Map<string, Continuation[]>();
  if (checkpoints.length === 0) return all;
  const fromEntity = groupBy(checkpoints, "checkpoint");
  const origins = new Map(fromEntity);
  const fromContent = groupBy(
    checkpoints.filter(({ content }) => content !== undefined),
    "content",
  );
  for (const { entity, content } of await selectInBatches(source, fromContent.keys(), READINGS)) {
    if (entity && content && !fromEntity.has(entity.value))
      origins.set(entity.value, fromContent.get(content.value) ?? []);
  }
  for (const [entity, checkpoint] of await checkpointsByPlace(source, fromEntity)) {
    if (!origins.has(entity)) origins.set(entity, [checkpoint]);
  }
  for (const { entity, loaded } of await selectInBatches(source, [...origins.keys()], LOADED)) {
    if (entity && loaded && !origins.has(loaded.value)) origins.set(loaded.value, origins.get(entity.value) ?? []);
  }
  for (const { entity, run } of await selectInBatches(source, origins.keys(), USES)) {
    if (!entity || !run) continue;
    const from = origins.get(entity.value) ?? [];
    if (from.some((origin) => origin.run?.value === run.value)) continue; // its own checkpoint, read again
    const known = all.get(run.value) ?? [];
    all.set(run.value, [...known, ...from.map(continuationOf)]);
  }
  for (const its of all.values()) its.sort(furthestFirst);
  return all;
}

function continuationOf({ run, name, checkpoint, step, time }: SolutionRow): Continuation {
  return {
    run: run?.value ?? "",
    name: name?.value ?? "",
    checkpoint: checkpoint?.value ?? "",
    ...present({ step: step === undefined ? undefined : Number(step.value), time: time?.value }),
  };
}

function furthestFirst(a: Continuation, b: Continuation): number {
  const [stepA = Number.NEGATIVE_INFINITY, stepB = Number.NEGATIVE_INFINITY] = [a.step, b.step];
  return (
    (stepA === stepB ? 0 : stepB - stepA) || compareTimes(b.time, a.time) || compareIds(b.checkpoint, a.checkpoint)
  );
}
