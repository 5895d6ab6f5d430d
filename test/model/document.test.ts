import { describe, expect, it } from "vitest";
import { withoutIdleIds } from "../../src/model/anonymous.ts";
import { documentOf, statementsOf } from "../../src/model/document.ts";
import type { Statement } from "../../src/model/statement.ts";

describe("a document", () => {
  it("has a bundle for each graph, and gives the statements back with it", () => {
    const statements: Statement[] = [
      { kind: "entity", id: "e:1" },
      { kind: "entity", id: "e:2", graph: "e:b" },
      { kind: "agent", id: "e:3", graph: "e:b" },
    ];
    const document = documentOf(statements);
    expect(document.bundles).toEqual([
      {
        id: "e:b",
        statements: [
          { kind: "entity", id: "e:2" },
          { kind: "agent", id: "e:3" },
        ],
      },
    ]);
    expect([...statementsOf(document)]).toEqual(statements);
  });
});

describe("an anonymous id of a relation", () => {
  const usage: Statement = { kind: "used", id: "_:u", activity: "e:a", entity: "e:1" };

  it("goes when nothing refers to it", () => {
    const document = documentOf([usage, { ...usage, graph: "e:b" }]);
    const { id, ...rest } = usage;
    expect(withoutIdleIds(document).statements).toEqual([rest]);
    expect(withoutIdleIds(document).bundles[0]?.statements).toEqual([rest]);
  });

  it.each<[string, Statement]>([
    ["a derivation", { kind: "wasDerivedFrom", generatedEntity: "e:2", usedEntity: "e:1", usage: "_:u" }],
    ["a value", { kind: "entity", id: "e:1", attributes: [["e:p", { iri: "_:u" }]] }],
    ["an influence", { kind: "wasInfluencedBy", influencee: "e:2", influencer: "_:u" }],
    ["a key", { kind: "derivedByRemovalFrom", after: "e:2", before: "e:1", keySet: [{ iri: "_:u" }] }],
    [
      "a statement of another bundle",
      { kind: "entity", id: "e:1", attributes: [["e:p", { iri: "_:u" }]], graph: "e:b" },
    ],
  ])("stays when %s names it", (_, other) => {
    expect(withoutIdleIds(documentOf([usage, other])).statements[0]).toEqual(usage);
  });

  it("stays on elements", () => {
    const document = documentOf([{ kind: "entity", id: "_:e" }]);
    expect(withoutIdleIds(document)).toEqual(document);
  });
});
