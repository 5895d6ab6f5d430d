import type { SolutionRow } from "../../store/store.ts";
import { mls } from "../../vocab/mls.ts";
import { prov } from "../../vocab/prov.ts";
import { dcterms, rdf } from "../../vocab/rdf.ts";
import { iris } from "../facts.ts";
import { PARTS } from "../lineage/lineage-queries.ts";
import { iriTerm, lookup, reached, selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";

/** What activities used. */
export const USED = lookup(
  (activities) => sparql`
SELECT ?s ?o WHERE { VALUES ?s { ${iris(activities)} } ?s prov:used ?o }`,
  [prov.used],
  (index, activity) => index.values(activity, prov.used).map((o) => ({ s: iriTerm(activity), o })),
);

/** As what they used it. */
export const USED_AS = lookup(
  (activities) => sparql`
SELECT ?s ?o ?role WHERE {
  VALUES ?s { ${iris(activities)} }
  ?s prov:qualifiedUsage ?usage .
  ?usage prov:entity ?o ; prov:hadRole ?role
}`,
  [prov.qualifiedUsage, prov.entity, prov.hadRole],
  function* (index, activity): Generator<SolutionRow, void, void> {
    for (const { value: usage } of index.values(activity, prov.qualifiedUsage)) {
      for (const o of index.values(usage, prov.entity))
        for (const role of index.values(usage, prov.hadRole)) yield { s: iriTerm(activity), o, role };
    }
  },
);

/** What activities are parts of. */
const WHOLES = lookup(
  (activities) => sparql`
SELECT ?s ?whole WHERE { VALUES ?s { ${iris(activities)} } ?s dcterms:isPartOf ?whole }`,
  [dcterms.isPartOf],
  (index, activity) => index.values(activity, dcterms.isPartOf).map((whole) => ({ s: iriTerm(activity), whole })),
);

/** The runs around activities. */
const RUNS_AROUND = lookup(
  (activities) => sparql`
SELECT DISTINCT ?s ?whole WHERE { VALUES ?s { ${iris(activities)} } ?s dcterms:isPartOf* ?whole . ?whole a mls:Run }`,
  [dcterms.isPartOf, rdf.type],
  (index, activity) =>
    Array.from(reached(index, activity, dcterms.isPartOf))
      .filter((id) => index.values(id, rdf.type).some(({ value }) => value === mls.Run))
      .map((whole) => ({ s: iriTerm(activity), whole: iriTerm(whole) })),
);

/** The activities around each of these, itself included. Climbed step by step: Virtuoso follows no path whose ends are both open. */
export async function wholesOf(source: Source, activities: Iterable<string>): Promise<Map<string, Set<string>>> {
  const asked = [...new Set(activities)];
  const wholes = new Map<string, ReadonlySet<string>>(asked.map((activity) => [activity, NONE]));
  let level = asked;
  while (level.length > 0) {
    const found = sets(await selectInBatches(source, level, WHOLES), "s", "whole");
    for (const [activity, its] of found) wholes.set(activity, its);
    level = [...new Set([...found.values()].flatMap((its) => [...its]))].filter((whole) => !wholes.has(whole));
    for (const whole of level) wholes.set(whole, NONE);
  }
  return new Map(asked.map((activity) => [activity, climbed(activity, wholes)]));
}
const NONE: ReadonlySet<string> = new Set();

function climbed(activity: string, wholes: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const all = new Set([activity]);
  for (const at of all) for (const whole of wholes.get(at) ?? NONE) all.add(whole);
  return all;
}

export async function runsAround(source: Source, activities: Iterable<string>): Promise<Map<string, Set<string>>> {
  return sets(await selectInBatches(source, activities, RUNS_AROUND), "s", "whole");
}

/** The activities inside these, themselves included. */
export async function insideOf(source: Source, activities: Iterable<string>): Promise<Set<string>> {
  const found = new Set(activities);
  let level = [...found];
  while (level.length > 0) {
    const parts = (await selectInBatches(source, level, PARTS)).map(({ s }) => s?.value ?? "");
    level = parts.filter((part) => !found.has(part));
    for (const part of level) found.add(part);
  }
  return found;
}

export function sets(rows: readonly SolutionRow[], key: string, value: string): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const row of rows) {
    const [from, to] = [row[key]?.value, row[value]?.value];
    if (from === undefined || to === undefined) continue;
    const known = all.get(from);
    if (known) known.add(to);
    else all.set(from, new Set([to]));
  }
  return all;
}
