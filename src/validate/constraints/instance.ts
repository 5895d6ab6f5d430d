import type { Prefixes } from "../../model/names.ts";
import { type FormalKind, formalAttributes, isNameKind, type Kind, RELATIONS } from "../../model/relations.ts";
import type { Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { createTerms, MISSING, NONE, type Terms } from "./terms.ts";

/** A set of statements that is valid or not by itself: what stands outside bundles, or one bundle (PROV-CONSTRAINTS 7.2). */
export interface Instance {
  readonly bundle?: Iri;
  readonly prefixes: Prefixes;
  readonly statements: readonly Statement[];
  readonly terms: Terms;
  readonly rows: Rows;
}

/**
 * The statements as rows of integers, with definitions 1-4 and inference 11 applied. Cell `row * WIDTH + c` is the c-th formal attribute in PROV-DM's
 * order: a term, `MISSING` or `NONE`; for a time, the row that states it. The last cell is the id.
 */
export interface Rows {
  readonly count: number;
  /** Index into `KINDS`. */
  readonly kinds: Uint8Array;
  readonly cells: Int32Array;
  /** Index into the instance's statements; for an inferred row, of the statement that it follows from. */
  readonly sources: Int32Array;
  /** 0 for what is stated, else the number of the inference. */
  readonly inferences: Uint8Array;
}

export const WIDTH = 6;
export const ID = 5;
export const KINDS = Object.keys(RELATIONS) as readonly Kind[];
export const CODES = Object.fromEntries(KINDS.map((kind, code) => [kind, code])) as Readonly<Record<Kind, number>>;

/** The columns of a kind, by its code. */
export const COLUMNS: readonly (readonly (readonly [name: string, kind: FormalKind])[])[] = KINDS.map(formalAttributes);

const [ACTIVITY, GENERATION, USAGE] = [2, 3, 4]; // columns of a derivation
const PLAN = 2; // column of an association

export function readInstance(statements: readonly Statement[], prefixes: Prefixes, bundle?: Iri): Instance {
  const terms = createTerms();
  const count = statements.reduce((sum, statement) => sum + 1 + inferredCount(statement), 0);
  const kinds = new Uint8Array(count);
  const cells = new Int32Array(count * WIDTH).fill(MISSING);
  const sources = new Int32Array(count);
  const inferences = new Uint8Array(count);
  let row = 0;
  const begin = (kind: Kind, source: number, inference: number) => {
    kinds[row] = CODES[kind];
    sources[row] = source;
    inferences[row] = inference;
    return row++ * WIDTH;
  };
  statements.forEach((statement, source) => {
    const { kind, id } = statement;
    const at = begin(kind, source, 0);
    const { identified, extension = false } = RELATIONS[kind] as { identified: boolean; extension?: boolean };
    // Ids of dictionary operations are keys in no specification.
    if (id !== undefined && identified && !extension) cells[at + ID] = terms.of(id);
    const values = statement as unknown as Readonly<Record<string, Iri | undefined>>;
    const columns = COLUMNS[CODES[kind]] as (typeof COLUMNS)[number];
    for (let column = 0; column < columns.length; column++) {
      const [name, type] = columns[column] as (typeof columns)[number];
      const value = values[name];
      if (value === undefined) continue;
      if (isNameKind(type)) cells[at + column] = terms.of(value);
      else if (type === "time") cells[at + column] = row - 1;
    }
    if (kind === "wasAssociatedWith") none(at, PLAN);
    if (kind === "derivedByInsertionFrom") {
      for (const { entity } of pairsOf(statement)) {
        const member = begin("hadDictionaryMember", source, 0);
        cells[member] = cells[at] as number;
        cells[member + 1] = terms.of(entity);
      }
    }
    if (kind === "wasDerivedFrom") readDerivation(at, source);
  });
  return {
    ...(bundle === undefined ? {} : { bundle }),
    prefixes,
    statements,
    terms,
    rows: { count, kinds, cells, sources, inferences },
  };

  /** Table 3: what may not be expanded. The absence of a plan or of a derivation's activity says that there is none, or not one. */
  function none(at: number, column: number): void {
    if (cells[at + column] === MISSING) cells[at + column] = NONE;
  }

  /** With an activity there are a generation and a usage, of which inference 11 tells; without one, `-` stands for nothing there. */
  function readDerivation(at: number, source: number): void {
    if (cells[at + ACTIVITY] === MISSING) {
      for (const column of [ACTIVITY, GENERATION, USAGE]) none(at, column);
      return;
    }
    for (const column of [GENERATION, USAGE]) if (cells[at + column] === MISSING) cells[at + column] = terms.fresh();
    const generation = begin("wasGeneratedBy", source, 11);
    cells[generation] = cells[at] as number;
    cells[generation + 1] = cells[at + ACTIVITY] as number;
    cells[generation + ID] = cells[at + GENERATION] as number;
    const usage = begin("used", source, 11);
    cells[usage] = cells[at + ACTIVITY] as number;
    cells[usage + 1] = cells[at + 1] as number;
    cells[usage + ID] = cells[at + USAGE] as number;
  }
}

/** How many rows follow from a statement. Those of inference 11 stand right behind their derivation: its generation, then its usage. */
function inferredCount(statement: Statement): number {
  if (statement.kind === "wasDerivedFrom") return statement.activity === undefined ? 0 : 2;
  return statement.kind === "derivedByInsertionFrom" ? pairsOf(statement).length : 0;
}

function pairsOf(statement: Statement): readonly KeyEntityPair[] {
  return (statement as { keyEntitySet?: readonly { key: Value; entity: Iri }[] }).keyEntitySet ?? [];
}

/** The statement that a row was read from or follows from. */
export function statementOf({ statements, rows }: Instance, row: number): Statement {
  return statements[rows.sources[row] as number] as Statement;
}
