import type { Section, Step } from "./handle.ts";
import type { InferenceStream } from "./inference/handle.ts";
import { Series } from "./series.ts";

/** The stream of a program that records nothing. */
export const idleStream: InferenceStream = {
  id: "",
  record() {},
  begin: () => Number.NaN,
  end() {},
  selected() {},
  failed() {},
  fallback() {},
  dropped() {},
  skipped() {},
  swap() {},
  close() {},
  [Symbol.dispose]() {},
};

/** The step of a program that records nothing: everything works, and leaves no trace. */
export const idleStep: Section & Step = {
  id: "",
  label: "",
  number: 0,
  used: (thing) => thing,
  generated: (thing) => thing,
  seed: (value) => value,
  hyperparameters() {},
  log() {},
  series: () => Series.none,
  checkpoint: (thing) => thing,
  stoppedEarly() {},
  *epochs(count: number, { first = 0 } = {}) {
    for (let number = first; number < count; number++) yield { ...idleStep, number };
  },
  section<T>(_kind: string, number: number, fn?: (section: Section) => T) {
    const section = { ...idleStep, number };
    return fn === undefined ? section : (fn(section) as never);
  },
  close() {},
  [Symbol.dispose]() {},
};
