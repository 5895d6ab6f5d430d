import { isAnonymous } from "../../model/anonymous.ts";
import type { Iri } from "../../model/statement.ts";
import { enlarged, IntList } from "./int-list.ts";

/** An argument that is absent and stands for some unknown thing: an existential variable that occurs nowhere else (definition 4). */
export const MISSING = -1;
/**
 * The placeholder `-` where it does not stand for an unknown thing: a constant of its own, different from every name. It is different from an
 * anonymous identifier too, which names something: could that turn out to be nothing, whether inference 11 applies would depend on when.
 */
export const NONE = 0;

/**
 * The names of one instance as integers, in classes of those found to be equal. A constant is equal to itself alone; an anonymous identifier is an
 * existential variable, and can turn out to be a constant or another variable (PROV-CONSTRAINTS 6.1). Union-find, in arrays.
 */
export interface Terms {
  /** How many terms there are; they are 0 to this, exclusive. */
  readonly size: number;
  /** The term of an IRI or an anonymous identifier. */
  of(name: Iri): number;
  /** An existential variable that no one has named. */
  fresh(): number;
  /** The class of a term, as one of its terms: the constant if there is one. */
  find(term: number): number;
  isVariable(term: number): boolean;
  /** Remembers that the place of a row in an index depends on this term; nothing is kept for constants, whose class never changes. */
  watch(term: number, row: number): void;
  /** Makes two terms one; false when they cannot be: both are constants and differ, or one is `NONE`. Calls back with the rows whose place in an index this changes. */
  unify(a: number, b: number, moved: (row: number) => void): boolean;
  /** The IRI or anonymous identifier of a term; undefined for a variable that no one has named. */
  name(term: number): Iri | undefined;
}

export function createTerms(): Terms {
  const byName = new Map<Iri, number>();
  const names: (Iri | undefined)[] = [undefined];
  let parents = new Int32Array(64);
  let variables = new Uint8Array(64);
  /** Per class of variables, the rows that watch it: a linked list, so that two become one without copying. */
  const watched = { heads: new Map<number, number>(), counts: new Map<number, number>() };
  const watchers = { rows: new IntList(), next: new IntList() };

  function add(name: Iri | undefined, isVariable: boolean): number {
    const term = names.length;
    names.push(name);
    if (term === parents.length) {
      parents = enlarged(parents, 2 * term);
      const larger = new Uint8Array(2 * term);
      larger.set(variables);
      variables = larger;
    }
    parents[term] = term;
    variables[term] = isVariable ? 1 : 0;
    return term;
  }

  function find(term: number): number {
    let at = term;
    while (parents[at] !== at) {
      const up = parents[parents[at] as number] as number;
      parents[at] = up;
      at = up;
    }
    return at;
  }

  function watch(term: number, row: number): void {
    const root = find(term);
    if (variables[root] === 0) return;
    watchers.rows.push(row);
    const at = watchers.next.push(watched.heads.get(root) ?? -1);
    watched.heads.set(root, at);
    watched.counts.set(root, (watched.counts.get(root) ?? 0) + 1);
  }

  function unify(a: number, b: number, moved: (row: number) => void): boolean {
    let into = find(a);
    let from = find(b);
    if (into === from) return true;
    if (into === NONE || from === NONE || (variables[into] === 0 && variables[from] === 0)) return false;
    // A constant keeps its class, else the class with more watchers does: whatever the order, each row moves O(log n) times.
    const isSmaller = (watched.counts.get(into) ?? 0) < (watched.counts.get(from) ?? 0);
    if (variables[from] === 0 || (variables[into] === 1 && isSmaller)) [into, from] = [from, into];
    parents[from] = into;
    let at = watched.heads.get(from) ?? -1;
    watched.heads.delete(from);
    watched.counts.delete(from);
    while (at !== -1) {
      const row = watchers.rows.items[at] as number;
      watch(into, row);
      moved(row);
      at = watchers.next.items[at] as number;
    }
    return true;
  }

  return {
    get size() {
      return names.length;
    },
    of(name) {
      const known = byName.get(name);
      if (known !== undefined) return known;
      const term = add(name, isAnonymous(name));
      byName.set(name, term);
      return term;
    },
    fresh: () => add(undefined, true),
    find,
    isVariable: (term) => variables[find(term)] === 1,
    watch,
    unify,
    name: (term) => names[find(term)] ?? names[term],
  };
}
