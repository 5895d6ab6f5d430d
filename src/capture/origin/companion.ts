import type { Execution } from "../execution.ts";

/**
 * What goes along with an execution beside the program: it finds something out in processes or threads of its own, and states it. Which ones there
 * are is for whoever composes capture to say; a test has none.
 */
export interface Companion {
  /** Resolves when it has stated all that can be known now. */
  settle?(): Promise<void>;
  /** The execution ends: the last moment to state something. It must be short, for the program waits. */
  end?(): void;
}

/** Starts one, or none where there is nothing to find out. */
export type StartCompanion = (execution: Execution) => Companion | undefined;
