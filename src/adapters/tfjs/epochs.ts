import type { Faults } from "../../capture/faults.ts";
import type { Section, Step } from "../../capture/handle.ts";
import { stoppingsIn } from "./settings.ts";

/** The callbacks to train with, and what is seen through them. */
export interface Epochs {
  readonly callbacks: unknown;
  /** Says which step the epochs are of, how many are meant, and the number of the first. */
  begin(step: Step, count: number, first: number): void;
  /** Says that the training has ended, after its last epoch or before. */
  end(): void;
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
  let loop: Generator<Section, void, void> | undefined;
  let section: Section | undefined;
  let count = 0;
  const onEpochBegin = () => {
    section = loop?.next().value ?? undefined;
  };
  const onEpochEnd = (epoch: number, logs: Logs) => {
    section?.log(
      numbersOf(logs, (late) => step?.log(late, epoch)),
      epoch,
    );
  };
  return {
    callbacks: withHooks(given, {
      onEpochBegin: () => faults.guard(onEpochBegin),
      onEpochEnd: (epoch, logs) => faults.guard(() => onEpochEnd(epoch, logs)),
    }),
    begin(around, epochs, first) {
      step = around;
      count = epochs;
      loop = around.epochs(epochs, { first });
    },
    end() {
      if (section === undefined || section.number >= count - 1) {
        loop?.next();
        return;
      }
      const reason = reasonOf(given, section.number);
      step?.stoppedEarly(reason === undefined ? {} : { reason });
      loop?.return();
    },
  };
}

/** Of the early stopping that stopped the training after this epoch. */
function reasonOf(callbacks: unknown, epoch: number): string | undefined {
  for (const { monitor, patience, stoppedEpoch } of stoppingsIn(callbacks)) {
    if (stoppedEpoch === epoch)
      return `${monitor} did not improve in ${patience} ${patience === 1 ? "epoch" : "epochs"}`;
  }
  return undefined;
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
