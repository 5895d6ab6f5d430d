import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import { type Brief, briefPrefixes, type Name } from "../model/brief.ts";
import type { EntityKind, StepKind } from "../model/ml.ts";
import { EXECUTION_ACTIVITY, executionNamespace, expandName, type Prefixes } from "../model/names.ts";
import { type NamedPlan, namePlan, type Plan } from "../model/plan.ts";
import { Activity } from "./activity.ts";
import type { AnyFunction } from "./call.ts";
import { cleanPlan } from "./clean-plan.ts";
import { now } from "./clock.ts";
import { currentStep } from "./context.ts";
import { derive } from "./derive.ts";
import { type Description, describe } from "./describe.ts";
import type { Faults } from "./faults.ts";
import { Identity } from "./identity.ts";
import { beginStream } from "./inference/begin-stream.ts";
import type { InferenceStream } from "./inference/handle.ts";
import type { StreamOptions } from "./inference/options.ts";
import type { InferenceWindows } from "./inference/windows.ts";
import type { Companion, StartCompanion } from "./origin/companion.ts";
import { type Origin, originStatements } from "./origin/origin.ts";
import { entryScript, packageAround } from "./origin/program.ts";
import { threadOrigin } from "./origin/root-statements.ts";
import { SharedRuns } from "./placement/shared-runs.ts";
import { type Standing, standingOf } from "./placement/standing.ts";
import type { ProcessFacts } from "./placement/threads.ts";
import { addSecretRules, cleanName } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import type { OpenSink, Sink } from "./sink.ts";
import { callStep } from "./step.ts";
import { enterStudy } from "./studies.ts";

/**
 * One execution as this process records it: its ids, its sink, what it follows, and its root activity. It comes into being with the
 * first step, and states who, which software, where and by which plan before that step's own statements.
 */
export class Execution {
  readonly settings: Settings;
  readonly uuid: string;
  readonly writer: string;
  readonly workflow: string;
  readonly rootDirectory: string = cleanName(workingDirectory());
  readonly prefixes: Prefixes;
  readonly faults: Faults;
  readonly identity = new Identity();
  readonly sink: Sink;
  readonly plan: NamedPlan | undefined;
  /** The software agent's name, of every association. */
  readonly software: Name;
  readonly root: Activity;
  /** How many steps have begun and not ended. A count: steps that never end, such as abandoned queries, must not be kept. */
  openSteps = 0;
  /** Windows of inferences that count at the moment. */
  readonly openWindows = new Set<InferenceWindows>();
  /** The study that runs are part of from here on. */
  study: string | undefined;
  isEnded = false;
  readonly standing: Standing;
  /** Of a process that has a rank. */
  readonly sharedRuns: SharedRuns | undefined;
  #counter = 0;
  /** What was stated of the surroundings, for those who find out more of them. */
  readonly origin: Origin;
  readonly #companions: Companion[] = [];

  constructor(
    settings: Settings,
    faults: Faults,
    openSink: OpenSink,
    acceptedPlan: (workflow: string) => Plan | undefined,
    companions: readonly StartCompanion[] = [],
    standing: Standing = standingOf(settings, process.env),
  ) {
    this.settings = settings;
    addSecretRules(settings.secrets);
    this.study = settings.study ?? standing.scheduled.study;
    this.faults = faults;
    this.standing = standing;
    this.uuid = standing.uuid;
    this.writer = newWriter();
    this.prefixes = briefPrefixes(settings.base, executionNamespace(settings.base, this.uuid));
    const script = entryScript();
    const around = faults.guard(() => packageAround(script ?? this.rootDirectory));
    this.workflow = cleanName(
      settings.workflow ?? around?.name ?? basename(script ?? this.rootDirectory).replace(/\.\w+$/, ""),
    );
    this.plan = faults.guard(() => {
      const plan = settings.plan ?? acceptedPlan(this.workflow);
      return plan && namePlan(cleanPlan(plan));
    });
    this.sink = openSink({
      writer: this.writer,
      execution: this.uuid,
      base: settings.base,
      root: this.rootDirectory,
      onFault: faults.report,
    });
    this.root = new Activity(this, {
      name: standing.kind === "launcher" ? EXECUTION_ACTIVITY : this.id(),
      kind: "activity",
      label: this.workflow,
      startTime: now(),
      runAround: standing.run,
    });
    this.origin = settings.thread ? threadOrigin(this, settings.thread) : originStatements(this, around);
    this.software = this.origin.software;
    this.sharedRuns = standing.kind === "rank" ? new SharedRuns(this) : undefined;
    this.write(this.origin.statements);
    for (const start of companions) {
      const companion = faults.guard(() => start(this));
      if (companion) this.#companions.push(companion);
    }
  }

  /** A new name below the execution. */
  id(): Name {
    return `x:${this.writer}-${++this.#counter}`;
  }

  /** The absolute IRI of a qualified name. */
  iri(name: Name): string {
    return expandName(name, this.prefixes);
  }

  /** Calls a function as a step of this execution, or of the step that runs now. */
  call(kind: StepKind, label: string, fn: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
    return callStep(this, kind, label, fn, self, args);
  }

  /** Begins a stream of inferences in the step that runs now. @throws {ProvenanceError} `bad-option`, `bad-argument` */
  stream(label: string, options: StreamOptions): InferenceStream | undefined {
    return beginStream(this, label, options);
  }

  /** States what a program says of a thing. */
  describe(thing: unknown, description: Description & { readonly kind?: EntityKind | undefined }): void {
    const step = currentStep();
    describe(this, step?.execution === this ? step : undefined, thing, description);
  }

  /** The runs from here on, and the one that the calling code belongs to, are part of the study. */
  enterStudy(name: string): void {
    enterStudy(this, currentStep(), name);
  }

  /** States that a thing was derived from others. */
  derive(from: unknown, to: unknown): void {
    derive(this, currentStep(), from, to);
  }

  write(statements: readonly Brief[]): void {
    if (statements.length > 0) this.sink.statements(statements);
  }

  /** Resolves when everything recorded so far, including what its companions find out, is with the operating system. */
  async flush(): Promise<void> {
    for (const companion of this.#companions) await companion.settle?.();
    this.#closeWindows();
    this.faults.guard(() => this.sink.flush());
  }

  /** What threads of this process need not state again. */
  inherited(): ProcessFacts {
    return { software: this.software, environment: this.origin.environment, plan: this.plan?.plan };
  }

  /** Ends the execution and its sink. What is left open is not a success. */
  end(exitCode: number): void {
    this.isEnded = true;
    this.#closeWindows();
    const hasOpen = this.openSteps > 0;
    for (const companion of this.#companions) this.faults.guard(() => companion.end?.());
    this.faults.guard(() => {
      this.root.end(exitCode !== 0 ? "provml:Failed" : hasOpen ? "provml:EndedEarly" : "provml:Completed");
      this.sink.close();
    });
  }

  #closeWindows(): void {
    for (const windows of this.openWindows) windows.close(now());
  }
}

function newWriter(): string {
  return `w${randomBytes(8).readBigUInt64LE().toString(32).padStart(13, "0").slice(0, 12)}`;
}

/** Where the program runs; the working directory may have been deleted under it. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return dirname(entryScript() ?? "/");
  }
}
