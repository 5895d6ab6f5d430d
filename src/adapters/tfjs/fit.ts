import type { Execution } from "../../capture/execution.ts";
import type { Step } from "../../capture/handle.ts";
import { callStated } from "../stated-call.ts";
import { recordBatches } from "./batches.ts";
import { observeEpochs } from "./epochs.ts";
import { settingsOf } from "./settings.ts";
import type { FitArgs, ModelParts } from "./shapes.ts";
import { describeModel } from "./structure.ts";
import { useData } from "./tensors.ts";

export interface FitCall {
  readonly model: object & ModelParts;
  /** What the model is called in the record. */
  readonly name: string | undefined;
  readonly label: string;
  /** `fit` takes inputs and targets, `fitDataset` one data set. */
  readonly data: readonly (readonly [role: string, data: unknown])[];
  readonly args: FitArgs;
  /** What holds where the arguments say nothing. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Calls the model's own method with these arguments. */
  readonly call: (args: FitArgs) => unknown;
  readonly batchEvery: number;
}

/** A call of `fit` or `fitDataset` as a training: its settings, the data, the numbers of its epochs and batches, and the model that it leaves. */
export function recordFit(execution: Execution, fit: FitCall): unknown {
  const { model, args, name } = fit;
  const { faults } = execution;
  const epochs = faults.guard(() => observeEpochs(args.callbacks, faults));
  let stopRecording: (() => void) | undefined;
  return callStated(execution, "training", fit.label, {
    before(step) {
      if (execution.identity.of(model)) step.used(model);
      for (const [role, data] of fit.data) useData(execution, step, data, role);
      useValidation(execution, step, args.validationData);
      step.hyperparameters(settingsOf(model, { ...fit.defaults, ...args }));
      const { epochs: count = fit.defaults.epochs, initialEpoch = 0 } = args;
      if (isCount(count) && isCount(initialEpoch)) epochs?.begin(step, count, initialEpoch);
      stopRecording = recordBatches(execution, step, model, fit.batchEvery);
    },
    call: () => {
      try {
        const fitted = fit.call(epochs ? { ...args, callbacks: epochs.callbacks } : args);
        return isPromise(fitted) ? fitted.finally(() => stopRecording?.()) : fitted;
      } catch (error) {
        stopRecording?.();
        throw error;
      }
    },
    after(step) {
      epochs?.end();
      step.generated(model, { kind: "model", ...(name === undefined ? {} : { name }) });
      describeModel(execution, model);
    },
  });
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function useValidation(execution: Execution, step: Step, data: unknown): void {
  if (Array.isArray(data)) {
    const [x, y] = data as unknown[];
    useData(execution, step, x, "validation.x");
    useData(execution, step, y, "validation.y");
  } else useData(execution, step, data, "validation");
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
