import { plainValue } from "../../rdf/terms.ts";
import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms } from "../../vocab/rdf.ts";
import { compareTimes, describe, type Facts, factsAbout, groupBy, iris } from "../facts.ts";
import { compareIds, partsOfId } from "../ids.ts";
import { iriTerm, lookup, orNothing, selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";

/** What one process did of an activity that none began alone: a run, or the execution, of several ranks and starts. */
export interface Part {
  readonly id: string;
  readonly rank?: number;
  readonly rankCount?: number;
  /** How often the same was started before. */
  readonly restart: number;
  readonly facts: Facts;
}

const PARTS = lookup(
  (activities) => sparql`
SELECT ?whole ?part ?rank ?rankCount ?restart WHERE {
  VALUES ?whole { ${iris(activities)} }
  ?part dcterms:isPartOf ?whole ; prov:startedAtTime ?start .
  FILTER NOT EXISTS { ?whole prov:startedAtTime ?began }
  OPTIONAL { ?part provml:rank ?rank }
  OPTIONAL { ?part provml:rankCount ?rankCount }
  OPTIONAL { ?part provml:restart ?restart }
}`,
  [dcterms.isPartOf, prov.startedAtTime, provml.rank, provml.rankCount, provml.restart],
  function* (index, id): Generator<SolutionRow, void, void> {
    if (index.has(id, prov.startedAtTime)) return;
    for (const part of index.subjects(dcterms.isPartOf, id)) {
      const optional = (property: string) => orNothing(index.values(part.value, property));
      for (const _ of index.values(part.value, prov.startedAtTime)) {
        for (const rank of optional(provml.rank))
          for (const rankCount of optional(provml.rankCount))
            for (const restart of optional(provml.restart))
              yield {
                whole: iriTerm(id),
                part,
                ...(rank && { rank }),
                ...(rankCount && { rankCount }),
                ...(restart && { restart }),
              };
      }
    }
  },
);

/** The parts of those of these activities that have no beginning of their own: the latest start last, in it rank 0 last. */
export async function partsOf(source: Source, activities: Iterable<string>): Promise<Map<string, Part[]>> {
  const rows = groupBy(await selectInBatches(source, activities, PARTS), "whole");
  const ids = [...rows.values()].flat().map(({ part }) => part?.value ?? "");
  const facts = await describe(source, ids, PROPERTIES);
  const parts = new Map<string, Part[]>();
  for (const [whole, its] of rows) {
    const found = its.map(({ part, rank, rankCount, restart }): Part => {
      const id = part?.value ?? "";
      return {
        id,
        restart: restart ? Number(plainValue(restart)) : 0,
        ...(rank ? { rank: Number(plainValue(rank)) } : {}),
        ...(rankCount ? { rankCount: Number(plainValue(rankCount)) } : {}),
        facts: factsAbout(facts, id),
      };
    });
    parts.set(whole, found.sort(compareParts));
  }
  return parts;
}

const PROPERTIES = [prov.startedAtTime, prov.endedAtTime, provml.status, provml.errorType, provml.errorMessage];

function compareParts(a: Part, b: Part): number {
  return a.restart - b.restart || (b.rank ?? 0) - (a.rank ?? 0) || compareIds(a.id, b.id);
}

/** Those of the latest start: what came before has been taken up by it. */
export function latestParts(parts: readonly Part[]): Part[] {
  const latest = parts.at(-1)?.restart;
  return parts.filter(({ restart }) => restart === latest);
}

/** What the parts come to: from the first beginning to the last end, if all of the latest start have ended; why it failed. */
export function factsFrom(own: Facts, parts: readonly Part[]): Facts {
  const facts = new Map(own);
  const latest = latestParts(parts);
  const failed = latest.find((part) => part.facts.has(provml.errorType));
  for (const property of [provml.errorType, provml.errorMessage]) {
    const terms = failed?.facts.get(property);
    if (terms) facts.set(property, terms);
  }
  const first = extreme(parts, prov.startedAtTime, -1);
  if (first) facts.set(prov.startedAtTime, [first]);
  const last = extreme(latest, prov.endedAtTime, 1);
  if (last && latest.every((part) => part.facts.has(prov.endedAtTime))) facts.set(prov.endedAtTime, [last]);
  return facts;
}

function extreme(parts: readonly Part[], property: string, sign: 1 | -1) {
  const terms = parts.flatMap(({ facts }) => facts.get(property) ?? []);
  return terms.sort((a, b) => -sign * compareTimes(a.value, b.value))[0];
}

/** Steps so that what counts more comes later: of a later start, in it of a lower rank. */
export function inOrderOfParts(steps: readonly string[], parts: readonly Part[]): readonly string[] {
  if (parts.length === 0) return steps;
  const places = new Map(parts.map(({ id }, place) => [writerOf(id), place]));
  const place = (step: string) => places.get(writerOf(step)) ?? -1;
  return [...steps].sort((a, b) => place(a) - place(b) || compareIds(a, b));
}

function writerOf(id: string): string {
  const parts = partsOfId(id);
  return `${parts?.namespace} ${parts?.writer}`;
}

/** How many ranks there were, of how many, and how often all was started again. */
export function countsOf(parts: readonly Part[]): {
  readonly ranks?: number;
  readonly rankCount?: number;
  readonly restarts?: number;
} {
  const ranks = new Set(parts.flatMap(({ rank }) => (rank === undefined ? [] : [rank])));
  const rankCount = Math.max(0, ...parts.map((part) => part.rankCount ?? 0));
  const restarts = parts.at(-1)?.restart ?? 0;
  return {
    ...(ranks.size > 0 ? { ranks: ranks.size } : {}),
    ...(rankCount > 0 ? { rankCount } : {}),
    ...(restarts > 0 ? { restarts } : {}),
  };
}
