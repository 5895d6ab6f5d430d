import type { Execution } from "../../capture/execution.ts";
import { type Content, stateContent } from "../entity-attributes.ts";
import type { Method } from "../override.ts";
import { callStated } from "../stated-call.ts";
import { contentOf } from "./artifacts.ts";
import type { Artifacts, SaveHandler } from "./shapes.ts";

export interface Saving {
  readonly label: string;
  readonly model: object;
  /** The model's own method. */
  readonly save: Method;
  readonly args: readonly unknown[];
}

/** A call of `save` as a step that used the model; the model gets its content, and a place that the model is saved to is generated. */
export function recordSave(execution: Execution, { label, model, save, args }: Saving): unknown {
  const [target, ...rest] = args;
  let content: Content | undefined;
  const read = (artifacts: Artifacts) => {
    content = execution.faults.guard(() => contentOf(artifacts));
  };
  const given = isHandler(target) ? reading(target, read) : target;
  return callStated(execution, "activity", label, {
    before: (step) => step.used(model, { kind: "model" }),
    call: () => Reflect.apply(save, model, [given, ...rest]),
    async after(step) {
      if (content === undefined) await readArtifacts(model, save, read);
      if (content) stateContent(execution, model, content);
      if (typeof target === "string") step.generated(target, { kind: "model", of: model });
    },
  });
}

/** Serialises a model for its content alone. */
export async function contentOfModel(model: object, save: Method): Promise<Content | undefined> {
  let content: Content | undefined;
  await readArtifacts(model, save, (artifacts) => {
    content = contentOf(artifacts);
  });
  return content;
}

function readArtifacts(model: object, save: Method, read: (artifacts: Artifacts) => void): Promise<unknown> {
  const handler: SaveHandler = {
    async save(artifacts) {
      read(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    },
  };
  return Reflect.apply(save, model, [handler]);
}

/** The handler that also shows what it is given; everything else is the original's. */
function reading(handler: SaveHandler, read: (artifacts: Artifacts) => void): SaveHandler {
  return new Proxy(handler, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (name === "save") read(args[0] as Artifacts);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

function isHandler(target: unknown): target is SaveHandler {
  return typeof (target as Partial<SaveHandler> | undefined)?.save === "function";
}
