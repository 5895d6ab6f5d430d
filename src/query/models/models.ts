import { datasetNames, fileName } from "../compare/datasets.ts";
import { inOrder, type Remarked, remarked, remarksByThing } from "../curation/remarks.ts";
import { compareTimes, present } from "../facts.ts";
import { compareIds } from "../ids.ts";
import { checkListing, type ListOptions, listed } from "../listing.ts";
import { latestMeasures, readEvaluations } from "../runs/measures.ts";
import { valuesOfField } from "../runs/run-filter.ts";
import { type Run, readRuns } from "../runs/runs.ts";
import { kept, type Source } from "../source.ts";
import { type PlainValue, recordOf } from "../values.ts";
import { type ModelFile, type ModelState, readModelStates } from "./model-states.ts";

/** A model, with what people said of it. Models in memory, their files, and what other executions read of these are one. */
export interface Model extends Remarked {
  readonly id: string;
  readonly label: string;
  readonly kind: "model" | "checkpoint";
  /** The run that generated it; absent for a model that came from outside. */
  readonly run?: string;
  readonly workflow?: string;
  readonly generatedAt?: string;
  /** Earlier models that it came of. */
  readonly derivedFrom: readonly string[];
  readonly files: readonly ModelFile[];
  /** Of the model in memory, where it is known without a file: TensorFlow.js hands its models to handlers of the program's. */
  readonly sha256?: string;
  /** What evaluations of it found, the latest of each name; of a run's only model also what else the run says. */
  readonly measures: Readonly<Record<string, number>>;
  readonly hyperparameters: Readonly<Record<string, PlainValue>>;
}

/** Which models, by their own fields and those of their runs, and in which order. */
export interface ModelsOptions extends ListOptions {
  /** `final`: what trainings ended with. `all`: checkpoints and states in between as well. Default: `final`. */
  readonly states?: "final" | "all";
}

/**
 * The models that are wanted, in the order that is wanted, a page of them.
 * @throws {ProvenanceError} `bad-argument`, `bad-option`
 */
export async function readModels(source: Source, { states = "final", ...list }: ModelsOptions = {}): Promise<Model[]> {
  const listing = checkListing(list);
  const all = await kept(source, readModelStates);
  const runs = new Map((await readRuns(source, all)).map((run) => [run.id, run]));
  const said = await readSaid(source);
  const wanted =
    states === "all" ? all : all.filter(({ isCheckpoint, isSuperseded }) => !isCheckpoint && !isSuperseded);
  const models = wanted.map((state) => modelOf(state, runs.get(state.run ?? ""), said));
  models.sort((a, b) => compareTimes(b.generatedAt, a.generatedAt) || compareIds(b.id, a.id));
  const datasets = listing.fields.has("dataset") ? await kept(source, datasetNames) : undefined;
  return listed(models, listing, (model, field) => {
    const run = model.run === undefined ? undefined : runs.get(model.run);
    const used = field === "dataset" ? (datasets?.get(model.run ?? "") ?? []) : [];
    return [...used, ...valuesOfModel(model, run, field)];
  });
}

/** What a model has of a field: its own, else what its run has; measures and hyperparameters are the model's. */
export function valuesOfModel(model: Model, run: Run | undefined, field: string): readonly PlainValue[] {
  const own = Object.hasOwn(OWN, field) ? OWN[field]?.(model, run) : undefined;
  const { hyperparameters, measures } = model;
  const fielded = own === undefined ? { ...run, models: run?.models ?? [] } : { models: [] };
  const values = valuesOfField({ ...fielded, hyperparameters, measures }, field);
  return [...(own ?? []).filter((value) => value !== undefined), ...values];
}

const OWN: Readonly<Record<string, (model: Model, run: Run | undefined) => (PlainValue | undefined)[]>> = {
  id: ({ id }) => [id],
  name: ({ label, formerNames = [] }) => [label, ...formerNames],
  tag: ({ tags = [] }, its) => [...tags, ...(its?.tags ?? [])],
  label: ({ label }) => [label],
  kind: ({ kind }) => [kind],
  run: ({ run }, its) => [run, its?.name],
  workflow: ({ workflow }) => [workflow],
  generatedAt: ({ generatedAt }) => [generatedAt],
  file: ({ files }) => files.flatMap(({ path }) => [path, fileName(path)]),
  sha256: ({ files, sha256 }) => [sha256, ...files.map((file) => file.sha256)],
};

/** What evaluations found of each model, and what people said of things. */
interface Said {
  readonly judged: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly remarks: Awaited<ReturnType<typeof remarksByThing>>;
}

export async function readSaid(source: Source): Promise<Said> {
  return { judged: await kept(source, readJudged), remarks: await remarksByThing(source) };
}

async function readJudged(source: Source): Promise<Said["judged"]> {
  const { byModel } = await kept(source, readEvaluations);
  const states = await kept(source, readModelStates);
  return new Map(states.map(({ id, sameAs }) => [id, latestMeasures(sameAs.flatMap((one) => byModel.get(one) ?? []))]));
}

/** A model's state with what its run, its evaluations and people say of it; made once for as long as none of these changes. */
export function modelOf(state: ModelState, run: Run | undefined, said: Said): Model {
  const known = made.get(state);
  if (known?.run === run && known?.said.judged === said.judged && known.said.remarks === said.remarks)
    return known.model;
  const model = makeModel(state, run, said);
  made.set(state, { run, said, model });
  return model;
}

const made = new WeakMap<ModelState, { readonly run: Run | undefined; readonly said: Said; readonly model: Model }>();

function makeModel(state: ModelState, run: Run | undefined, { judged, remarks }: Said): Model {
  const { name: label, ...said } = remarked(
    state.label,
    remarks.size === 0 ? [] : inOrder(state.sameAs.flatMap((id) => remarks.get(id) ?? [])),
  );
  const isOnly = run?.models.length === 1 && run.models[0]?.id === state.id;
  return {
    id: state.id,
    label,
    ...said,
    kind: state.isCheckpoint ? "checkpoint" : "model",
    ...present({ run: run?.id, workflow: run?.workflow, generatedAt: state.generatedAt }),
    derivedFrom: state.derivedFrom,
    files: state.files,
    ...present({ sha256: state.sha256 }),
    measures: recordOf(new Map([...Object.entries(isOnly ? run.measures : {}), ...(judged.get(state.id) ?? [])])),
    hyperparameters: run?.hyperparameters ?? {},
  };
}
