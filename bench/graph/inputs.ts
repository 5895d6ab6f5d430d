import { createHash } from "node:crypto";
import { mulberry32 } from "../random.ts";

/**
 * What programs do whose provenance a graph of any size is made of, as plain data: answers to questions about that graph can be worked out from it
 * by loops. Executions stand in the order in which they run; a file is written before anyone reads it.
 *
 * Raw files are curated, curated ones are prepared as train, validation and test sets, models are trained on these, many of them going on from
 * the model of an earlier training, and some are applied to curated files. So lineages join across executions, by the files' content.
 */
export interface GraphInputs {
  readonly seed: number;
  readonly executions: readonly ExecutionInputs[];
}

export type ExecutionInputs = CurationInputs | PreparationInputs | TrainingInputs | ApplicationInputs;

/** One program: each is an execution of its own. Its step, or each of its runs, has a name that no other has. */
interface Program {
  readonly workflow: string;
  /** On whose behalf it runs. */
  readonly person: string;
  readonly host: string;
}

export interface CurationInputs extends Program {
  readonly kind: "curation";
  readonly step: string;
  readonly raw: RawFileInputs;
  readonly parameters: { readonly minimumEnergy: number; readonly detector: string };
  readonly curated: FileInputs;
}

export interface PreparationInputs extends Program {
  readonly kind: "preparation";
  readonly step: string;
  readonly curated: readonly FileInputs[];
  readonly parameters: {
    readonly scaling: string;
    readonly trainShare: number;
    readonly seed: number;
    /** The first and the last row of the curated data that went into each set. */
    readonly rows: Readonly<Record<Split, readonly [first: number, last: number]>>;
  };
  readonly train: FileInputs;
  readonly validation: FileInputs;
  readonly test: FileInputs;
}

export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

export function rowCountOf({ parameters }: PreparationInputs, split: Split): number {
  const [first, last] = parameters.rows[split];
  return last - first + 1;
}

/** A study of runs on the sets of one preparation. */
export interface TrainingInputs extends Program {
  readonly kind: "training";
  readonly study: string;
  readonly preparation: PreparationInputs;
  /** The model that all its runs go on from, if any: the best one of an earlier training. */
  readonly startsFrom: FileInputs | undefined;
  readonly runs: readonly RunInputs[];
}

export interface RunInputs {
  readonly name: string;
  readonly hyperparameters: {
    readonly learningRate: number;
    readonly batchSize: number;
    readonly optimizer: string;
    readonly dropout: number;
  };
  /** The rows of its series `loss`, epoch by epoch. */
  readonly losses: readonly number[];
  /** Of its series `epoch.durationMs`, as a loop over epochs records them. */
  readonly epochMs: readonly number[];
  /** What its evaluation found, and where its model lies; a run that failed has neither. */
  readonly outcome:
    | {
        readonly status: "completed";
        readonly measures: { accuracy: number; loss: number };
        readonly model: FileInputs;
      }
    | { readonly status: "failed"; readonly message: string };
}

export interface ApplicationInputs extends Program {
  readonly kind: "application";
  readonly step: string;
  readonly model: FileInputs;
  readonly data: FileInputs;
  readonly predictions: FileInputs;
}

/** A file by its path below the folder of the graph, with what it holds. */
export interface FileInputs {
  readonly path: string;
  readonly text: string;
}

export interface RawFileInputs extends FileInputs {
  readonly description: string;
  readonly version: string;
  readonly license: string;
  readonly source: string;
  readonly rowCount: number;
}

export function sha256Of({ text }: FileInputs): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The same seed gives the same inputs, and fewer runs give a beginning of what more give, but for the last study. */
export function graphInputs({ runs, seed = 1 }: { readonly runs: number; readonly seed?: number }): GraphInputs {
  return { seed, executions: [...programs(runs, new Choices(seed))] };
}

function* programs(runs: number, choose: Choices): Generator<ExecutionInputs> {
  const curations: CurationInputs[] = [];
  const preparations: PreparationInputs[] = [];
  const best: FileInputs[] = [];
  let made = 0;
  for (let study = 0; made < runs; study++) {
    if (study % STUDIES_PER_PREPARATION === 0) {
      const curation = curationOf(curations.length, choose);
      curations.push(curation);
      yield curation;
      const preparation = preparationOf(preparations.length, curations, choose);
      preparations.push(preparation);
      yield preparation;
    }
    const count = Math.min(choose.whole(LEAST_RUNS, MOST_RUNS), runs - made);
    const training = trainingOf(study, made, count, choose.recent(preparations), best, choose);
    made += count;
    yield training;
    const model = bestModel(training);
    if (model === undefined) continue;
    best.push(model);
    if (choose.chance(APPLIED_SHARE)) yield applicationOf(study, model, choose.recent(curations).curated, choose);
  }
}

const STUDIES_PER_PREPARATION = 4;
const LEAST_RUNS = 5;
const MOST_RUNS = 40;
const APPLIED_SHARE = 0.5;
const CONTINUED_SHARE = 0.6;
const FAILED_SHARE = 0.03;
const EPOCHS = 10;

/** Where programs run; without a choice, so that the others stay as they are. */
const HOSTS = ["alps01", "alps02", "birch01"] as const;

function hostOf(number: number): string {
  return HOSTS[number % HOSTS.length] as string;
}

const PEOPLE = ["Ada", "Emmy", "Grace", "Katherine", "Mary"] as const;

function curationOf(number: number, choose: Choices): CurationInputs {
  const name = `curate-${number}`;
  const detector = choose.of(["tracker", "calorimeter", "muon"] as const);
  return {
    kind: "curation",
    workflow: "curation",
    person: choose.of(PEOPLE),
    host: hostOf(number),
    step: name,
    raw: {
      ...fileOf(`raw/${number}.csv`, choose),
      description: `raw hits of the ${detector}, period ${number}`,
      version: `${1 + (number % 3)}.0`,
      license: "CC0-1.0",
      source: `https://example.org/${detector}/period/${number}`,
      rowCount: choose.whole(1000, 1_000_000),
    },
    parameters: { minimumEnergy: choose.whole(1, 50) / 2, detector },
    curated: fileOf(`curated/${number}.csv`, choose),
  };
}

function preparationOf(number: number, curations: readonly CurationInputs[], choose: Choices): PreparationInputs {
  const curated = new Set([(curations.at(-1) as CurationInputs).curated, choose.recent(curations).curated]);
  const rowCount = 1000 + 10 * number;
  return {
    kind: "preparation",
    workflow: "preparation",
    person: choose.of(PEOPLE),
    host: hostOf(number + 1),
    step: `prepare-${number}`,
    curated: [...curated],
    parameters: preparationParameters(rowCount, choose),
    train: fileOf(`prepared/${number}-train.csv`, choose),
    validation: fileOf(`prepared/${number}-validation.csv`, choose),
    test: fileOf(`prepared/${number}-test.csv`, choose),
  };
}

function preparationParameters(rowCount: number, choose: Choices): PreparationInputs["parameters"] {
  const scaling = choose.of(["standard", "minmax", "none"] as const);
  const trainShare = choose.of([0.6, 0.7, 0.8] as const);
  const seed = choose.whole(1, 1000);
  const train = Math.round(rowCount * trainShare);
  const validation = Math.round((rowCount - train) / 2);
  return {
    scaling,
    trainShare,
    seed,
    rows: {
      train: [0, train - 1],
      validation: [train, train + validation - 1],
      test: [train + validation, rowCount - 1],
    },
  };
}

function trainingOf(
  number: number,
  firstRun: number,
  count: number,
  preparation: PreparationInputs,
  best: readonly FileInputs[],
  choose: Choices,
): TrainingInputs {
  const workflow = choose.of(["classifier", "tagger", "regressor"] as const);
  return {
    kind: "training",
    workflow,
    person: choose.of(PEOPLE),
    host: hostOf(number),
    study: `${workflow}-study-${number}`,
    preparation,
    startsFrom: best.length > 0 && choose.chance(CONTINUED_SHARE) ? choose.recent(best) : undefined,
    runs: Array.from({ length: count }, (_, i) => runOf(firstRun + i, choose)),
  };
}

function runOf(number: number, choose: Choices): RunInputs {
  const decay = choose.whole(50, 95) / 100;
  const losses = Array.from({ length: EPOCHS }, (_, epoch) => decay ** epoch + choose.whole(0, 1000) / 1e5);
  const failed = choose.chance(FAILED_SHARE);
  return {
    name: `fit-${number}`,
    hyperparameters: {
      learningRate: choose.of([0.1, 0.03, 0.01, 0.003, 0.001] as const),
      batchSize: choose.of([16, 32, 64, 128] as const),
      optimizer: choose.of(["adam", "sgd", "rmsprop"] as const),
      dropout: choose.whole(0, 5) / 10,
    },
    ...epochsOf(number, failed ? losses.slice(0, choose.whole(1, EPOCHS - 1)) : losses),
    outcome: failed
      ? { status: "failed", message: `the loss of ${number} is not finite` }
      : {
          status: "completed",
          measures: { accuracy: 1 - (losses.at(-1) as number) / 2, loss: losses.at(-1) as number },
          model: fileOf(`models/${number}.json`, choose),
        },
  };
}

function epochsOf(run: number, losses: readonly number[]): Pick<RunInputs, "losses" | "epochMs"> {
  return { losses, epochMs: losses.map((_, epoch) => 40 + (run % 13) + ((run + 7 * epoch) % 11) / 4) };
}

/** The one with the least loss, of equals the first. */
function bestModel({ runs }: TrainingInputs): FileInputs | undefined {
  let best: { readonly loss: number; readonly model: FileInputs } | undefined;
  for (const { outcome } of runs) {
    if (outcome.status !== "completed" || outcome.measures.loss >= (best?.loss ?? Number.POSITIVE_INFINITY)) continue;
    best = { loss: outcome.measures.loss, model: outcome.model };
  }
  return best?.model;
}

function applicationOf(number: number, model: FileInputs, data: FileInputs, choose: Choices): ApplicationInputs {
  return {
    kind: "application",
    workflow: "application",
    person: choose.of(PEOPLE),
    host: hostOf(number),
    step: `apply-${number}`,
    model,
    data,
    predictions: fileOf(`predictions/${number}.csv`, choose),
  };
}

/** No two files hold the same. */
function fileOf(path: string, choose: Choices): FileInputs {
  return { path, text: `${path} ${choose.whole(0, 2 ** 31)}\n` };
}

class Choices {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry32(seed);
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  /** Mostly of late: chains become long. */
  recent<T>(list: readonly T[]): T {
    return list.at(-1 - Math.floor(this.#random() ** 3 * list.length)) as T;
  }
}
