import { expect, test } from "vitest";
import type { Document } from "../../src/model/document.ts";
import { isEqual } from "../../src/model/equality.ts";
import { renamed } from "../../src/model/renamed.ts";
import { withGenids, withoutGenids } from "../../src/rdf/genid.ts";
import { readStatements } from "../../src/rdf/read-statements.ts";
import { trig } from "./turtle.ts";

const BASE = "https://example.org/";
const GENID = /^https:\/\/example\.org\/\.well-known\/genid\/[0-9a-f]{32}\/c14n\d+$/;

const read = (text: string): Document => readStatements(trig(text)).document;
const ids = (document: Document) => JSON.stringify(document).match(/[^"]*genid[^"]*/g) ?? [];

const SOME = read(`_:e a prov:Entity; rdfs:label "e"; prov:wasDerivedFrom _:f. ex:a prov:used _:e, ex:g.
  _:b { _:f a prov:Entity; ex:see _:e. ex:x prov:hadDictionaryMember [prov:pairKey _:k; prov:pairEntity _:f]. }`);

test("anonymous identifiers get IRIs wherever they stand, and nothing else changes", async () => {
  const named = await withGenids(SOME, BASE);
  expect(JSON.stringify(named)).not.toContain('"_:');
  expect(new Set(ids(named)).size).toBe(4);
  for (const id of ids(named)) expect(id).toMatch(GENID);
  expect(isEqual(withoutGenids(named), SOME)).toBe(true);
});

test("the same document gets the same IRIs, whatever its labels and its order", async () => {
  const other = renamed(SOME, (id) => (id.startsWith("_:") ? `_:other.${id.slice(2)}` : id));
  const turned = { ...other, statements: [...other.statements].reverse() };
  expect(new Set(ids(await withGenids(turned, BASE)))).toEqual(new Set(ids(await withGenids(SOME, BASE))));
});

test("another document gets other IRIs, even where only its named part differs", async () => {
  const more: Document = { ...SOME, statements: [...SOME.statements, { kind: "entity", id: "urn:more" }] };
  const mine = new Set(ids(await withGenids(SOME, BASE)));
  expect(ids(await withGenids(more, BASE)).filter((id) => mine.has(id))).toEqual([]);
});

test("a document without anonymous identifiers is itself", async () => {
  const document = read("ex:a prov:used ex:e.");
  expect(await withGenids(document, BASE)).toBe(document);
  expect(withoutGenids(document)).toBe(document);
});

test("identifiers that are anonymous already keep their labels on the way back", async () => {
  const named = await withGenids(read("_:e a prov:Entity."), BASE);
  const mixed: Document = { ...named, statements: [...named.statements, { kind: "agent", id: "_:b0" }] };
  expect(withoutGenids(mixed).statements.map(({ id }) => id)).toEqual(["_:b1", "_:b0"]);
});

test("thousands of nodes that look alike get IRIs; a graph made to wear the algorithm out is refused soon", async () => {
  const alike = read(Array.from({ length: 2000 }, (_, n) => `_:n${n} a prov:Entity.`).join("\n"));
  expect(new Set(ids(await withGenids(alike, BASE))).size).toBe(2000);
  const nodes = Array.from({ length: 12 }, (_, n) => `_:n${n}`);
  const clique = read(
    nodes.map((node) => `${node} prov:wasDerivedFrom ${nodes.filter((one) => one !== node)}.`).join("\n"),
  );
  await expect(withGenids(clique, BASE)).rejects.toMatchObject({ code: "too-large" });
});
