import type { Execution } from "../../capture/execution.ts";
import { stateContent } from "../entity-attributes.ts";
import { methodOf } from "../override.ts";
import { callStated } from "../stated-call.ts";
import { contentOfModel } from "./saving.ts";
import type { Model, ModelParts } from "./shapes.ts";
import { describeModel } from "./structure.ts";

export interface Loading {
  readonly name: string | undefined;
  /** A URL, or a handler that reads the model. */
  readonly place: unknown;
  readonly call: () => Promise<Model & ModelParts>;
}

/**
 * The loading of a model as a step. Its content is stated of what was read, so that lineage finds the training that wrote it: of the handler, or, as the
 * files at a URL have digests of their own, of the artifacts that they make up.
 */
export function recordLoad(execution: Execution, { name, place, call }: Loading): Promise<Model> {
  const label = name === undefined ? "load" : `${name}.load`;
  const source: object = typeof place === "object" && place !== null ? place : {};
  return callStated(execution, "activity", label, {
    before(step) {
      if (typeof place === "string") step.used(place, { kind: "model" });
      step.used(source, { kind: "model", role: "artifacts" });
    },
    call,
    async after(step, model) {
      step.generated(model, { kind: "model", name: name ?? model.name ?? "model", of: source });
      describeModel(execution, model);
      const save = methodOf(model, "save");
      const content = save && (await contentOfModel(model, save));
      if (content === undefined) return;
      stateContent(execution, source, content);
      stateContent(execution, model, content);
    },
  });
}
