/** What the adapter reads of TensorFlow.js: structures, so that whatever version or copy of it a program loads fits. */

/** A tensor. Those that share `dataId` share their values. */
export interface Tensor {
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
  data(): Promise<ArrayLike<number>>;
  dataSync(): ArrayLike<number>;
}

/** A layers or graph model: each method is observed where it is there. */
export interface Model {
  fit?(...args: never[]): unknown;
  fitDataset?(...args: never[]): unknown;
  evaluate?(...args: never[]): unknown;
  evaluateDataset?(...args: never[]): unknown;
  predict(...args: never[]): unknown;
  save?(...args: never[]): unknown;
}

/** What is read of a model beyond its methods; all of it may be absent. */
export interface ModelParts {
  readonly name?: string;
  readonly layers?: readonly Layer[];
  readonly inputs?: readonly Port[];
  readonly outputs?: readonly Port[];
  readonly optimizer?: { getClassName?(): string; getConfig?(): Record<string, unknown> };
  readonly loss?: unknown;
  readonly metrics?: unknown;
  readonly metricsNames?: readonly string[];
  /** Of a Sequential: the model that it builds, and which does the work. */
  readonly model?: object;
  countParams?(): number;
}

interface Layer {
  getClassName?(): string;
  getConfig?(): Record<string, unknown>;
}

interface Port {
  readonly name?: string;
  readonly dtype?: string;
  readonly shape?: readonly (number | null)[] | null;
}

/** Of `fit()` and `fitDataset()`: what the adapter reads or changes. */
export interface FitArgs {
  readonly callbacks?: unknown;
  readonly validationData?: unknown;
  readonly [name: string]: unknown;
}

/** What `save()` hands to a handler. */
export interface Artifacts {
  readonly modelTopology?: unknown;
  readonly weightSpecs?: readonly {
    readonly name?: string;
    readonly shape?: readonly number[];
    readonly dtype?: string;
  }[];
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
}

export interface SaveHandler {
  save(artifacts: Artifacts): Promise<unknown>;
}

/** The tensors among what a call takes: one, a list, or some by name. */
export function tensorsIn(value: unknown): Tensor[] {
  if (isTensor(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).filter(isTensor).slice(0, MOST_TENSORS);
}
const MOST_TENSORS = 100;

export function isTensor(value: unknown): value is Tensor {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<Tensor>).dataId === "object" &&
    typeof (value as Partial<Tensor>).data === "function"
  );
}
