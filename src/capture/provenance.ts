import type { Plan } from "../model/plan.ts";
import { now } from "./clock.ts";
import type { Execution } from "./execution.ts";
import { Faults } from "./faults.ts";
import { IS_DISABLED, type ProvenanceOptions, type Settings, settingsOf } from "./options.ts";
import { type Verbs, verbsOf } from "./verbs.ts";

/** Shared between copies of the package, as the default instance is. */
export const EXECUTION: unique symbol = Symbol.for("provml.execution") as never;

/** What `provenance()` returns: everything with which a program says what it does, and the life cycle of the record. */
export interface Provenance extends Verbs {
  /** The time that rows carry: milliseconds since 1970, monotonic. */
  now(): number;
  /** The execution's absolute IRI; it begins with the first step. */
  readonly execution: string;
  /** Resolves when all that was recorded is with the operating system (on disk where `durability` is `sync`). */
  flush(): Promise<void>;
  /** Ends the execution. A later step begins a new one. */
  close(): Promise<void>;
  stats(): ProvenanceStats;
  [Symbol.asyncDispose](): Promise<void>;
  /** The execution under way, begun if need be: for wrappers that are bound to whatever instance is the default. @internal */
  [EXECUTION](): Execution | undefined;
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
  readonly begin: (settings: Settings, faults: Faults) => Execution;
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
export type Announced = Pick<Execution, "settings" | "uuid">;

/** Composes `provenance()`. Options are checked at the call; nothing is made before the first step. */
export function createProvenance(options: ProvenanceOptions, composition: Composition): Provenance {
  const settings = settingsOf(options, composition.environment ?? process.env, composition.onBadVariable);
  if (settings.plan) composition.checkPlan(settings.plan);
  const faults = new Faults();
  let execution: Execution | undefined;
  let past = NOTHING;
  let closed: Execution | undefined;
  let retryTime = 0;

  /** An execution that cannot begin (a sink that does not open) costs the record, never the program. */
  function begun(): Execution | undefined {
    if (execution || IS_DISABLED || now() < retryTime) return execution;
    execution = faults.guard(() => composition.begin(settings, faults));
    if (execution === undefined) retryTime = now() + RETRY_MS;
    else if (composition.announce) endWithProcess(execution, composition.announce);
    return execution;
  }

  const provenance: Provenance = {
    ...verbsOf(begun),
    now,
    get execution() {
      const at = begun();
      return at ? at.iri("x:execution") : "";
    },
    flush: async () => execution?.flush(),
    async close() {
      const ending = execution;
      if (!ending) return;
      await ending.flush();
      if (execution !== ending) return; // closed by another call meanwhile
      execution = undefined;
      openExecutions.delete(ending);
      const told = { settings: ending.settings, uuid: ending.uuid };
      const { announce } = composition;
      if (announce) announceClosed = () => faults.guard(() => announce(told));
      ending.end(0);
      if (closed) past = statsOf(closed, past);
      closed = ending; // a handle that is kept may still lose rows
    },
    stats() {
      let counts = past;
      for (const one of [closed, execution]) if (one) counts = statsOf(one, counts);
      const { statements, rows, lost, bytesWritten } = counts;
      return { statements, rows, lost, bytesWritten, faults: faults.count, lastFault: faults.last };
    },
    [Symbol.asyncDispose]: () => provenance.close(),
    [EXECUTION]: begun,
  };
  return provenance;
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
