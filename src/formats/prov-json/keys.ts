import { PREFIXES } from "../../model/names.ts";
import { type FormalKind, formalAttributes, isKind, type Kind, RELATIONS } from "../../model/relations.ts";
import type { Iri } from "../../model/statement.ts";

/** A formal attribute and the key under which a record of PROV-JSON states it. */
export interface FormalKey {
  readonly key: string;
  readonly name: string;
  readonly kind: FormalKind;
  /** Which formal attribute of its statement it is, from 0. */
  readonly place: number;
}

const SET_KEYS: Readonly<Record<string, string>> = { keyEntitySet: "key-entity-set", keySet: "key-set" };

/** `prov:` and the name of the attribute, but for the sets of dictionaries (PROV-JSON schema, key-entity-set and key-set). */
export const FORMAL_KEYS: Readonly<Record<Kind, readonly FormalKey[]>> = byKind((kind) =>
  formalAttributes(kind).map(([name, type], place) => ({
    key: `prov:${SET_KEYS[name] ?? name}`,
    name,
    kind: type,
    place,
  })),
);

/** The pairs that a membership of a dictionary is stated by, one statement for each. */
export const MEMBERS_KEY: FormalKey = { key: "prov:key-entity-set", name: "pairs", kind: "keyEntitySet", place: 3 };

/** The formal attributes of a kind by the IRI of their key. */
export const FORMAL_BY_IRI: Readonly<Record<Kind, ReadonlyMap<Iri, FormalKey>>> = byKind((kind) => {
  const keys = kind === "hadDictionaryMember" ? [...FORMAL_KEYS[kind], MEMBERS_KEY] : FORMAL_KEYS[kind];
  return new Map(keys.map((one) => [PREFIXES.prov + one.key.slice("prov:".length), one]));
});

function byKind<T>(make: (kind: Kind) => T): Readonly<Record<Kind, T>> {
  const kinds = Object.keys(RELATIONS).filter(isKind);
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<Kind, T>;
}
