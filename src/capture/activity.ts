import type { Brief, BriefList, Name } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Status, StepKind } from "../model/ml.ts";
import { endStatement, seriesStatements, startStatements } from "./activity-statements.ts";
import { callInside } from "./call.ts";
import { checkOptions, checkThing } from "./checks.ts";
import { now } from "./clock.ts";
import type { Execution } from "./execution.ts";
import { isPlace } from "./files.ts";
import { entitiesOf, stateSources, stateUse } from "./flow.ts";
import { generateExplicitly } from "./generation.ts";
import type { GeneratedOptions, Section, UsedOptions } from "./handle.ts";
import type { Entity } from "./identity.ts";
import { Series, toNumber } from "./series.ts";
import { typeName } from "./shape.ts";
import { contentsOf, emptyValues, isPlainObject, scalarValue } from "./values.ts";

interface Beginning {
  readonly name: Name;
  readonly kind: StepKind;
  readonly label: string;
  readonly startTime: number;
  readonly parent?: Activity;
  readonly number?: number;
  /** Sections and inferences enter the graph only when they have something to state. */
  readonly isLazy?: boolean;
}

/** Sections whose rows are rows of the step around them, at the section's number. */
const COUNTED_SECTIONS = new Set(["epoch", "batch", "step", "iteration"]);

const USED_OPTIONS = new Set(["role", "kind", "digest"]);
const GENERATED_OPTIONS = new Set([...USED_OPTIONS, "name", "of"]);

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
  /** The objects that came in as arguments or `this`, until the step ends, and which entity each was then. */
  received: Map<object, Name> | undefined;
  /** Of a training: the object whose method it is, which may be the very thing that is trained. */
  subject: object | undefined;
  readonly #isLazy: boolean;
  #isStarted = false;
  #isEnded = false;
  #isCountedOpen = false;
  /** The models among what was used. */
  #usedModels: Set<Name> | undefined;
  #inferences: Map<string, number> | undefined;
  #series: Map<string, Series> | undefined;
  #sections: Set<Activity> | undefined;
  #nextRow = 0;

  constructor(execution: Execution, { name, kind, label, startTime, parent, number = 0, isLazy = false }: Beginning) {
    this.execution = execution;
    this.name = name;
    this.kind = kind;
    this.label = label;
    this.startTime = startTime;
    this.parent = parent;
    this.number = number;
    this.#isLazy = isLazy;
    this.isRun = (kind === "training" || kind === "run") && !parent?.isInRun;
    this.isInRun = this.isRun || (parent?.isInRun ?? false);
    if (parent === undefined)
      this.#isStarted = true; // the root states itself with the origin
    else if (kind === "section") parent.keepSection(this);
  }

  get id(): string {
    return this.execution.iri(this.name);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  used<T>(thing: T, options: UsedOptions = {}): T {
    checkThing("used()", thing);
    checkOptions("used()", options, USED_OPTIONS);
    if (this.#isEnded && this.parent) return this.parent.used(thing, options); // nothing is used after the end
    this.#record((out) => {
      const name = options.role || "value";
      const scalar = isThing(thing) ? undefined : scalarValue(thing, name);
      if (scalar !== undefined) {
        const values = { ...emptyValues(), [name]: scalar };
        out.push(this.#list("parameters", values));
        return;
      }
      for (const entity of entitiesOf(
        this.execution,
        thing as object | string,
        { label: options.role, ...options },
        out,
      )) {
        stateUse(this, entity, options.role, now(), out);
        if (!isPlace(thing)) this.receive(thing as object, entity.name);
      }
    });
    return thing;
  }

  generated<T>(thing: T, options: GeneratedOptions = {}): T {
    checkThing("generated()", thing);
    checkOptions("generated()", options, GENERATED_OPTIONS);
    if (this.#isEnded && this.parent) return this.parent.generated(thing, options);
    this.#record((out) => {
      const name = options.role || options.name || "value";
      const scalar = isThing(thing) ? undefined : scalarValue(thing, name);
      if (scalar !== undefined) {
        const values = { ...emptyValues(), [name]: scalar };
        out.push({ ...this.#list("outputs", values), time: now() });
        return;
      }
      const entity = generateExplicitly(this, thing as object | string, options, out);
      if (options.of !== undefined) stateSources(this.execution, this, entity, options.of as object | string, out);
    });
    return thing;
  }

  hyperparameters(values: object): void {
    if (!isPlainObject(values)) {
      throw new ProvenanceError(
        "bad-argument",
        `hyperparameters() of ${this.label} takes a plain object of names and values`,
      );
    }
    this.#record((out) => {
      const contents = contentsOf(values, () => false);
      for (const [name, value] of contents.objects) {
        contents.values[name] = { value: typeName(value), type: "provml:Omitted" };
      }
      out.push(this.#list("hyperparameters", contents.values));
    });
  }

  log(values: Readonly<Record<string, number>>, step?: number): void {
    const owner = this.rowOwner();
    const at = step === undefined ? (owner === this ? this.#nextRow : this.number) : toNumber(step);
    if (Number.isFinite(at)) this.#nextRow = at + 1;
    const time = now();
    for (const name in values) {
      const series = owner.series(name);
      try {
        series.log(at, values[name] as number, time);
      } catch (error) {
        this.execution.faults.report(error); // a getter that throws is not the program's error here
      }
    }
  }

  series(name: string): Series {
    if (typeof name !== "string" || name === "") {
      throw new ProvenanceError(
        "bad-argument",
        `series() of ${this.label} takes the name of a measure, e.g. series("loss")`,
      );
    }
    return this.rowOwner().#ownSeries(name);
  }

  /** How long parts such as this one took: the one trace of most epochs and inferences. */
  #durationsOf({ label, kind }: Activity): Series {
    return this.rowOwner().#ownSeries(`${label}.durationMs`, kind === "inference" ? ["provml:InferenceDurations"] : []);
  }

  #ownSeries(name: string, types: readonly string[] = []): Series {
    const known = this.#series?.get(name);
    if (known) return known;
    const series = this.execution.faults.guard(() => this.#newSeries(name, types)) ?? Series.none;
    this.#series ??= new Map();
    this.#series.set(name, series);
    return series;
  }

  *epochs(count: number): Generator<Section, void, void> {
    if (!Number.isInteger(count) || count < 0) {
      throw new ProvenanceError(
        "bad-argument",
        `epochs() of ${this.label} takes a whole number of epochs, not ${String(count)}`,
      );
    }
    let epoch: Activity | undefined;
    try {
      for (let number = 0; number < count; number++) {
        epoch = this.#newSection("epoch", number);
        yield epoch;
        epoch.end("provml:Completed");
        epoch = undefined;
      }
    } finally {
      epoch?.end("provml:EndedEarly");
    }
  }

  section(kind: string, number: number): Section;
  section<T>(kind: string, number: number, fn: (section: Section) => T): T;
  section<T>(kind: string, number: number, fn?: (section: Section) => T): Section | T {
    if (typeof kind !== "string" || kind === "" || !Number.isFinite(number)) {
      throw new ProvenanceError(
        "bad-argument",
        `section() of ${this.label} takes a kind and a number, e.g. section("fold", 3)`,
      );
    }
    const section = this.#newSection(kind, number + 0);
    return fn === undefined ? section : (callInside(section, fn as never, undefined, [section]) as T);
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
    if (kind !== "section" && !this.#isLazy) {
      this.#isCountedOpen = true;
      execution.openSteps++;
    }
  }

  /** States the end, once, after what `results` adds; sections left open end with it. */
  end(status: Status, failure?: unknown, results?: (out: Brief[], time: number) => void): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.execution.faults.guard(() => this.#stateEnd(status, failure, results));
    if (this.#isCountedOpen) this.execution.openSteps--;
    // Entities, timers and promises may keep this activity; it must not keep the program's objects.
    this.received = undefined;
    this.subject = undefined;
  }

  #stateEnd(status: Status, failure: unknown, results?: (out: Brief[], time: number) => void): void {
    const time = now();
    for (const section of this.#sections ?? []) section.end("provml:EndedEarly");
    this.parent?.forgetSection(this);
    const out: Brief[] = [];
    if (this.#isLazy) {
      if (status === "provml:Failed") this.start(out);
      if (this.parent) this.parent.#durationsOf(this).log(this.number, time - this.startTime, time);
    }
    if (this.#isStarted) {
      this.execution.faults.guard(() => results?.(out, time));
      out.push(endStatement(this.name, time, status, failure));
    }
    this.execution.write(out);
  }

  /** Remembers that an object came in as this entity. */
  receive(object: object, entity: Name): void {
    if (this.#isEnded) return;
    this.received ??= new Map();
    this.received.set(object, entity);
  }

  /** Remembers which models the step used: its measures judge the model if there is just one. */
  noteUse({ name, kind }: Entity): void {
    if (kind !== "model" && kind !== "checkpoint") return;
    this.#usedModels ??= new Set();
    this.#usedModels.add(name);
  }

  hasUsedModel({ name }: Entity): boolean {
    return this.#usedModels?.has(name) ?? false;
  }

  get judgedModel(): Name | undefined {
    const [model, ...more] = this.#usedModels ?? [];
    return more.length === 0 ? model : undefined;
  }

  /** Sections end with the step at the latest. */
  keepSection(section: Activity): void {
    this.#sections ??= new Set();
    this.#sections.add(section);
  }

  forgetSection(section: Activity): void {
    this.#sections?.delete(section);
  }

  /** Counts the inferences of one name in this step, from 0. */
  nextInference(label: string): number {
    this.#inferences ??= new Map();
    const number = this.#inferences.get(label) ?? 0;
    this.#inferences.set(label, number + 1);
    return number;
  }

  #record(work: (out: Brief[]) => void): void {
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

  #list(kind: BriefList["kind"], values: BriefList["values"]): BriefList {
    return { kind, id: this.execution.id(), activity: this.name, values };
  }

  /** The activity that the rows logged here are about. */
  rowOwner(): Activity {
    const isCounted = this.kind === "section" ? COUNTED_SECTIONS.has(this.label) : this.kind === "inference";
    return isCounted && this.parent ? this.parent.rowOwner() : this;
  }

  #newSection(kind: string, number: number): Activity {
    const { execution } = this;
    const startTime = now();
    return new Activity(execution, {
      name: execution.id(),
      kind: "section",
      label: kind,
      startTime,
      parent: this,
      number,
      isLazy: true,
    });
  }

  #newSeries(measure: string, types: readonly string[]): Series {
    const { execution } = this;
    const id = execution.id();
    const out: Brief[] = [];
    this.start(out);
    out.push(...seriesStatements(id, measure, this.name, types));
    execution.write(out);
    return new Series(execution.sink, execution.sink.series({ id, name: measure, activity: this.name }));
  }
}

/** What becomes an entity of its own, as opposed to a value. */
function isThing(thing: unknown): boolean {
  return typeof thing === "function" || isPlace(thing);
}
