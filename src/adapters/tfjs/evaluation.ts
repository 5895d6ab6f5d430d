import { types } from "node:util";
import type { Execution } from "../../capture/execution.ts";
import { callStated } from "../stated-call.ts";
import { isTensor, type ModelParts, type Tensor } from "./shapes.ts";
import { useData } from "./tensors.ts";

export interface EvaluationCall {
  readonly model: object & ModelParts;
  readonly label: string;
  readonly data: readonly (readonly [role: string, data: unknown])[];
  readonly call: () => unknown;
}

/** A call of `evaluate` or `evaluateDataset`: the loss and metrics that it returns are measures of the model. */
export function recordEvaluation(execution: Execution, { model, label, data, call }: EvaluationCall): unknown {
  let isLater = false;
  return callStated(execution, "evaluation", label, {
    before(step) {
      step.used(model, { kind: "model" });
      for (const [role, one] of data) useData(execution, step, one, role);
    },
    call() {
      const result = call();
      isLater = types.isPromise(result);
      return result;
    },
    after(_step, result) {
      const tensors = (Array.isArray(result) ? result : [result]).filter(isTensor);
      const names = tensors.map((_, i) => model.metricsNames?.[i] ?? `output${i}`);
      if (isLater) return measuresLater(names, tensors);
      // The caller, who gets tensors at once, reads them next; this waits for them as that would.
      return Object.fromEntries(tensors.map((tensor, i) => [names[i], tensor.dataSync()[0]]));
    },
  });
}

async function measuresLater(names: readonly string[], tensors: readonly Tensor[]): Promise<Record<string, unknown>> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  return Object.fromEntries(values.map((value, i) => [names[i], value[0]]));
}
