import type { Term } from "../../rdf/terms.ts";
import type { SolutionRow } from "../../store/store.ts";
import type { NumberedTriples } from "../numbered-triples.ts";
import { Conditions } from "./conditions.ts";
import { Matches } from "./matches.ts";
import { type Group, type Part, type PatternQuery, Untold } from "./pattern.ts";
import { readPattern } from "./pattern-text.ts";

/** What variables are bound to, by their numbers, the first that of -1; 0 is nothing, so that numbers of terms stand one higher. */
export type Bindings = readonly number[];

/**
 * The solutions of a SELECT over all triples that there are; or nothing for what only an engine can tell. An engine takes longer to start than a process that
 * asks a small graph takes for all the rest.
 */
export function solve(triples: NumberedTriples, query: string): SolutionRow[] | undefined {
  try {
    const pattern = readPattern(query, (term) => triples.number(term));
    return rowsOf(
      triples,
      pattern,
      new Solver(triples).solve(pattern.where, [new Array(pattern.variables.length).fill(0)]),
    );
  } catch (error) {
    if (error instanceof Untold) return undefined;
    throw error;
  }
}

class Solver {
  readonly #matches: Matches;
  readonly #conditions: Conditions;

  constructor(triples: NumberedTriples) {
    this.#matches = new Matches(triples);
    this.#conditions = new Conditions(triples, (group, bindings) => this.solve(group, [bindings]).length > 0);
  }

  /** The solutions of a group that go on from these. */
  solve({ parts, conditions }: Group, from: readonly Bindings[]): readonly Bindings[] {
    const among = this.#conditions.listed(conditions);
    let rows = from;
    for (const part of parts) {
      if (rows.length === 0) return rows;
      rows = this.#joined(part, rows, among);
    }
    return conditions.length === 0 ? rows : rows.filter((row) => this.#conditions.hold(conditions, row));
  }

  #joined(part: Part, rows: readonly Bindings[], among: ReadonlyMap<number, readonly number[]>): readonly Bindings[] {
    switch (part.kind) {
      case "triples":
        return this.#matches.all(part.patterns, rows, among);
      case "values":
        return rows.flatMap((row) => part.terms.flatMap((term) => bound(row, part.variable, term)));
      case "union":
        return part.groups.flatMap((group) => this.solve(group, rows));
      case "optional":
        return rows.flatMap((row) => {
          const more = this.solve(part.group, [row]);
          return more.length > 0 ? more : [row];
        });
      default:
        return part satisfies never;
    }
  }
}

/** Bindings with one more, where that does not say otherwise. */
function bound(row: Bindings, variable: number, term: number): Bindings[] {
  const known = row[-1 - variable] as number;
  if (known > 0) return known === term + 1 ? [row] : [];
  const more = [...row];
  more[-1 - variable] = term + 1;
  return [more];
}

function rowsOf(triples: NumberedTriples, query: PatternQuery, solutions: readonly Bindings[]): SolutionRow[] {
  const { variables, selected, isDistinct, limit } = query;
  const known = new Set<string>();
  const rows: SolutionRow[] = [];
  for (const solution of solutions) {
    if (rows.length >= limit) break;
    if (isDistinct) {
      const key = selected.map((place) => solution[-1 - place]).join();
      if (known.has(key)) continue;
      known.add(key);
    }
    const row: Record<string, Term> = {};
    for (const place of selected) {
      const number = solution[-1 - place] as number;
      if (number > 0) row[variables[-1 - place] as string] = triples.term(number - 1);
    }
    rows.push(row);
  }
  return rows;
}
