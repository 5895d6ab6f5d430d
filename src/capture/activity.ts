import type { Brief, Name } from "../model/brief.ts";
import type { Status, StepKind } from "../model/ml.ts";
import { startStatements } from "./activity-statements.ts";
import type { Beginning } from "./beginning.ts";
import { recordCheckpoint } from "./checkpoints.ts";
import { detached } from "./checks.ts";
import { now } from "./clock.ts";
import { type Results, stateEnd } from "./ending.ts";
import type { Execution } from "./execution.ts";
import { recordGeneration, recordHyperparameters, recordUse } from "./explicit.ts";
import type {
  CheckpointOptions,
  EpochsOptions,
  GeneratedOptions,
  Section,
  SeriesOptions,
  StoppedOptions,
  UsedOptions,
} from "./handle.ts";
import type { InferenceCalls } from "./inference/calls.ts";
import { logRows, seriesNamed } from "./rows.ts";
import { type Counting, epochsOf, sectionOf } from "./sections.ts";
import { checkSeed, type SeedOptions, stateSeed } from "./seeds.ts";
import type { Series } from "./series.ts";
import { recordStopping, type Stopping } from "./stopping.ts";

/** One activity from its beginning to its end. What user code can do with it stands in the files named after that. */
export class Activity implements Section {
  readonly execution: Execution;
  readonly name: Name;
  readonly kind: StepKind;
  readonly label: string;
  readonly startTime: number;
  readonly parent: Activity | undefined;
  readonly number: number;
  /** Whether this is a run, and whether it lies within one. */
  readonly isRun: boolean;
  readonly isInRun: boolean;
  readonly runAround: string | undefined;
  readonly alsoAround: Name | undefined;
  /** Of a run that it shares with other processes: which one. */
  sharedRun: Name | undefined;
  /** The objects that came in as arguments or `this`, until the step ends, and which entity each was then. */
  received: Map<object, Name> | undefined;
  /** Of a training: the object whose method it is, which may be the very thing that is trained. */
  subject: object | undefined;
  /** Its own series, and the step of the next row that is logged without one. */
  seriesByName: Map<string, Series> | undefined;
  nextRow = 0;
  /** The wrapped inferences that were called in it, by name; of one of these, the models that it was given. */
  inferences: Map<string, InferenceCalls> | undefined;
  models: readonly Name[] | undefined;
  /** Of an epoch, batch or inference: the step of its rows. */
  readonly rowStep: number;
  /** Of an epoch of a loop: how many there were to be. */
  plannedCount: number | undefined;
  /** How batches inside its epochs are counted on, by their kind. */
  countings: Map<string, Counting> | undefined;
  /** What its latest loop was stopped by. */
  stopping: Stopping | undefined;
  /** Sections that have not ended: they end with the step at the latest. */
  sections: Set<Activity> | undefined;
  /** The models among what was used. */
  usedModels: Set<Name> | undefined;
  readonly isLazy: boolean;
  readonly #isTold: boolean;
  #isStarted = false;
  #isEnded = false;
  #isCountedOpen = false;

  constructor(execution: Execution, beginning: Beginning) {
    const {
      name,
      kind,
      label,
      startTime,
      parent,
      number = 0,
      rowStep = number,
      isLazy = false,
      isTold = false,
      runAround,
      alsoAround,
    } = beginning;
    this.execution = execution;
    this.name = name;
    this.kind = kind;
    this.label = label;
    this.startTime = startTime;
    this.parent = parent;
    this.number = number;
    this.rowStep = rowStep;
    this.isLazy = isLazy;
    this.#isTold = isTold;
    this.isRun = (kind === "training" || kind === "run") && !parent?.isInRun;
    this.isInRun = this.isRun || (parent?.isInRun ?? runAround !== undefined);
    this.runAround = runAround;
    this.alsoAround = alsoAround;
    if (parent === undefined) this.#isStarted = true; // the root states itself with the origin
  }

  get id(): string {
    return this.execution.iri(this.name);
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  used<T>(thing: T, options: UsedOptions = {}): T {
    if (this === undefined) throw detached("used");
    recordUse(this, thing, options);
    return thing;
  }

  seed<T>(value: T, options: SeedOptions = {}): T {
    checkSeed(value, options);
    if (this.#isEnded && this.parent) return this.parent.seed(value, options);
    this.record((out) => stateSeed(this, value, options, out));
    return value;
  }

  generated<T>(thing: T, options: GeneratedOptions = {}): T {
    if (this === undefined) throw detached("generated");
    recordGeneration(this, thing, options);
    return thing;
  }

  hyperparameters(values: object): void {
    if (this === undefined) throw detached("hyperparameters");
    recordHyperparameters(this, values);
  }

  log(values: Readonly<Record<string, number>>, step?: number): void {
    if (this === undefined) throw detached("log");
    logRows(this, values, step);
  }

  series(name: string, options?: SeriesOptions): Series {
    if (this === undefined) throw detached("series");
    return seriesNamed(this, name, options);
  }

  checkpoint<T>(thing: T, step?: number, options: CheckpointOptions = {}): T {
    if (this === undefined) throw detached("checkpoint");
    recordCheckpoint(this, thing, step, options);
    return thing;
  }

  stoppedEarly(options: StoppedOptions = {}): void {
    if (this === undefined) throw detached("stoppedEarly");
    recordStopping(this, options);
  }

  epochs(count: number, options: EpochsOptions = {}): Generator<Section, void, void> {
    if (this === undefined) throw detached("epochs");
    return epochsOf(this, count, options);
  }

  section(kind: string, number: number): Section;
  section<T>(kind: string, number: number, fn: (section: Section) => T): T;
  section<T>(kind: string, number: number, fn?: (section: Section) => T): Section | T {
    if (this === undefined) throw detached("section");
    return sectionOf(this, kind, number, fn);
  }

  close(): void {
    this.end("provml:Completed");
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** States the beginning, once, with the beginnings around it that are not stated yet. */
  start(out: Brief[]): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { execution, parent, kind } = this;
    parent?.start(out);
    out.push(...startStatements(this));
    if (kind !== "section" && !this.isLazy && !this.#isTold) {
      this.#isCountedOpen = true;
      execution.openSteps++;
    }
  }

  /** States what `work` adds, the beginning first; what it added before it threw is kept. */
  record(work: (out: Brief[]) => void): void {
    this.execution.faults.guard(() => {
      const out: Brief[] = [];
      this.start(out);
      try {
        work(out);
      } finally {
        this.execution.write(out);
      }
    });
  }

  /** A step that has returned and ends with its stream, or a stream of inferences: left open it is nothing that the program did not get done. */
  goOnAlone(): void {
    if (this.#isCountedOpen) this.execution.openSteps--;
    this.#isCountedOpen = false;
  }

  /** States the end, once, after what `results` adds; sections left open end with it. `time`: where another clock has it. */
  end(status: Status, failure?: unknown, results?: Results, time?: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.execution.faults.guard(() => stateEnd(this, status, failure, results, time));
    if (this.#isCountedOpen) this.execution.openSteps--;
    // Entities, timers and promises may keep this activity; it must not keep the program's objects.
    this.received = undefined;
    this.subject = undefined;
  }

  beginSection(label: string, number: number, rowStep: number): Activity {
    const { execution } = this;
    const section = new Activity(execution, {
      name: execution.id(),
      kind: "section",
      label,
      startTime: now(),
      parent: this,
      number,
      rowStep,
      isLazy: true,
    });
    this.keepPart(section);
    return section;
  }

  /** A part that outlives the call that began it ends with the step at the latest. */
  keepPart(part: Activity): void {
    this.sections ??= new Set();
    this.sections.add(part);
  }

  /** Remembers that an object came in as this entity. */
  receive(object: object, entity: Name): void {
    if (this.#isEnded) return;
    this.received ??= new Map();
    this.received.set(object, entity);
  }
}
