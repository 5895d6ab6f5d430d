import { shortId } from "../ids.ts";
import { readRuns } from "../runs/runs.ts";
import type { Source } from "../source.ts";
import type { Suspicion } from "./suspicion.ts";

/** Runs without an end that nobody lives to give one, or of which nobody can say. */
export async function findUnfinished(source: Source, execution: string | undefined): Promise<Suspicion[]> {
  return (await readRuns(source))
    .filter((run) => execution === undefined || run.execution === execution)
    .flatMap((run): Suspicion[] => {
      const words = WORDS[run.status];
      if (words === undefined) return [];
      const since = run.silentSince === undefined ? "" : ` since ${run.silentSince}`;
      return [
        {
          kind: "run-unfinished",
          execution: run.execution,
          step: run.name,
          calls: [run.id],
          text: `the run ${run.name} (${shortId(run.id)}) ${words}${since}`,
        },
      ];
    });
}

const WORDS: Readonly<Partial<Record<string, string>>> = {
  interrupted: "was interrupted: it has no end, and its process is gone",
  silent: "has no end, and nothing was heard of it",
};
