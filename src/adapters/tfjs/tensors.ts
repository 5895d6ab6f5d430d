import type { Execution } from "../../capture/execution.ts";
import type { Step } from "../../capture/handle.ts";
import type { Entity } from "../../capture/identity.ts";
import { type Tensor, tensorsIn } from "./shapes.ts";

/**
 * States what a step used: tensors, or a dataset that yields them. Tensors never change, so two that share `dataId`, shape and type, such as
 * a tensor and its clone, are one entity; one that was reshaped was derived from the other.
 */
export function useData(execution: Execution, step: Step, data: unknown, role: string): void {
  const tensors = tensorsIn(data);
  for (const tensor of tensors) useTensor(execution, step, tensor, role);
  if (tensors.length === 0 && typeof data === "object" && data !== null && !Array.isArray(data)) {
    step.used(data, { role, kind: "dataset" });
  }
}

function useTensor(execution: Execution, step: Step, tensor: Tensor, role: string): void {
  const { identity } = execution;
  const form = `${tensor.dtype} ${tensor.shape.join()}`;
  const known = KNOWN.get(tensor.dataId);
  const isNew = identity.of(tensor) === undefined;
  const earlier = isNew && known?.execution === execution ? known : undefined;
  if (earlier?.form === form) identity.follow(tensor, earlier.entity);
  step.used(tensor, { role });
  const [entity] = identity.entitiesOf(tensor);
  if (entity === undefined || earlier?.form === form) return;
  if (earlier) {
    const { name: usedEntity } = earlier.entity;
    execution.write([{ kind: "wasDerivedFrom", generatedEntity: entity.name, usedEntity }]);
  } else KNOWN.set(tensor.dataId, { execution, entity, form });
}

interface Known {
  readonly execution: Execution;
  readonly entity: Entity;
  readonly form: string;
}

/** By `dataId`. */
const KNOWN = new WeakMap<object, Known>();
