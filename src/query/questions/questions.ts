import { loaded } from "../asked.ts";
import type { Source } from "../source.ts";
import type { Q3Answer, Q3Parameters } from "./best-of-dataset.ts";
import type { Q5Answer, Q5Parameters } from "./data-behind-model.ts";
import type { Q4Answer, Q4Parameters } from "./data-of-model.ts";
import type { Q1Answer, Q1Parameters } from "./hyperparameters-and-measures.ts";
import type { Q7Answer, Q7Parameters } from "./impact-of-file.ts";
import type { Q6Answer, Q6Parameters } from "./preparation-of-best.ts";
import type { Q2Answer, Q2Parameters } from "./section-times.ts";
import { type AnalysisClass, analysisClass } from "./taxonomy.ts";

/** What each question takes and answers. */
export interface QuestionTypes {
  readonly Q1: { readonly parameters: Q1Parameters; readonly answer: Q1Answer };
  readonly Q2: { readonly parameters: Q2Parameters; readonly answer: Q2Answer };
  readonly Q3: { readonly parameters: Q3Parameters; readonly answer: Q3Answer };
  readonly Q4: { readonly parameters: Q4Parameters; readonly answer: Q4Answer };
  readonly Q5: { readonly parameters: Q5Parameters; readonly answer: Q5Answer };
  readonly Q6: { readonly parameters: Q6Parameters; readonly answer: Q6Answer };
  readonly Q7: { readonly parameters: Q7Parameters; readonly answer: Q7Answer };
}

export type QuestionId = keyof QuestionTypes;
export type QuestionParameters<Q extends QuestionId> = QuestionTypes[Q]["parameters"];
export type QuestionAnswer<Q extends QuestionId> = QuestionTypes[Q]["answer"];

/** One of the questions of the PROV-ML papers, as data. */
export interface Question<Q extends QuestionId = QuestionId> {
  readonly title: string;
  readonly class: AnalysisClass;
  readonly parameters: { readonly [Name in keyof Required<QuestionParameters<Q>>]: ParameterInfo };
  /** What the answer has. */
  readonly answer: string;
}

export interface ParameterInfo {
  readonly summary: string;
  readonly isRequired: boolean;
}

/** The questions of the PROV-ML papers: what each asks, its class in their taxonomy, what it takes and what it answers. */
export const QUESTIONS: { readonly [Q in QuestionId]: Question<Q> } = {
  Q1: {
    title: "the hyperparameters and evaluation measures of a trained model",
    class: analysisClass(["learning"], ["offline"], ["intra"]),
    parameters: { model: needed("the model: an id, a label, a path, a file with its bytes, a digest, or its run") },
    answer: "the model, its run, its hyperparameters and measures",
  },
  Q2: {
    title: "the mean execution time per epoch of a training, by host",
    class: analysisClass(["execution"], ["online"], ["intra"]),
    parameters: {
      run: needed("the training's run: an id or a name"),
      section: free("what is timed: epoch, batch, fold, … (default: epoch)"),
    },
    answer: "for each host and for all: count, mean, standard deviation, least and most, in milliseconds",
  },
  Q3: {
    title: "for a training set, the hyperparameters and measures of the model with the least loss",
    class: analysisClass(["learning"], ["online", "offline"], ["inter"]),
    parameters: {
      dataset: needed("the training set: a name, a path, a file with its bytes, a digest or an id"),
      ...ranking(),
    },
    answer: "the best model or training on it, and how many there are",
  },
  Q4: {
    title: "the domain data (files, ranges, counts) that went into the training, validation and test of a model",
    class: analysisClass(["domain", "learning"], ["offline"], []),
    parameters: { model: needed("the model, as in Q1") },
    answer: "the data of each part with its row count, what prepared it with which parameters, and the files behind it",
  },
  Q5: {
    title: "the domain metadata of the raw data behind a model, over curation, preparation and learning",
    class: analysisClass(["domain"], ["offline"], []),
    parameters: { model: needed("the model, as in Q1") },
    answer: "the raw data with all that is said of it, and the steps between, over all workflows",
  },
  Q6: {
    title: "the data-preparation parameters that produced the learning data of the best model",
    class: analysisClass(["domain", "learning"], [], ["inter"]),
    parameters: {
      ...ranking(),
      dataset: free("only models that were trained on this data, as in Q3"),
      where: free("only models of these runs, as runs --where takes it"),
    },
    answer: "the best model, the data steps behind it with their parameters, and its data",
  },
  Q7: {
    title: "who ran what and when, and which models must be retrained if a raw file is wrong",
    class: analysisClass(["domain", "learning", "execution"], ["online", "offline"], ["intra", "inter"]),
    parameters: {
      file: free("what is wrong: then only what came of it (default: everything that was run)"),
      person: free("only what was run for this person"),
      workflow: free("only executions of this workflow"),
      since: free("only executions that began then or later, ISO 8601"),
      until: free("only executions that began before then, ISO 8601"),
      limit: free("how many executions at most, the newest first (default: 100)"),
    },
    answer: "the executions, and the models to be retrained in order",
  },
};

/** What answers each, loaded when it is asked. */
export const READERS: {
  readonly [Q in QuestionId]: (source: Source, parameters: QuestionParameters<Q>) => Promise<QuestionAnswer<Q>>;
} = {
  Q1: loaded(async () => (await import("./hyperparameters-and-measures.ts")).hyperparametersAndMeasures),
  Q2: loaded(async () => (await import("./section-times.ts")).sectionTimes),
  Q3: loaded(async () => (await import("./best-of-dataset.ts")).bestOfDataset),
  Q4: loaded(async () => (await import("./data-of-model.ts")).dataOfModel),
  Q5: loaded(async () => (await import("./data-behind-model.ts")).dataBehindModel),
  Q6: loaded(async () => (await import("./preparation-of-best.ts")).preparationOfBest),
  Q7: loaded(async () => (await import("./impact-of-file.ts")).impactOfFile),
};

function needed(summary: string): ParameterInfo {
  return { summary, isRequired: true };
}

function free(summary: string): ParameterInfo {
  return { summary, isRequired: false };
}

function ranking() {
  return {
    measure: free("the measure that counts (default: loss)"),
    goal: free("minimize or maximize (default: what the measure's name says)"),
  };
}
