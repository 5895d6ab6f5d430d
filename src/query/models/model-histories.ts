import { provml } from "../../vocab/provml.ts";
import { type Facts, factsAbout, hasType } from "../facts.ts";

/** How models stand to one another, and to runs. */
export interface Histories {
  readonly facts: ReadonlyMap<string, Facts>;
  readonly runs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly earlier: ReadonlyMap<string, ReadonlySet<string>>;
  readonly later: ReadonlyMap<string, ReadonlySet<string>>;
  readonly folded: ReadonlySet<string>;
}

/**
 * Whether a later state counts instead: one of the same run, or any where no run made this one, an untrained model. Checkpoints
 * and files (conversions, exports) supersede nothing.
 */
export function isSuperseded(id: string, { facts, runs, later, earlier, folded }: Histories): boolean {
  const run = first(runs.get(id));
  for (const other of later.get(id) ?? []) {
    const its = factsAbout(facts, other);
    if (folded.has(other) || earlier.get(id)?.has(other)) continue;
    if (hasType(its, provml.Checkpoint) || its.has(provml.path)) continue;
    if (run === undefined ? !factsAbout(facts, id).has(provml.path) : runs.get(other)?.has(run)) return true;
  }
  return false;
}

/**
 * The file that a run wrote its model to, by the model, where nobody said of which object the file was made: a run that made one object
 * and wrote one file, both models, made one model.
 */
export function savedModels(
  files: ReadonlyMap<string, unknown>,
  alike: ReadonlyMap<string, unknown>,
  histories: Histories,
): Map<string, string> {
  const { facts, runs, earlier, folded } = histories;
  const made = new Map<string, { objects: string[]; files: string[] }>();
  for (const [id, its] of facts) {
    const run = first(runs.get(id));
    if (run === undefined || folded.has(id) || alike.has(id) || hasType(its, provml.Checkpoint)) continue;
    const of = made.get(run) ?? { objects: [], files: [] };
    made.set(run, of);
    if (!its.has(provml.path)) {
      if (!isSuperseded(id, histories)) of.objects.push(id);
    } else if (!earlier.has(id)) of.files.push(id); // a file that was converted from another model is another
  }
  const saved = new Map<string, string>();
  for (const { objects, files: written } of made.values()) {
    const [[object, ...objectsMore], [file, ...filesMore]] = [objects, written];
    if (object === undefined || file === undefined || objectsMore.length > 0 || filesMore.length > 0) continue;
    if (!files.has(object)) saved.set(object, file);
  }
  return saved;
}

export function first(values: ReadonlySet<string> | undefined): string | undefined {
  return values?.values().next().value;
}
