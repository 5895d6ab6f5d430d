/**
 * ONNX Runtime, of Node or of the web: the sessions that a program makes are recorded with the model that they run, and their runs as
 * inference. See docs/adapters.md.
 */
import { IS_DISABLED } from "../capture/options.ts";
import { isPlainObject } from "../capture/values.ts";
import { stepMaker } from "../capture/wrap.ts";
import { jsonText, stateAttributes, stateParameters } from "./entity-attributes.ts";
import { type ModelSource, sourceOf, useModel } from "./onnx/model-source.ts";
import { type AdapterOptions, executionOf } from "./options.ts";
import { checkOverridable, type Method, methodOf, override } from "./override.ts";
import { callStated } from "./stated-call.ts";

export interface SessionOptions extends AdapterOptions {
  /** What the model is called in the record, and before the names of the steps: `tagger`, `tagger.run`. Default: none before. */
  readonly name?: string;
}

/** A class, or an object with the class's static method, that makes sessions: `ort.InferenceSession`. */
export interface SessionFactory {
  create(...args: never[]): Promise<object>;
}

interface Session {
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  readonly inputMetadata?: readonly object[];
  readonly outputMetadata?: readonly object[];
}

/**
 * `ort.InferenceSession` in whose place it can be used: what it creates is recorded. Sessions are of the same class, and each `run` is an
 * inference.
 * @throws {ProvenanceError} `bad-argument` for what makes no sessions.
 */
export function recordSessions<S extends SessionFactory>(InferenceSession: S, options: SessionOptions = {}): S {
  checkOverridable(InferenceSession, "recordSessions", "ort.InferenceSession");
  const create = methodOf(InferenceSession, "create");
  if (IS_DISABLED || !create) return InferenceSession;
  const recorded = (...args: unknown[]): Promise<object> => {
    const call = () => Reflect.apply(create, InferenceSession, args) as Promise<object>;
    const execution = executionOf(options);
    if (!execution) return call();
    const { name } = options;
    const source = execution.faults.guard(() => sourceOf(args));
    const settings = args.find(isPlainObject);
    const made = callStated(execution, "activity", labelled(name, "create"), {
      before(step) {
        if (source !== undefined) useModel(step, source, name);
        if (settings) stateParameters(step, settingsOf(settings));
      },
      call,
      after(step, session) {
        step.generated(session, {
          kind: "model",
          ...(source === undefined ? {} : { of: source }),
          name: name ?? nameOf(source),
        });
        const { inputMetadata, outputMetadata, inputNames = [], outputNames = [] } = session as Session;
        stateAttributes(execution, session, [
          ["provml:modelInputs", jsonText(inputMetadata?.map(portOf) ?? inputNames.map((input) => ({ name: input })))],
          [
            "provml:modelOutputs",
            jsonText(outputMetadata?.map(portOf) ?? outputNames.map((output) => ({ name: output }))),
          ],
        ]);
      },
    });
    return made.then((session) => observeSession(session, options));
  };
  return new Proxy(InferenceSession, {
    get: (target, key, receiver) => (key === "create" ? recorded : Reflect.get(target, key, receiver)),
  });
}

/** Makes each run of a session an inference. */
function observeSession(session: object, options: SessionOptions): object {
  const run = methodOf(session, "run");
  const inference = stepMaker("inference", () => executionOf(options));
  if (run) override(session, "run", inference(labelled(options.name, "run"), run as Method));
  return session;
}

/** Settings that are plain: the names of execution providers, and no data. */
function settingsOf({
  executionProviders,
  externalData,
  ...settings
}: Record<string, unknown>): Record<string, unknown> {
  const names = Array.isArray(executionProviders) ? executionProviders.map(providerName) : executionProviders;
  return names === undefined ? settings : { executionProviders: names, ...settings };
}

function providerName(provider: unknown): unknown {
  return typeof provider === "string" ? provider : (provider as { name?: unknown } | null)?.name;
}

function portOf(port: object): object {
  const { name, type, shape } = port as Record<string, unknown>;
  return { name, type, shape };
}

function nameOf(source: ModelSource | undefined): string {
  return typeof source === "string" ? (/[^/\\]+$/.exec(source)?.[0] ?? "model") : "model";
}

function labelled(name: string | undefined, method: string): string {
  return name === undefined ? method : `${name}.${method}`;
}
