import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Name } from "../../model/brief.ts";
import { EXECUTION_ACTIVITY, executionNamespace } from "../../model/names.ts";
import type { Settings } from "../settings.ts";
import { derivedUuid } from "./derived-uuid.ts";
import { type Scheduled, schedulerOf } from "./scheduler.ts";

/**
 * Which execution a thread records, and where in it it stands. `launcher`: it began the execution, and states its times. `rank`: one of the processes that
 * a scheduler started; none of them began it alone. `part`: another process or thread of the execution made it.
 */
export interface Standing {
  readonly kind: "launcher" | "rank" | "part";
  readonly uuid: string;
  /** Of a part: the step that it was made in, and the run, if any, in which that lies. */
  readonly step?: Name;
  readonly run?: string;
  readonly scheduled: Scheduled;
}

export function standingOf(settings: Settings, environment: NodeJS.ProcessEnv): Standing {
  const { execution: uuid, base, step, run } = settings;
  const scheduled = schedulerOf(environment);
  if (uuid !== undefined) {
    const name = step === undefined ? undefined : nameWithin(executionNamespace(base, uuid), step);
    const carried = name === undefined ? {} : { step: name, ...(run === undefined ? {} : { run }) };
    return { kind: "part", uuid, ...carried, scheduled };
  }
  if (scheduled.execution !== undefined) return { kind: "rank", uuid: nextOf(scheduled.execution), scheduled };
  return { kind: "launcher", uuid: newUuid(), scheduled };
}

/** A process that begins anew is another execution, the same one as that of the other ranks which do. */
function nextOf(execution: string): string {
  const begun = BEGUN.get(execution) ?? 0;
  BEGUN.set(execution, begun + 1);
  return begun === 0 ? execution : derivedUuid("provml execution", { after: execution, number: String(begun) });
}
const BEGUN = new Map<string, number>();

/**
 * The step's name in the execution; undefined for the execution itself, and for a step of another one: whoever set the execution anew has
 * left it behind.
 */
function nameWithin(namespace: string, step: string): Name | undefined {
  if (!step.startsWith(namespace)) return undefined;
  const name = `x:${step.slice(namespace.length)}`;
  return name === EXECUTION_ACTIVITY ? undefined : name;
}

/**
 * Loading the package takes 10 ms, so it is loaded by the first execution and not by the import of provml, and of its many files the
 * one for this: a quarter of the time.
 */
function newUuid(): string {
  const require = createRequire(import.meta.url);
  try {
    const { default: v7 } = require(join(dirname(require.resolve("uuid")), "v7.js")) as { default: () => string };
    return v7();
  } catch {
    return (require("uuid") as typeof import("uuid")).v7(); // its files have other names in this version
  }
}
