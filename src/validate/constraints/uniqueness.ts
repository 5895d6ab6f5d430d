import type { Kind } from "../../model/relations.ts";
import { ID, KINDS } from "./instance.ts";

/** Two columns that determine a statement of some kind together, and the constraint which says so. */
export interface PairKey {
  readonly columns: readonly [number, number];
  readonly constraint: number;
}

/** `unique-mention` of PROV-Links has no number in PROV-CONSTRAINTS. */
export const UNIQUE_MENTION = 0;

const BY_KIND: Readonly<Partial<Record<Kind, PairKey>>> = {
  wasGeneratedBy: { columns: [0, 1], constraint: 24 },
  wasInvalidatedBy: { columns: [0, 1], constraint: 25 },
  wasStartedBy: { columns: [0, 2], constraint: 26 },
  wasEndedBy: { columns: [0, 2], constraint: 27 },
  mentionOf: { columns: [0, 0], constraint: UNIQUE_MENTION },
};

/** By code of a kind. */
export const PAIR_KEYS: readonly (PairKey | undefined)[] = KINDS.map((kind) => BY_KIND[kind]);

/** By code of a kind, whether a statement of it is also an influence with the same id (inference 15), and its id a key by constraint 23. */
export const INFLUENCES: readonly boolean[] = KINDS.map((kind) =>
  [
    "wasGeneratedBy",
    "used",
    "wasInformedBy",
    "wasStartedBy",
    "wasEndedBy",
    "wasInvalidatedBy",
    "wasDerivedFrom",
    "wasAttributedTo",
    "wasAssociatedWith",
    "actedOnBehalfOf",
    "wasInfluencedBy",
  ].includes(kind),
);

export function isKeyColumn(kind: number, column: number): boolean {
  return column === ID || (PAIR_KEYS[kind]?.columns.includes(column) ?? false);
}
