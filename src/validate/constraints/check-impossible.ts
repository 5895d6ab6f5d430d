import { findComponents, indexGraph, shortCycles } from "./cycles.ts";
import type { Declarations, Specializations } from "./declarations.ts";
import type { Findings } from "./findings.ts";
import { CODES, COLUMNS, ID, type Instance, KINDS, statementOf, WIDTH } from "./instance.ts";
import { MISSING, NONE } from "./terms.ts";
import type { Unified } from "./unification.ts";
import { INFLUENCES } from "./uniqueness.ts";
import { statementText, termName } from "./words.ts";

/** Constraints 50-56: what no thing can be, and no relation can say. */
export function checkImpossible(
  unified: Unified,
  declared: Declarations,
  specializations: Specializations,
  findings: Findings,
): void {
  checkDerivations(unified, findings);
  checkSpecializations(unified.instance, specializations, findings);
  checkIds(unified, declared, findings);
  checkTypes(unified, findings);
  checkMemberships(unified, declared, findings);
}

/** Constraint 51: without its activity, a derivation has no generation and no usage of its own. */
function checkDerivations({ instance }: Unified, findings: Findings): void {
  const { kinds, cells, sources, count } = instance.rows;
  for (let row = 0; row < count; row++) {
    if (kinds[row] !== CODES.wasDerivedFrom) continue;
    const is = (column: number) => instance.terms.find(cells[row * WIDTH + column] as number) !== NONE;
    if (is(2) || !(is(3) || is(4))) continue;
    findings.add(instance, () => ({
      constraint: 51,
      sources: [sources[row] as number],
      sentence:
        `${statementText(statementOf(instance, row), instance.prefixes)} names its ` +
        `${is(3) ? (is(4) ? "generation and usage" : "generation") : "usage"}, but not the activity of them.`,
    }));
  }
}

/** Constraint 52 with inference 19: an entity is a specialization of itself just where specializations go round in a circle. */
function checkSpecializations(instance: Instance, specializations: Specializations, findings: Findings): void {
  const { count, general, specific, row } = specializations;
  const graph = indexGraph({ nodes: instance.terms.size, edges: count, from: specific, to: general });
  const all = Int32Array.from({ length: count }, (_, edge) => edge);
  for (const cycle of shortCycles(graph, findComponents(graph), all)) {
    const edges = cycle.items.subarray(0, cycle.length);
    findings.add(instance, () => {
      const names = Array.from(edges.subarray(0, 8), (edge) => termName(instance, specific[edge] as number));
      const rest = edges.length - names.length;
      const chain = [...names, ...(rest > 0 ? [`${rest} more`] : []), names[0]].join(", of ");
      return {
        constraint: 52,
        involved: edges.length > 1 ? [19] : [],
        sources: Array.from(edges, (edge) => instance.rows.sources[row[edge] as number] as number),
        sentence: `Nothing is a specialization of itself, but ${chain.replace(", of ", " is one of ")}.`,
      };
    });
  }
}

/** The relations whose ids constraint 53 keeps apart: derivations may share theirs, as an influence may. */
const APART = KINDS.map(
  (kind, code) => INFLUENCES[code] === true && kind !== "wasDerivedFrom" && kind !== "wasInfluencedBy",
);

/** Constraints 53 and 54: an id is of one kind of relation, and of no relation where it is of an element. */
function checkIds(unified: Unified, declared: Declarations, findings: Findings): void {
  const { instance, rowOf } = unified;
  const { kinds, cells, sources, count } = instance.rows;
  const firstApart = new Int32Array(instance.terms.size).fill(-1);
  const isTold = new Uint8Array(instance.terms.size);
  for (let row = 0; row < count; row++) {
    const cell = cells[row * WIDTH + ID] as number;
    if (cell === MISSING || INFLUENCES[kinds[row] as number] !== true || rowOf(row) !== row) continue;
    const id = instance.terms.find(cell);
    const text = (at: number) => KINDS[kinds[at] as number] as string;
    for (const kind of ["entity", "activity", "agent"] as const) {
      const element = declared[kind][id] as number;
      if (element === -1) continue;
      findings.add(instance, () => ({
        constraint: 54,
        involved: inferred(instance, row),
        sources: [sources[element] as number, sources[row] as number],
        sentence: `${termName(instance, id)} is the id of an ${kind}, so it cannot be that of a ${text(row)} statement too.`,
      }));
    }
    if (APART[kinds[row] as number] !== true) continue;
    const first = firstApart[id] as number;
    if (first === -1) firstApart[id] = row;
    else if (kinds[first] !== kinds[row] && isTold[id] === 0) {
      isTold[id] = 1;
      findings.add(instance, () => ({
        constraint: 53,
        involved: [...inferred(instance, first), ...inferred(instance, row)],
        sources: [sources[first] as number, sources[row] as number],
        sentence: `${termName(instance, id)} is the id of a ${text(first)} statement, so it cannot be that of a ${text(row)} statement too.`,
      }));
    }
  }
}

function inferred({ rows }: Instance, row: number): number[] {
  return rows.inferences[row] === 0 ? [] : [rows.inferences[row] as number];
}

const [ENTITY, ACTIVITY] = [1, 2];

/**
 * Constraints 50 and 55. What a thing is follows from the statements that name it, by the kinds of formal attributes; no inference makes anything of a
 * thing that the statement it follows from does not.
 */
function checkTypes({ instance }: Unified, findings: Findings): void {
  const { kinds, cells, count, sources } = instance.rows;
  const { terms } = instance;
  const types = new Uint8Array(terms.size);
  eachTyped((term, type) => {
    types[term] = (types[term] as number) | type;
  });
  const witnesses = new Map<number, [number, number]>();
  for (let term = 1; term < types.length; term++)
    if (types[term] === (ENTITY | ACTIVITY)) witnesses.set(term, [-1, -1]);
  if (witnesses.size === 0) return;
  eachTyped((term, type, row) => {
    const rows = witnesses.get(term);
    if (rows !== undefined && rows[type - 1] === -1) rows[type - 1] = row;
  });
  for (const [term, rows] of witnesses) {
    findings.add(instance, () => {
      const [entity, activity] = rows.map((row) => statementText(statementOf(instance, row), instance.prefixes));
      return {
        constraint: 55,
        involved: [50],
        sources: rows.map((row) => sources[row] as number),
        sentence: `${termName(instance, term)} is an entity in ${entity} and an activity in ${activity}, but nothing is both.`,
      };
    });
  }

  /** The entities and activities, which nothing can both be; what is an agent may be either. */
  function eachTyped(found: (term: number, type: number, row: number) => void): void {
    for (let row = 0; row < count; row++) {
      const kind = kinds[row] as number;
      if (kind === CODES.entity) found(terms.find(cells[row * WIDTH + ID] as number), ENTITY, row);
      else if (kind === CODES.activity) found(terms.find(cells[row * WIDTH + ID] as number), ACTIVITY, row);
      const columns = COLUMNS[kind] as (typeof COLUMNS)[number];
      for (let column = 0; column < columns.length; column++) {
        const type = columns[column]?.[1];
        if (type !== "entity" && type !== "activity") continue;
        const cell = cells[row * WIDTH + column] as number;
        if (cell > NONE) found(terms.find(cell), type === "entity" ? ENTITY : ACTIVITY, row);
      }
    }
  }
}

/** Constraint 56: an empty collection has no member; by inference 21, neither has a specialization of one. */
function checkMemberships({ instance }: Unified, { empty }: Declarations, findings: Findings): void {
  const { kinds, cells, sources, count } = instance.rows;
  for (let row = 0; row < count; row++) {
    const cell = cells[row * WIDTH] as number;
    if (kinds[row] !== CODES.hadMember || cell === MISSING) continue;
    const collection = instance.terms.find(cell);
    const reason = empty[collection] as number;
    if (reason === -1) continue;
    const described = instance.terms.find(cells[reason * WIDTH + ID] as number);
    findings.add(instance, () => ({
      constraint: 56,
      involved: described === collection ? [50] : [21, 50],
      sources: [sources[reason] as number, sources[row] as number],
      sentence:
        `${termName(instance, collection)} is ${described === collection ? "" : `a specialization of ${termName(instance, described)}, `}` +
        `an empty collection, but has the member ${termName(instance, cells[row * WIDTH + 1] as number)}.`,
    }));
  }
}
