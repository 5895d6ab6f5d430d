import type { Name } from "../../model/brief.ts";
import type { Plan } from "../../model/plan.ts";
import { IS_DISABLED } from "../options.ts";
import type { Carrier } from "./carrier.ts";

/** What a thread is given when it is made. Node hands it on, and it is no variable of the environment that a program could replace. */
export interface Inherited {
  readonly carrier: Carrier;
  /** Where the process has stated already what it is. */
  readonly process?: ProcessFacts;
}

/** What a process has stated of itself, so that its threads need not state it again. */
export interface ProcessFacts {
  readonly software: Name;
  readonly environment: Name;
  readonly plan: Plan | undefined;
}

/** A thread of a process that has stated what it is. */
export interface ThreadFacts extends ProcessFacts {
  /** As Node counts threads. */
  readonly number: number;
}

let offer: (() => Inherited | undefined) | undefined;
let isOffered = false;
let given: { readonly carrier: Carrier; readonly thread?: ThreadFacts } | undefined;

/** What new threads are given, asked when one is made. */
export function setOffer(ask: () => Inherited | undefined): void {
  offer = ask;
}

/**
 * From now on every new thread is given what is offered at that moment, in the step that makes it: Node copies the environment data in `new Worker`,
 * and reads a getter there. Threads of a thread that records nothing inherit what that one did. Loading Node's module costs 1.5 ms, once.
 */
export function offerToThreads(): void {
  if (isOffered || IS_DISABLED || offer === undefined) return;
  isOffered = true;
  const threads = process.getBuiltinModule("node:worker_threads");
  if (!threads.isMainThread) given = givenTo(threads.threadId, threads.getEnvironmentData(KEY));
  threads.setEnvironmentData(KEY, {
    get given() {
      try {
        const inherited = offer?.();
        return inherited && JSON.stringify(inherited); // a text can always be copied, whatever a plan holds
      } catch {
        return undefined; // what throws here would throw out of the program's `new Worker`
      }
    },
  });
}

/** What this thread was given; nothing in a process's main thread. */
export function inheritedByThread(): typeof given {
  offerToThreads();
  return given;
}

const KEY = "provml";

function givenTo(number: number, data: unknown): typeof given {
  const text = (data as { given?: unknown } | undefined)?.given;
  if (typeof text !== "string") return undefined;
  const { carrier, process: facts } = JSON.parse(text) as Inherited;
  return { carrier, ...(facts ? { thread: { ...facts, number } } : {}) };
}
