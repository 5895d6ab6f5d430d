import { expect, test } from "vitest";
import { formalAttributes, type Kind, RELATIONS } from "../../src/model/relations.ts";
import {
  ELEMENTS,
  NARROWER_ELEMENTS,
  PAIR,
  PROV_O,
  type RelationKind,
  type RelationMapping,
} from "../../src/rdf/prov-o.ts";
import { prov } from "../../src/vocab/prov.ts";

const relations = Object.entries(PROV_O) as [RelationKind, RelationMapping][];
/** PROV-Links and PROV-Dictionary, notes of their own, define these. */
const NOTES = `mentionOf asInBundle Dictionary EmptyDictionary hadDictionaryMember KeyEntityPair pairKey pairEntity
  derivedByInsertionFrom qualifiedInsertion Insertion derivedByRemovalFrom qualifiedRemoval Removal
  dictionary insertedKeyEntityPair removedKey`;
/** Names that PROV-O only reserves (appendix B). */
const INVERSES = `wasUsedBy informed started ended hadDerivation hadRevision quotedAs wasPrimarySourceOf contributed
  wasAssociateFor hadDelegate generalizationOf wasMemberOf qualifiedUsingActivity revisedEntity qualifiedSourceOf
  ${"Generation Communication Start End Invalidation Derivation Quotation Attribution Association Delegation Influence"
    .split(" ")
    .map((name) => `qualified${name}Of`)
    .join(" ")}`;

test("every kind of statement has a mapping", () => {
  expect([...Object.keys(ELEMENTS), ...Object.keys(PROV_O)].sort()).toEqual(Object.keys(RELATIONS).sort());
});

test.each(relations)("every formal attribute of %s has a place of its own", (kind: Kind, mapping) => {
  const { subject, object, qualified, properties, key = [] } = mapping;
  const further = [qualified?.further ?? {}, properties ?? {}].flatMap((names) => Object.keys(names));
  const places = [subject, object, ...further, ...[key].flat(), ...(qualified?.keys ? [qualified.keys.name] : [])];
  expect(places.sort()).toEqual(
    formalAttributes(kind)
      .map(([name]) => name)
      .sort(),
  );
});

test("every IRI of the mapping is a term of PROV-O, PROV-Links or PROV-Dictionary", () => {
  const names = `${NOTES} ${INVERSES}`.split(/\s+/).map((name) => `http://www.w3.org/ns/prov#${name}`);
  const known = new Set<string>([...Object.values(prov), ...names]);
  const tables = [ELEMENTS, Object.keys(NARROWER_ELEMENTS), PAIR, PROV_O];
  const used = JSON.stringify(tables).match(/http:[^"]+/g) ?? [];
  expect(used.filter((iri) => !known.has(iri))).toEqual([]);
});
