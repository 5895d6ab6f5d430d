import { dirname, join, resolve } from "node:path";
import { ProvenanceError } from "../../model/error.ts";
import { deletedHow } from "../curation/deletions.ts";
import { notFound, quoted } from "../find.ts";
import { digestOfFile } from "../lineage/roots.ts";
import { executionsOf } from "../runs/executions.ts";
import { findRun } from "../runs/run.ts";
import { readRuns } from "../runs/runs.ts";
import type { Source } from "../source.ts";
import { readWhence } from "../whence/whence.ts";
import { available } from "./available.ts";
import { type Bit, bitsOf } from "./bits.ts";
import { type RecordedExecution, type RecordedFile, readRecorded } from "./recorded.ts";

export interface RetrainOptions {
  /** Folders in which recorded inputs may lie by now, under any name. */
  readonly data?: readonly string[];
}

/** Whether a model can be trained again, and what that takes. */
export interface Retraining {
  /** The model, where one was named. */
  readonly model?: { readonly id: string; readonly label: string };
  /** The run that trained it; absent where it was made outside of runs. */
  readonly run?: { readonly id: string; readonly name: string };
  /** All that the program was given; its inputs with where they are by now. */
  readonly execution: RecordedExecution;
  /** The share of the bits that are known, from 0 to 1. */
  readonly score: number;
  readonly isRetrainable: boolean;
  readonly bits: readonly Bit[];
}

/**
 * What is known of how a model came about, and whether that is enough to train it again: looks at the graph, and for the recorded bytes at the disk.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function readRetraining(
  source: Source,
  name: string,
  { data = [] }: RetrainOptions = {},
): Promise<Retraining> {
  const { model, run, execution } = await subjectOf(source, name);
  const recorded = await readRecorded(source, execution);
  const inputs: RecordedFile[] = [];
  for (const file of recorded.inputs)
    inputs.push(
      await available(
        source,
        file,
        data.map((folder) => resolve(folder)),
      ),
    );
  const changes = recorded.changes && (await keptAt(source, recorded.changes));
  const whole = { ...recorded, inputs, ...(changes === undefined ? {} : { changes }) };
  const settings =
    run === undefined ? {} : ((await readRuns(source)).find(({ id }) => id === run.id)?.hyperparameters ?? {});
  const bits = bitsOf(whole, settings);
  const known = bits.filter(({ isKnown }) => isKnown).length;
  return {
    ...(model === undefined ? {} : { model }),
    ...(run === undefined ? {} : { run }),
    execution: whole,
    score: known / bits.length,
    isRetrainable: known === bits.length,
    bits,
  };
}

async function subjectOf(source: Source, name: string) {
  const { made, things, deleted } = await readWhence(source, /^[0-9a-f]{64}$/i.test(name) ? { sha256: name } : name);
  const [thing] = things;
  if (made?.execution !== undefined) {
    const model = thing && { id: thing.id, label: thing.label };
    return { model, run: made.run, execution: made.execution };
  }
  if (deleted !== undefined) throw notFound(`${quoted(name)} was ${deletedHow(deleted)}`);
  if (thing?.kind !== "activity")
    throw notFound(`nobody recorded how ${quoted(name)} was made, so that nothing can be done again`);
  const id = await findRun(source, thing.id).catch((error: unknown) => {
    if (error instanceof ProvenanceError && error.code === "not-found") return undefined;
    throw error;
  });
  const execution = (await executionsOf(source, [id ?? thing.id])).get(id ?? thing.id)?.id;
  if (execution === undefined) throw notFound(`${quoted(name)} belongs to no execution of a program`);
  return { model: undefined, run: id === undefined ? undefined : { id, name: thing.label }, execution };
}

/** Where the kept difference lies: as recorded, or in the directory that is open. */
async function keptAt(source: Source, changes: RecordedFile): Promise<RecordedFile> {
  const { sha256, path } = changes;
  if (sha256 === undefined) return changes;
  const places = [path, ...(source.place ? [join(dirname(source.place.graph), "content", sha256)] : [])];
  for (const place of places)
    if ((await digestOfFile(place).catch(() => undefined)) === sha256) return { ...changes, found: place };
  return { ...changes, problem: "is not there any more" };
}
