import { datasetNames } from "../compare/datasets.ts";
import { checkListing, type ListOptions, listed } from "../listing.ts";
import { kept, type Source } from "../source.ts";
import { foldRestarts } from "./restarts.ts";
import { valuesOfField } from "./run-filter.ts";
import { type Run, readRuns } from "./runs.ts";

/** Which runs, and in which order. */
export interface RunsOptions extends ListOptions {}

/**
 * The runs that are wanted, in the order that is wanted, a page of them.
 * @throws {ProvenanceError} `bad-argument`, `bad-option`
 */
export async function listRuns(source: Source, options: RunsOptions = {}): Promise<Run[]> {
  const listing = checkListing(options);
  const runs = await foldRestarts(source, await readRuns(source));
  const datasets = listing.fields.has(DATASET) ? await kept(source, datasetNames) : undefined;
  return listed(runs, listing, (run, field) => {
    const values = valuesOfField(run, field);
    return field === DATASET ? [...(datasets?.get(run.id) ?? []), ...values] : values;
  });
}

/** Looked up only where it is asked for. */
const DATASET = "dataset";
