import type { Term } from "../rdf/terms.ts";
import type { SolutionRow } from "../store/store.ts";
import { type Source, select } from "./source.ts";
import type { Sparql } from "./sparql.ts";
import type { TripleIndex } from "./triple-index.ts";

/** A question about many things at a time, as SPARQL that any store answers; and, where it says so, as look-ups in an index with the same answer. */
export type Lookup = ((things: readonly string[]) => Sparql) & Partial<IndexedLookup>;

interface IndexedLookup {
  /** The properties that the look-ups read. */
  readonly reads: readonly string[];
  /** The solutions about one of the things, in any order. */
  readonly rowsOf: (index: TripleIndex, thing: string) => Iterable<SolutionRow>;
}

/** A question that is answered by either. */
export function lookup(
  query: (things: readonly string[]) => Sparql,
  reads: readonly string[],
  rowsOf: IndexedLookup["rowsOf"],
): Lookup {
  return Object.assign((things: readonly string[]) => query(things), { reads, rowsOf });
}

/** IRIs in one query: enough that round trips do not count, few enough that a query's text stays readable to an engine. */
const BATCH = 1000;

/** Looks these things up, or asks one query for each thousand of them. */
export async function selectInBatches(source: Source, things: Iterable<string>, query: Lookup): Promise<SolutionRow[]> {
  const all = [...new Set(things)];
  const rows: SolutionRow[] = [];
  if (all.length === 0) return rows;
  const { reads, rowsOf } = query;
  const index = reads && (await source.index?.holding(reads, all.length));
  if (index && rowsOf) {
    for (const thing of all) for (const row of rowsOf(index, thing)) rows.push(row);
    return rows;
  }
  for (let i = 0; i < all.length; i += BATCH) {
    for (const row of await select(source, query(all.slice(i, i + BATCH)))) rows.push(row);
  }
  return rows;
}

export function iriTerm(value: string): Term {
  return { kind: "iri", value };
}

/** What OPTIONAL leaves: each of the terms, or once nothing. */
export function orNothing(terms: readonly Term[]): readonly (Term | undefined)[] {
  return terms.length > 0 ? terms : NOTHING;
}
const NOTHING = [undefined];

/** What a property path `property*` reaches. */
export function reached(index: TripleIndex, thing: string, property: string): Set<string> {
  const all = new Set([thing]);
  for (const at of all) for (const { value } of index.values(at, property)) all.add(value);
  return all;
}
