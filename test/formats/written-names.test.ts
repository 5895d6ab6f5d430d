import { describe, expect, it } from "vitest";
import { type NameSyntax, writtenNames } from "../../src/formats/written-names.ts";
import type { Document } from "../../src/model/document.ts";

const EX = "http://example.org/";
const plain = (text: string) => (/^[\w.-]*$/.test(text) ? text : undefined);
const syntax: NameSyntax = { local: plain, unprefixed: plain, isPrefix: (text) => /^\w+$/.test(text) };
const of = (prefixes: Record<string, string>, ...ids: string[]): Document => ({
  prefixes,
  statements: ids.map((id) => ({ kind: "entity", id })),
  bundles: [],
});
const namesOf = (prefixes: Record<string, string>, ...ids: string[]) => {
  const names = writtenNames(of(prefixes, ...ids), syntax);
  return { prefixes: names.prefixes, names: ids.map(names.scope().name) };
};

describe("the written names of a document", () => {
  it("use its prefixes, the longest namespace first, and the default namespace", () => {
    const prefixes = { ex: EX, deep: `${EX}a/`, deeper: `${EX}a/b/`, "": "urn:x:" };
    const found = namesOf(prefixes, `${EX}1`, `${EX}a/2`, `${EX}a/b/3`, "urn:x:4", `${EX}az`);
    expect(found).toEqual({ prefixes, names: ["ex:1", "deep:2", "deeper:3", "4", "ex:az"] });
  });

  it("know prov and xsd without declaring them", () => {
    expect(namesOf({}, "http://www.w3.org/ns/prov#type").names).toEqual(["prov:type"]);
    const xsd = "http://www.w3.org/2001/XMLSchema#";
    expect(namesOf({ xsd: xsd.slice(0, -1) }, `${xsd}int`)).toEqual({ prefixes: { xsd }, names: ["xsd:int"] });
    expect(namesOf({ xsd: "urn:x:" }, `${xsd}int`, "urn:x:a").names).toEqual(["xsd:int", "ns1:a"]);
  });

  it("mint prefixes where none fits, each namespace once, and none that is taken", () => {
    const found = namesOf({ ns1: "urn:taken:" }, `${EX}a`, `${EX}b`, "urn:y:c", "http://x.org/(d)", "http://x.org/");
    expect(found.names).toEqual(["ns2:a", "ns2:b", "ns3:c", "ns4:", "ns5:"]);
    expect(found.prefixes).toEqual({
      ns1: "urn:taken:",
      ns2: EX,
      ns3: "urn:y:",
      ns4: "http://x.org/(d)",
      ns5: "http://x.org/",
    });
  });

  it("split before the last plain word where the last part is none", () => {
    expect(namesOf({}, "http://x.org/a=1&b=cd-2").names).toEqual(["ns1:cd-2"]);
  });

  it("pass over prefixes that the notation cannot declare or that would be misread", () => {
    const found = namesOf({ "a b": EX, prov: "urn:x:", _: "urn:y:", no: "no IRI" }, `${EX}1`, "urn:x:2", "urn:y:3");
    expect(found.names).toEqual(["ns1:1", "ns2:2", "ns3:3"]);
    expect(found.prefixes).toEqual({ ns1: EX, ns2: "urn:x:", ns3: "urn:y:" });
  });

  it("within a bundle use its own prefixes first, and never one of the document that it hides", () => {
    const bundle = {
      id: `${EX}b`,
      prefixes: { ex: "urn:b:" },
      statements: [
        { kind: "entity", id: "urn:b:1" },
        { kind: "entity", id: `${EX}2` },
      ],
    } as const;
    const names = writtenNames({ prefixes: { ex: EX, x: "urn:x:" }, statements: [], bundles: [bundle] }, syntax);
    const inner = names.scope(bundle);
    expect([names.scope().name(bundle.id), inner.name("urn:b:1"), inner.name(`${EX}2`)]).toEqual([
      "ex:b",
      "ex:1",
      "ns1:2",
    ]);
    expect(inner.prefixes).toEqual({ ex: "urn:b:" });
    expect(names.prefixes).toEqual({ ex: EX, x: "urn:x:", ns1: EX });
  });

  it("leave anonymous ids, or turn them into the IRIs that the notation wants", () => {
    expect(namesOf({}, "_:b").names).toEqual(["_:b"]);
    const named = { ...syntax, anonymous: (id: string) => `urn:anonymous:${id.slice(2)}` };
    expect(writtenNames(of({}, "_:b"), named).scope().name("_:b")).toBe("ns1:b");
  });

  it("are found in no time among twenty thousand prefixes", () => {
    const prefixes = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`p${n}`, `${EX}${n}/`]));
    const ids = Array.from({ length: 20_000 }, (_, n) => `${EX}${n}/e`);
    expect(namesOf(prefixes, ...ids).names.at(-1)).toBe("p19999:e");
  });
});
