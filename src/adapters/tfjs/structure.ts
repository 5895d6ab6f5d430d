import type { Execution } from "../../capture/execution.ts";
import { jsonText, stateAttributes } from "../entity-attributes.ts";
import type { ModelParts } from "./shapes.ts";

/** States the structure of the model that a followed object is: its layers in words, how many weights, what goes in and comes out. */
export function describeModel(execution: Execution, model: object & ModelParts): void {
  execution.faults.guard(() => {
    const { layers, inputs, outputs } = model;
    stateAttributes(execution, model, [
      ["provml:modelFormat", layers ? "TensorFlow.js layers" : "TensorFlow.js graph"],
      ["dcterms:description", layers && layersInWords(layers)],
      ["provml:parameterCount", model.countParams?.()],
      ["provml:modelInputs", inputs && jsonText(inputs.map(portOf))],
      ["provml:modelOutputs", outputs && jsonText(outputs.map(portOf))],
    ]);
  });
}

type Port = NonNullable<ModelParts["inputs"]>[number];

function portOf({ name, dtype, shape }: Port): object {
  return { name, type: dtype, shape };
}

const MOST_LAYERS = 50;

/** For example `3 layers: Dense(32, relu), Dropout(0.2), Dense(10, softmax)`. */
function layersInWords(layers: NonNullable<ModelParts["layers"]>): string {
  const words = layers.slice(0, MOST_LAYERS).map((layer) => {
    const { units, filters, kernelSize, poolSize, rate, activation } = layer.getConfig?.() ?? {};
    const size = units ?? filters ?? rate;
    const details = [size, kernelSize ?? poolSize, activation === "linear" ? undefined : activation];
    const known = details.filter((detail) => detail !== undefined && detail !== null);
    const inside = known.map((detail) => (Array.isArray(detail) ? detail.join("×") : String(detail))).join(", ");
    return `${layer.getClassName?.() ?? "Layer"}${inside === "" ? "" : `(${inside})`}`;
  });
  const more = layers.length > MOST_LAYERS ? ", …" : "";
  return `${layers.length} ${layers.length === 1 ? "layer" : "layers"}: ${words.join(", ")}${more}`;
}
