/**
 * TensorFlow.js: trainings, evaluations, predictions, saving and loading of models are recorded, without a change to the code that
 * calls them. See docs/adapters.md.
 */
import { IS_DISABLED } from "../capture/options.ts";
import { stepMaker } from "../capture/wrap.ts";
import { type AdapterOptions, executionOf } from "./options.ts";
import { checkOverridable, type Method, methodOf, override } from "./override.ts";
import { BATCH_EVERY } from "./tfjs/batches.ts";
import { recordEvaluation } from "./tfjs/evaluation.ts";
import { recordFit } from "./tfjs/fit.ts";
import { recordLoad } from "./tfjs/loading.ts";
import { recordSave } from "./tfjs/saving.ts";
import type { FitArgs, Model } from "./tfjs/shapes.ts";

export interface ModelOptions extends AdapterOptions {
  /** What the model is called in the record, and before the names of its steps: `digits`, `digits.fit`. Default: none before. */
  readonly name?: string;
  /** The loss and metrics of every so many batches become rows; 0: of none. Default: 50. */
  readonly batchEvery?: number;
}

/**
 * Records what is done with a model from here on: `fit`, `fitDataset` as training, `evaluate`, `evaluateDataset` as evaluation, `predict`,
 * `predictOnBatch`, `execute`, `executeAsync` as inference, and `save`. Returns the model, which keeps its class and gets methods of its own.
 * @throws {ProvenanceError} `bad-argument` for what is no model.
 */
export function observe<M extends Model>(model: M, options: ModelOptions = {}): M {
  checkOverridable(model, "observe", "a model of TensorFlow.js");
  if (IS_DISABLED || OBSERVED.has(model)) return model;
  OBSERVED.add(model);
  const { name, batchEvery = BATCH_EVERY } = options;
  const labelOf = (method: string) => (name === undefined ? method : `${name}.${method}`);

  for (const [method, defaults] of FITS) {
    const original = methodOf(model, method);
    if (!original) continue;
    override(model, method, function (this: unknown, ...args: unknown[]) {
      const execution = this === model ? executionOf(options) : undefined;
      if (!execution) return Reflect.apply(original, this, args);
      const data = args.slice(0, method === "fit" ? 2 : 1);
      return recordFit(execution, {
        ...{ model, name, defaults, batchEvery },
        label: labelOf(method),
        data: rolesOf(data),
        args: (args[data.length] ?? {}) as FitArgs,
        call: (changed) => Reflect.apply(original, model, [...data, changed]),
      });
    });
  }
  for (const method of ["evaluate", "evaluateDataset"]) {
    const original = methodOf(model, method);
    if (!original) continue;
    override(model, method, function (this: unknown, ...args: unknown[]) {
      const execution = this === model ? executionOf(options) : undefined;
      const call = () => Reflect.apply(original, this, args);
      if (!execution) return call();
      const data = rolesOf(args.slice(0, method === "evaluate" ? 2 : 1));
      return recordEvaluation(execution, { model, label: labelOf(method), data, call });
    });
  }
  const inference = stepMaker("inference", () => executionOf(options));
  for (const method of ["predict", "predictOnBatch", "execute", "executeAsync"]) {
    const original = methodOf(model, method);
    if (original) override(model, method, inference(labelOf(method), original));
  }
  const save = methodOf(model, "save");
  if (save) {
    override(model, "save", function (this: unknown, ...args: unknown[]) {
      const execution = this === model ? executionOf(options) : undefined;
      if (!execution) return Reflect.apply(save, this, args);
      return recordSave(execution, { label: labelOf("save"), model, save, args });
    });
  }
  return model;
}

/** What `fit` and `fitDataset` take for granted. */
const FITS = [
  ["fit", { epochs: 1, batchSize: 32, shuffle: true }],
  ["fitDataset", {}],
] as const;

const OBSERVED = new WeakSet<object>();

function rolesOf(data: readonly unknown[]): (readonly [role: string, data: unknown])[] {
  return data.length === 1 ? [["dataset", data[0]]] : data.map((one, i) => [i === 0 ? "x" : "y", one]);
}

/**
 * `tf.loadLayersModel` or `tf.loadGraphModel` as a step that uses what is read, with its content, and generates the model; models that it
 * loads are observed.
 */
export function recordLoading<F extends (...args: never[]) => Promise<Model>>(load: F, options: ModelOptions = {}): F {
  if (IS_DISABLED) return load;
  const loading = (...args: unknown[]): unknown => {
    const call = () => Reflect.apply(load as Method, undefined, args) as Promise<Model>;
    const execution = executionOf(options);
    if (!execution) return call();
    const loaded = recordLoad(execution, { name: options.name, place: args[0], call });
    return loaded.then((model) => observe(model, options));
  };
  return loading as unknown as F;
}
