import type { SolutionRow } from "../store/store.ts";
import { compareTimes, groupBy, iris, selectInBatches } from "./facts.ts";
import type { Source } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

/** Where checkpoints were written: below which directory of which host. */
const WRITTEN = (checkpoints: readonly string[]): Sparql => sparql`
SELECT DISTINCT ?checkpoint ?path ?root ?host WHERE {
  VALUES ?checkpoint { ${iris(checkpoints)} }
  ?checkpoint provml:path ?path ; prov:wasGeneratedBy ?maker .
  ?maker dcterms:isPartOf* ?execution .
  ?execution provml:rootDirectory ?root ; prov:atLocation ?host
}`;

/** Files of these paths that were read and that no execution is known to have written, and when they were. */
const READ = (paths: readonly string[]): Sparql => sparql`
SELECT DISTINCT ?entity ?path ?root ?host ?content ?used ?started WHERE {
  VALUES ?path { ${paths} }
  ?entity provml:path ?path .
  FILTER NOT EXISTS { ?entity prov:wasGeneratedBy ?maker }
  ?user prov:used ?entity ; prov:startedAtTime ?started ; dcterms:isPartOf* ?execution .
  ?execution provml:rootDirectory ?root ; prov:atLocation ?host .
  OPTIONAL { ?entity prov:specializationOf ?content . ?content a provml:Content }
  OPTIONAL { ?user prov:qualifiedUsage ?usage . ?usage prov:entity ?entity ; prov:atTime ?used }
}`;

/**
 * For files that were read, the checkpoint that was last written there before, where the content of one of them is not known: large
 * files are often overwritten before anyone comes to digest them.
 */
export async function checkpointsByPlace(
  source: Source,
  checkpoints: ReadonlyMap<string, readonly SolutionRow[]>,
): Promise<Map<string, SolutionRow>> {
  const written = groupBy(
    (await selectInBatches(source, checkpoints.keys(), WRITTEN)).map((row) => ({ ...row, place: placeOf(row) })),
    "place",
  );
  const found = new Map<string, SolutionRow>();
  const paths = [...written.values()].map(([row]) => row?.path?.value ?? "");
  for (const row of await selectInBatches(source, paths, READ)) {
    const { entity, content, used, started } = row;
    const before = (written.get(placeOf(row).value) ?? [])
      .flatMap(({ checkpoint }) => checkpoints.get(checkpoint?.value ?? "") ?? [])
      .filter(({ time }) => compareTimes(time?.value, (used ?? started)?.value) <= 0)
      .sort((a, b) => compareTimes(b.time?.value, a.time?.value));
    const [last] = before;
    if (entity && last && (content === undefined || last.content === undefined)) found.set(entity.value, last);
  }
  return found;
}

function placeOf({ host, root, path }: SolutionRow): { readonly kind: "iri"; readonly value: string } {
  return { kind: "iri", value: [host, root, path].map((term) => encodeURIComponent(term?.value ?? "")).join(" ") };
}
