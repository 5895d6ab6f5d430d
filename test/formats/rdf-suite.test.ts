import { expect, test } from "vitest";
import type { Notation } from "../../src/formats/notation.ts";
import { nQuads, nTriples, trig, turtle } from "../../src/formats/rdf/notations.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { describeShared, type SharedFile, sharedFiles } from "../shared-data.ts";

const EQUAL = { onlyFirst: [], onlySecond: [] };
const NOTATIONS = [turtle, trig, nTriples, nQuads];

function notationOf({ name }: SharedFile): Notation {
  return NOTATIONS.find(({ extensions }) => extensions.some((ending) => name.endsWith(`.${ending}`))) as Notation;
}

function read(file: SharedFile, ignored: string[] = []): Document {
  return notationOf(file).read(file.text(), ({ reason }) => ignored.push(reason)) as Document;
}

/** Written in a notation and read again it is what the notation leaves of it. */
function expectBack(document: Document, notation: Notation, name: string): void {
  const left = notation.lose(document);
  const again = notation.read([...notation.write(left.document)].join("")) as Document;
  expect(difference(again, left.document), `${name} in ${notation.title}`).toEqual(EQUAL);
}

describeShared("PROV-O that ProvToolbox wrote", "prov-suite", () => {
  const turtles = sharedFiles("prov-suite", /\.ttl$/);
  const trigs = sharedFiles("prov-suite", /\.trig$/);

  test("is read whole, and comes back in all notations of RDF", () => {
    for (const file of [...turtles, ...trigs]) {
      const document = read(file, []);
      expect(trig.lose(document).losses, file.name).toEqual([]);
      for (const notation of NOTATIONS) expectBack(document, notation, file.name);
    }
    expect([turtles.length, trigs.length]).toEqual([241, 244]);
  });

  test("says in Turtle what it says in TriG, bundles dissolved", () => {
    const byName = new Map(trigs.map((file) => [file.name.replace(/\.trig$/, ""), file]));
    const different = turtles.filter((file) => {
      const other = read(byName.get(file.name.replace(/\.ttl$/, "")) as SharedFile);
      return difference(read(file), turtle.lose(other).document).onlyFirst.length > 0;
    });
    expect(different.map(({ name }) => name)).toEqual([]);
  });
});

describeShared("PROV-O that cwltool wrote", "cwlprov", () => {
  const files = sharedFiles("cwlprov", /\.cwlprov\.(ttl|nt)$/);

  test("is read and comes back", () => {
    for (const file of files) {
      const document = read(file);
      for (const notation of NOTATIONS) expectBack(document, notation, file.name);
    }
    expect(files).toHaveLength(24);
  });

  test("says in Turtle what it says in N-Triples", () => {
    const different = files.filter((file) => {
      const twin = files.find(({ name }) => name === file.name.replace(/\.ttl$/, ".nt")) as SharedFile;
      return difference(read(file), read(twin)).onlyFirst.length > 0;
    });
    // Its doubles are "3.14e+00" in one and "3.14" in the other.
    expect(different.map(({ name }) => name)).toEqual([expect.stringMatching(/^cwlprov\/type-zoo-run-1\/.*\.ttl$/)]);
  });

  test("has an agent in each association, but where a plan stands beside two agents in triples", () => {
    const associations = files.flatMap((file) => {
      const all = read(file).statements.filter((one) => one.kind === "wasAssociatedWith");
      return all.map((one) => ({ ...one, beside: all.filter(({ activity }) => activity === one.activity).length - 1 }));
    });
    const open = associations.filter(({ agent }) => agent === undefined);
    expect([associations.length, open.length]).toEqual([88, 8]);
    for (const { beside } of open) expect(beside).toBe(2);
  });
});

describeShared("RDF that says nothing in PROV", "prov-malformed", () => {
  test("is refused in one line", () => {
    const [file] = sharedFiles("prov-malformed", /\.ttl$/);
    expect(() => read(file as SharedFile)).toThrow(
      expect.objectContaining({
        code: "unreadable",
        message: expect.stringMatching(/^the whole document: expected .*PROV.*$/),
      }),
    );
  });
});
