import { STEPS_OF_RUNS } from "../runs/run-steps.ts";
import { type Source, select } from "../source.ts";
import { ingredientsOf } from "./ingredients.ts";

/** What the data that went into each run goes by: labels, paths, names of files and digests. */
export async function datasetNames(source: Source): Promise<ReadonlyMap<string, readonly string[]>> {
  const runs = new Set((await select(source, STEPS_OF_RUNS)).map(({ run }) => run?.value ?? ""));
  const names = new Map<string, readonly string[]>();
  for (const [run, { inputs }] of await ingredientsOf(source, [...runs])) {
    const all = inputs.flatMap(({ label, path, sha256 }) => [label, path, path && fileName(path), sha256]);
    names.set(run, [...new Set(all.filter((name) => name !== undefined && name !== ""))] as string[]);
  }
  return names;
}

/** What stands after the last slash. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
