import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Pseudonym, pseudonymised } from "../../src/formats/pseudonyms.ts";
import { type Document, documentOf } from "../../src/model/document.ts";
import { PREFIXES, PROVML } from "../../src/model/names.ts";
import type { Statement } from "../../src/model/statement.ts";

const { prov, rdfs } = PREFIXES;
const pseudonym: Pseudonym = (kind, text) => `${kind}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
const type = (iri: string): [string, { iri: string }] => [`${prov}type`, { iri }];

const run: Statement[] = [
  { kind: "agent", id: "https://x.org/id/agent.ada", attributes: [type(`${prov}Person`), [`${rdfs}label`, "ada"]] },
  {
    kind: "agent",
    id: "pkg:npm/penguins",
    attributes: [type(`${prov}SoftwareAgent`), [`${rdfs}label`, "penguins"]],
  },
  { kind: "actedOnBehalfOf", delegate: "pkg:npm/penguins", responsible: "https://x.org/id/agent.ada" },
  { kind: "entity", id: "https://x.org/id/host.gpu17", attributes: [type(`${PROVML}Host`), [`${rdfs}label`, "gpu17"]] },
  {
    kind: "activity",
    id: "https://x.org/id/1/execution",
    startTime: "2026-11-21T10:00:00Z",
    attributes: [
      [`${prov}location`, { iri: "https://x.org/id/host.gpu17" }],
      [`${PROVML}rootDirectory`, "/home/ada/work"],
      [
        `${PROVML}command`,
        "node train.js --data /scratch/ada/birds.csv --mail ada@cern.example --to gpu17.cern.example",
      ],
      [`${PROVML}variable`, "SLURM_JOB_NODELIST=node[01-04]"],
      [`${PROVML}variable`, "SLURM_NTASKS=4"],
    ],
  },
  {
    kind: "entity",
    id: "https://x.org/id/1/w-3",
    attributes: [
      [`${rdfs}label`, "birds.csv"],
      [`${PROVML}path`, "secret-study/birds.csv"],
      [`${PROVML}byteSize`, 12],
    ],
  },
  { kind: "entity", id: "file:///home/ada/x.csv", attributes: [["e:at", "10.1.2.3 and C:\\Users\\ada\\x.csv"]] },
];
const covered = pseudonymised({ ...documentOf(run), prefixes: { me: "file:///home/ada/" } }, pseudonym);
const text = JSON.stringify(covered);

describe("a document for strangers", () => {
  it.each(["ada", "gpu17", "/home", "/scratch", "secret-study", "birds", "node[01", "10.1.2.3", "Users", "cern"])(
    "does not tell %j",
    (secret) => expect(text).not.toContain(secret),
  );

  it("keeps numbers, times, software and the shape of the graph", () => {
    expect(covered.statements.map(({ kind }) => kind)).toEqual(run.map(({ kind }) => kind));
    expect(text).toContain('"penguins"');
    expect(text).toContain("SLURM_NTASKS=4");
    expect(text).toContain("2026-11-21T10:00:00Z");
    expect(text).toContain(".csv");
    const [person, , delegation] = covered.statements;
    expect(delegation).toMatchObject({ delegate: "pkg:npm/penguins", responsible: person?.id });
  });

  it("is the same each time, with the same pseudonyms", () => {
    expect(pseudonymised(documentOf(run), pseudonym).statements).toEqual(covered.statements);
  });

  it("covers agents that are only referred to, and leaves software with a version alone", () => {
    const { statements } = pseudonymised(
      documentOf([
        { kind: "wasAttributedTo", entity: "e:1", agent: "e:carol" },
        { kind: "wasAssociatedWith", activity: "e:a", agent: "pkg:npm/hello@1.0.0", plan: "e:plan" },
        { kind: "agent", id: "pkg:npm/hello@1.0.0", attributes: [type(`${prov}SoftwareAgent`)] },
      ]),
      pseudonym,
    );
    expect(JSON.stringify(statements)).not.toContain("carol");
    expect(statements[1]).toMatchObject({ agent: "pkg:npm/hello@1.0.0", plan: "e:plan" });
  });

  it("covers bundles, keys and prefixes", () => {
    const document: Document = {
      prefixes: {},
      statements: run.slice(0, 1),
      bundles: [
        {
          id: "e:b",
          prefixes: { ada: "http://ada.example/" },
          statements: [
            { kind: "derivedByRemovalFrom", after: "e:2", before: "http://ada.example/1", keySet: ["ada", 1] },
            { kind: "hadDictionaryMember", dictionary: "e:2", entity: "e:1", key: { iri: "e:x/ada" } },
          ],
        },
      ],
    };
    const { bundles } = pseudonymised(document, pseudonym);
    expect(JSON.stringify(bundles)).not.toContain("ada");
  });
});
