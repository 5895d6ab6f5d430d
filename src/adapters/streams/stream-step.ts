import { createHash, type Hash } from "node:crypto";
import type { Activity } from "../../capture/activity.ts";
import { currentStep } from "../../capture/context.ts";
import type { Execution } from "../../capture/execution.ts";
import type { Status } from "../../model/ml.ts";
import { stateContent, stateOutputs } from "../entity-attributes.ts";
import type { StreamOptions } from "../streams.ts";

/** A step that lasts as long as a stream: what it counts, and how it ends. */
export class StreamStep {
  readonly #activity: Activity;
  readonly #stream: object;
  readonly #options: StreamOptions;
  readonly #counts: Record<string, number> = {};
  readonly #hash: Hash | undefined;
  readonly #sources = new Set<object>();
  readonly #settle: () => void;
  #hashedBytes = 0;
  #written: string | undefined;

  static begin(execution: Execution, name: string, stream: object, options: StreamOptions): StreamStep | undefined {
    let settle = (): void => {};
    let activity: Activity | undefined;
    const outer = currentStep();
    const lasting = () => {
      activity = currentStep();
      return new Promise<void>((resolve) => {
        settle = resolve;
      });
    };
    execution.call(options.kind ?? "dataPreparation", name, lasting, undefined, []);
    if (activity === undefined || activity === outer) return undefined;
    const step = new StreamStep(activity, stream, options, settle);
    step.meter(() => step.#use(options.used ?? []));
    return step;
  }

  private constructor(activity: Activity, stream: object, options: StreamOptions, settle: () => void) {
    this.#activity = activity;
    this.#stream = stream;
    this.#options = options;
    this.#settle = settle;
    if (options.digest === "now") this.#hash = createHash("sha256");
  }

  /** Does what may go wrong once the step has begun: then it ends, as nothing else would end it. */
  meter(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#activity.execution.faults.report(error);
      this.end("provml:EndedEarly");
    }
  }

  /** Counts a piece that passed: the bytes of bytes and text, else the item. */
  count(suffix: Suffix, piece: unknown, encoding: BufferEncoding = "utf8"): void {
    try {
      const isText = typeof piece === "string";
      const bytes = isText ? Buffer.byteLength(piece, encoding) : ArrayBuffer.isView(piece) ? piece.byteLength : -1;
      const name = bytes < 0 ? `items${suffix}` : `bytes${suffix}`;
      this.#counts[name] = (this.#counts[name] ?? 0) + Math.abs(bytes);
      if (bytes < 0 || this.#hash === undefined || suffix === "In") return;
      this.#hashedBytes += bytes;
      if (isText) this.#hash.update(piece, encoding as "utf8");
      else this.#hash.update(piece as Uint8Array);
    } catch (error) {
      this.#activity.execution.faults.report(error); // what passes goes on
    }
  }

  /** Notes the file that the stream reads. */
  reads(path: string): void {
    this.#activity.used(path);
  }

  /** Notes where the stream's pieces come from: another stream, which may be recorded too, or which reads a file. */
  from(source: object): void {
    this.#sources.add(source);
  }

  /** Notes the file that the stream writes. */
  writes(path: string): void {
    this.#written = path;
  }

  /** Ends the step, once. */
  end(status: Status, failure?: unknown): void {
    const activity = this.#activity;
    if (activity.isEnded) return;
    const { execution } = activity;
    execution.faults.guard(() => {
      for (const source of this.#sources) this.#useSource(source);
      stateOutputs(activity, this.#counts);
      if (status === "provml:Completed") this.#stateResults();
    });
    activity.end(status, failure);
    this.#settle();
  }

  #use(things: readonly (object | string)[]): void {
    for (const thing of things) this.#activity.used(thing);
  }

  #useSource(source: object): void {
    const { path } = source as { path?: unknown };
    if (this.#activity.execution.identity.of(source)) this.#activity.used(source);
    else if (typeof path === "string" && path !== "") this.#activity.used(path);
  }

  #stateResults(): void {
    const activity = this.#activity;
    if (this.#written !== undefined) activity.generated(this.#written);
    for (const thing of this.#options.generated ?? []) activity.generated(thing);
    activity.generated(this.#stream, { name: activity.label });
    if (this.#hash === undefined) return;
    const content = {
      sha256: this.#hash.digest("hex"),
      size: this.#hashedBytes,
      mediaType: "application/octet-stream",
    };
    stateContent(activity.execution, this.#stream, content);
  }
}

/** Of a stream that is read and written, what goes `In` and comes `Out`; of others there is one direction. */
export type Suffix = "" | "In" | "Out";
