import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Figure, StudyCase } from "./case.ts";
import { runNode } from "./processes.ts";

/** `long`: at the length that is claimed, where that is many minutes. */
export type Length = "quick" | "full" | "long";

/** What a study found. */
export interface Study {
  readonly name: string;
  readonly what: string;
  readonly figures: readonly (Figure & { readonly met?: boolean })[];
  /** Why there are no figures. */
  readonly failure?: string;
}

/** Runs the program of a study, once, in a process of its own. */
export async function runStudy(
  { name, what, program, args, quickArgs, longArgs = args }: StudyCase,
  length: Length,
  scratch: string,
): Promise<Study> {
  const directory = join(scratch, name);
  mkdirSync(directory);
  try {
    const given = { quick: quickArgs, full: args, long: longArgs }[length];
    const { output } = await runNode([...process.execArgv, fileURLToPath(program), ...given, directory]);
    const figures = JSON.parse(output) as Figure[];
    return { name, what, figures: length === "quick" ? figures : figures.map((one) => ({ ...one, ...judged(one) })) };
  } catch (error) {
    return { name, what, figures: [], failure: (error as Error).message };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function judged({ value, atMost, atLeast }: Figure): { met?: boolean } {
  if (atMost === undefined && atLeast === undefined) return {};
  return { met: value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY) };
}
