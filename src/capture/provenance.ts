import { ProvenanceError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import { now } from "./clock.ts";
import { currentStep } from "./context.ts";
import type { Execution } from "./execution.ts";
import { Faults } from "./faults.ts";
import { IS_DISABLED, settingsOf } from "./options.ts";
import type { CarriedExecutions } from "./placement/carried.ts";
import type { Carrier } from "./placement/carrier.ts";
import type { Standing } from "./placement/standing.ts";
import { type Inherited, inheritedByThread } from "./placement/threads.ts";
import type { ProvenanceOptions, Settings } from "./settings.ts";
import { type Verbs, verbsOf } from "./verbs.ts";

/** Shared between copies of the package, as the default instance is. */
export const EXECUTION: unique symbol = Symbol.for("provml.execution") as never;

/** What threads that are made outside of steps are given: see threads.ts. */
export const INHERITED: unique symbol = Symbol.for("provml.inherited") as never;

/** What `provenance()` returns: everything with which a program says what it does, and the life cycle of the record. */
export interface Provenance extends Verbs {
  /** The time that rows carry: milliseconds since 1970, monotonic. */
  now(): number;
  /** The execution's absolute IRI; it begins with the first step. */
  readonly execution: string;
  /**
   * Where the calling code stands, to be carried to a child process (`env: { ...process.env, ...carrier() }`), to a thread of a pool (in a message), or to another
   * machine: plain data, empty where nothing is recorded.
   */
  carrier(): Carrier;
  /**
   * Calls a function where a carrier was made: steps inside are part of that step, in its execution. Returns what the function returns.
   * @throws {ProvenanceError} `bad-argument` for what is no object. A carrier that cannot be read is a fault, and the function is called as it is.
   */
  within<T>(carrier: Carrier, fn: () => T): T;
  /** Resolves when all that was recorded is with the operating system (on disk where `durability` is `sync`). */
  flush(): Promise<void>;
  /** Ends the execution. A later step begins a new one. */
  close(): Promise<void>;
  stats(): ProvenanceStats;
  [Symbol.asyncDispose](): Promise<void>;
  /** The execution under way, begun if need be: for wrappers that are bound to whatever instance is the default. @internal */
  [EXECUTION](): Execution | undefined;
  /** @internal */
  [INHERITED](): Inherited | undefined;
}

export interface ProvenanceStats {
  /** Statements and rows that were recorded, and those that were lost. */
  readonly statements: number;
  readonly rows: number;
  readonly lost: number;
  readonly bytesWritten: number;
  /** How often something went wrong inside capture; the program was not told. */
  readonly faults: number;
  readonly lastFault?: string | undefined;
}

/** What capture is composed with. All are called when there is something to record, so what they take is not loaded before. */
export interface Composition {
  readonly begin: (settings: Settings, faults: Faults, standing?: Standing) => Execution;
  readonly carrying: () => typeof import("./placement/carrying.ts");
  /** Throws `bad-plan` for what can be no plan. */
  readonly checkPlan: (plan: Plan) => void;
  /** Where variables are looked up; the process's own unless given. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Takes what is wrong with a variable of the environment, whose default then counts; without it, it is thrown. */
  readonly onBadVariable?: (error: unknown) => void;
  /** Called when a program ends that has recorded something. Without it an execution does not end with the program. */
  readonly announce?: (execution: Announced) => void;
}

/** What the last line of a program tells of. */
export type Announced = Pick<Execution, "settings" | "uuid" | "sink">;

/** Composes `provenance()`. Options are checked at the call; nothing is made before the first step. */
export function createProvenance(options: ProvenanceOptions, composition: Composition): Provenance {
  const { environment = process.env } = composition;
  const settings = inheritedSettings(options, composition);
  if (settings.plan) composition.checkPlan(settings.plan);
  const faults = new Faults();
  let execution: Execution | undefined;
  let standing: Standing | undefined;
  let carried: CarriedExecutions | undefined;
  let past = NOTHING;
  let closed: Execution | undefined;
  let retryTime = 0;

  /** An execution that cannot begin (a sink that does not open) costs the record, never the program. */
  function begin(of: Settings, at?: Standing): Execution | undefined {
    if (now() < retryTime) return undefined;
    const begun = faults.guard(() => composition.begin(of, faults, at));
    if (begun === undefined) retryTime = now() + RETRY_MS;
    else if (composition.announce) endWithProcess(begun, isTold(begun) ? composition.announce : () => {});
    return begun;
  }

  /** Of what is part of another program's step, that one's last line tells. */
  function isTold({ standing: { step }, settings: { base, execution: joined } }: Execution): boolean {
    return step === undefined && joined === settings.execution && base === settings.base;
  }

  function begun(): Execution | undefined {
    if (!execution && !IS_DISABLED) execution = begin(settings, faults.guard(stand));
    return execution;
  }

  /** Where this thread will stand when its execution begins. */
  function stand(): Standing {
    standing ??= execution?.standing ?? composition.carrying().standingOf(settings, environment);
    return standing;
  }

  /** What is recorded through this instance is of the execution that was carried here, if it runs in a step of one. */
  function found(): Execution | undefined {
    const around = carried?.isEmpty === false ? currentStep()?.execution : undefined;
    return around && carried?.has(around) ? around : begun();
  }

  function end(ending: Execution): void {
    openExecutions.delete(ending);
    ending.end(0);
    if (closed) past = statsOf(closed, past);
    closed = ending; // a handle that is kept may still lose rows
  }

  function within<T>(carrier: Carrier, fn: () => T): T {
    if (typeof carrier !== "object" || carrier === null)
      throw new ProvenanceError("bad-argument", `within() takes what carrier() returned, not ${String(carrier)}`);
    if (IS_DISABLED) return fn();
    const { settingsFrom, CarriedExecutions } = composition.carrying();
    const of = faults.guard(() => settingsFrom(carrier, settings));
    if (of === undefined) return fn();
    const isOwn = of.execution === faults.guard(stand)?.uuid && of.base === settings.base;
    carried ??= new CarriedExecutions(begin, end);
    return carried.call(of, isOwn ? begun() : undefined, fn);
  }

  const provenance: Provenance = {
    ...verbsOf(found),
    now,
    get execution() {
      const at = found();
      return at ? at.iri("x:execution") : "";
    },
    carrier() {
      const step = IS_DISABLED ? undefined : (currentStep() ?? begun()?.root);
      return step ? (faults.guard(() => composition.carrying().carrierOf(step)) ?? {}) : {};
    },
    within,
    async flush() {
      await Promise.all([execution, ...(carried?.executions() ?? [])].map((one) => one?.flush()));
    },
    async close() {
      const ending = execution;
      await provenance.flush();
      carried?.endAll();
      if (!ending || execution !== ending) return; // closed by another call meanwhile
      execution = undefined;
      standing = undefined;
      const { settings, uuid, sink } = ending;
      const told = { settings, uuid, sink };
      const { announce } = composition;
      if (announce && isTold(ending)) announceClosed = () => faults.guard(() => announce(told));
      end(ending);
    },
    stats() {
      let counts = past;
      for (const one of [closed, execution, ...(carried?.executions() ?? [])]) if (one) counts = statsOf(one, counts);
      const { statements, rows, lost, bytesWritten } = counts;
      return { statements, rows, lost, bytesWritten, faults: faults.count, lastFault: faults.last };
    },
    [Symbol.asyncDispose]: () => provenance.close(),
    [EXECUTION]: found,
    [INHERITED]() {
      const { carrierFrom, carrierTo } = composition.carrying();
      if (execution) return { carrier: carrierFrom(execution.root), process: execution.inherited() };
      const { step, run } = settings;
      const place = { PROVML_EXECUTION: stand().uuid, PROVML_STEP: step, PROVML_RUN: run };
      return { carrier: carrierTo(settings, place) };
    },
  };
  return provenance;
}

/** A thread goes on with the settings of the one that made it, where it has no options of its own. */
function inheritedSettings(options: ProvenanceOptions, { environment, onBadVariable }: Composition): Settings {
  if (environment || IS_DISABLED) return settingsOf(options, environment ?? process.env, onBadVariable);
  const inherited = inheritedByThread();
  const settings = settingsOf(options, { ...process.env, ...inherited?.carrier }, onBadVariable);
  const { thread } = inherited ?? {};
  return thread === undefined ? settings : { ...settings, plan: settings.plan ?? thread.plan, thread };
}

/** An execution that cannot begin is tried again with the first step after this time: each try costs milliseconds. */
const RETRY_MS = 1000;

type Counts = Pick<ProvenanceStats, "statements" | "rows" | "lost" | "bytesWritten">;

const NOTHING: Counts = { statements: 0, rows: 0, lost: 0, bytesWritten: 0 };

function statsOf(execution: Execution, past: Counts): Counts {
  const stats = execution.sink.stats();
  return {
    statements: past.statements + stats.statements,
    rows: past.rows + stats.rows,
    lost: past.lost + stats.lostStatements + stats.lostRows,
    bytesWritten: past.bytesWritten + stats.bytesWritten,
  };
}

/** Executions that end with the process: one listener for all, so that many instances do not warn of a leak. */
const openExecutions = new Map<Execution, Announce>();

type Announce = (execution: Announced) => void;

/** What was closed last is announced too; of many, one line is enough. */
let announceClosed: () => void = () => {};

function endWithProcess(execution: Execution, announce: Announce): void {
  process.removeListener("exit", endAll);
  process.on("exit", endAll);
  openExecutions.set(execution, announce);
}

function endAll(exitCode: number): void {
  const code = process.exitCode || exitCode; // Node sets it meanwhile when a top-level await never settles
  for (const [execution, announce] of openExecutions) {
    execution.end(Number(code));
    execution.faults.guard(() => announce(execution));
  }
  if (openExecutions.size === 0) announceClosed();
  openExecutions.clear();
}
