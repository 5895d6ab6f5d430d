import { expect, test } from "vitest";
import { formalAttributes, type Kind, RELATIONS } from "../../src/model/relations.ts";
import { ELEMENTS, PROV_O, type RelationKind, type RelationMapping } from "../../src/rdf/prov-o.ts";
import { prov } from "../../src/vocab/prov.ts";

const relations = Object.entries(PROV_O) as [RelationKind, RelationMapping][];
/** PROV-Links, a note of its own, defines these two. */
const LINKS = ["http://www.w3.org/ns/prov#mentionOf", "http://www.w3.org/ns/prov#asInBundle"];

test("every kind of statement of PROV-DM has a mapping", () => {
  const kinds = Object.entries(RELATIONS).filter(([, shape]) => !("extension" in shape));
  expect([...Object.keys(ELEMENTS), ...Object.keys(PROV_O)].sort()).toEqual(kinds.map(([kind]) => kind).sort());
});

test.each(relations)("every formal attribute of %s has a place of its own", (kind: Kind, mapping) => {
  const { subject, object, qualified, properties } = mapping;
  const places = [subject, object, ...Object.keys(qualified?.further ?? {}), ...Object.keys(properties ?? {})];
  expect(places.sort()).toEqual(
    formalAttributes(kind)
      .map(([name]) => name)
      .sort(),
  );
});

test("every IRI of the mapping is a term of PROV-O or PROV-Links", () => {
  const known = new Set<string>([...Object.values(prov), ...LINKS]);
  const used = JSON.stringify([ELEMENTS, PROV_O]).match(/http:[^"]+/g) ?? [];
  expect(used.filter((iri) => !known.has(iri))).toEqual([]);
});
