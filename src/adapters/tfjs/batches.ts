import { now } from "../../capture/clock.ts";
import type { Execution } from "../../capture/execution.ts";
import type { Step } from "../../capture/handle.ts";
import type { Series } from "../../capture/series.ts";
import { methodOf, override } from "../override.ts";
import type { ModelParts, Tensor } from "./shapes.ts";

/** The loss and metrics of every so many batches. Reading one that a backend has just computed costs more than anything else here. */
export const BATCH_EVERY = 50;

type TrainFunction = (data: unknown) => readonly Tensor[];

/**
 * Records the batches of a training from here on, until the function that is returned is called. The model's train function is watched, and no
 * callback is added: for one that takes batches TensorFlow.js would read every value at every batch.
 */
export function recordBatches(execution: Execution, step: Step, model: ModelParts, every: number): () => void {
  const trained = model.model ?? model;
  const make = methodOf(trained, "makeTrainFunction");
  if (make === undefined || every === 0) return () => {};
  const own = Object.getOwnPropertyDescriptor(trained, "makeTrainFunction");
  override(trained, "makeTrainFunction", function (this: unknown) {
    const train = Reflect.apply(make, this, []) as TrainFunction;
    const rows = execution.faults.guard(() => batchRows(execution, step, namesOf(trained), every));
    if (rows === undefined) return train;
    return (data: unknown) => {
      const values = train(data);
      rows(values);
      return values;
    };
  });
  return () => {
    if (own) Object.defineProperty(trained, "makeTrainFunction", own);
    else delete (trained as { makeTrainFunction?: unknown }).makeTrainFunction;
  };
}

function batchRows(
  { faults }: Execution,
  step: Step,
  names: readonly string[],
  every: number,
): (values: readonly Tensor[]) => void {
  const series = names.map((name) => step.series(`batch.${name}`));
  const durations = step.series("batch.durationMs");
  const tell = isOnHost() ? tellNow : tellLater;
  let batch = 0;
  let lastTime = now();
  return (values) => {
    const number = batch++;
    if (number % every !== 0) return;
    const time = now();
    if (number > 0) durations.log(number, (time - lastTime) / every, time); // the first one is warming up
    lastTime = time;
    try {
      for (let i = 0; i < series.length; i++) tell(values[i] as Tensor, series[i] as Series, number, time);
    } catch (error) {
      faults.report(error); // the training goes on
    }
  };

  function tellNow(value: Tensor, one: Series, number: number, time: number): void {
    one.log(number, value.dataSync()[0] as number, time);
  }

  function tellLater(value: Tensor, one: Series, number: number, time: number): void {
    value.data().then((numbers) => one.log(number, numbers[0] as number, time), faults.report);
  }
}

/**
 * Whether values are in the memory of this process as soon as they are computed: reading one is then a copy, ten times cheaper than a promise
 * of it. Of an accelerator it would be waiting for all that is still under way.
 */
function isOnHost(): boolean {
  const { _tfengine } = globalThis as { _tfengine?: { readonly backendName?: string } };
  return _tfengine?.backendName === "cpu" || _tfengine?.backendName === "wasm";
}

/** The names of what a train function returns; TensorFlow.js numbers those that occur twice. */
function namesOf(model: ModelParts): readonly string[] {
  const names = methodOf(model, "getDedupedMetricsNames");
  return (names ? Reflect.apply(names, model, []) : model.metricsNames) ?? ["loss"];
}
