import type { Faults } from "../../capture/faults.ts";
import type { Section, Step } from "../../capture/handle.ts";

/** The callbacks to train with, and what is seen through them. */
export interface Epochs {
  readonly callbacks: unknown;
  /** Says which step the epochs are of. */
  begin(step: Step): void;
  /** How many have ended. */
  readonly ended: number;
}

type Logs = Readonly<Record<string, unknown>> | undefined;
type Hook = (this: unknown, epoch: number, logs?: Logs) => unknown;

/**
 * The caller's callbacks, and what sees the epochs among them. TensorFlow.js takes configurations, of each of which it makes a callback that now and
 * then yields to the event loop, or finished callbacks, which do not yield. What is added leaves that as it was: it goes into the first
 * configuration (a copy of it), or behind the finished callbacks as one more.
 */
export function observeEpochs(given: unknown, faults: Faults): Epochs {
  let step: Step | undefined;
  let section: Section | undefined;
  let ended = 0;
  const onEpochBegin = (epoch: number) => {
    section = step?.section("epoch", epoch);
  };
  const onEpochEnd = (epoch: number, logs: Logs) => {
    ended++;
    section?.log(
      numbersOf(logs, (late) => step?.log(late, epoch)),
      epoch,
    );
    section?.close();
    section = undefined;
  };
  return {
    callbacks: withHooks(given, {
      onEpochBegin: (epoch) => faults.guard(() => onEpochBegin(epoch)),
      onEpochEnd: (epoch, logs) => faults.guard(() => onEpochEnd(epoch, logs)),
    }),
    begin: (around) => {
      step = around;
    },
    get ended() {
      return ended;
    },
  };
}

function withHooks(given: unknown, hooks: Readonly<Record<string, Hook>>): unknown {
  const list: unknown[] = Array.isArray(given) ? [...given] : given === undefined || given === null ? [] : [given];
  const [first] = list;
  if (isCallback(first)) return [...list, callbackOf(hooks)];
  const config = typeof first === "object" && first !== null ? first : {};
  const properties: PropertyDescriptorMap = {};
  for (const [name, hook] of Object.entries(hooks)) {
    const original = (config as Record<string, Hook | undefined>)[name];
    const both: Hook = function (epoch, logs) {
      hook(epoch, logs);
      return original?.call(this, epoch, logs);
    };
    properties[name] = { value: both, enumerable: true };
  }
  return [Object.create(config, properties), ...list.slice(1)];
}

/** Whether it is a finished callback, and no configuration of one. */
function isCallback(value: unknown): boolean {
  return typeof (value as { setParams?: unknown } | undefined)?.setParams === "function";
}

function callbackOf(hooks: Readonly<Record<string, Hook>>): object {
  const nothing = () => {};
  return {
    ...{ setParams: nothing, setModel: nothing, onTrainBegin: nothing, onTrainEnd: nothing },
    ...{ onBatchBegin: nothing, onBatchEnd: nothing },
    ...hooks,
  };
}

/** The numbers among what an epoch logs. Those that are still tensors are told when they are there. */
function numbersOf(logs: Logs, tellLater: (values: Record<string, number>) => void): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(logs ?? {})) {
    if (typeof value === "number") values[name] = value;
    else if (typeof (value as { data?: unknown } | undefined)?.data === "function") {
      (value as { data(): Promise<ArrayLike<number>> }).data().then(
        (numbers) => tellLater({ [name]: numbers[0] ?? Number.NaN }),
        () => {}, // the training itself meets what is wrong with it
      );
    }
  }
  return values;
}
