import { expect, test } from "vitest";
import type { Notation } from "../../src/formats/notation.ts";
import { provJson } from "../../src/formats/prov-json/prov-json.ts";
import { provN } from "../../src/formats/prov-n/prov-n.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { describeShared, type SharedFile, sharedFiles } from "../shared-data.ts";

/** Some folders are named like a file. */
const PROV_N = sharedFiles("prov-suite", /\/.*\.provn$/);
const FILES: readonly (readonly [folder: string, Notation, files: readonly SharedFile[], count: number])[] = [
  ["prov-suite", provN, PROV_N, 244],
  ["prov-suite", provJson, sharedFiles("prov-suite", /\.json$/), 244],
  ["prov-constraints", provN, sharedFiles("prov-constraints", /\.provn$/), 99],
  ["cwlprov", provN, sharedFiles("cwlprov", /\.cwlprov\.provn$/), 12],
  ["cwlprov", provJson, sharedFiles("cwlprov", /\.cwlprov\.json$/), 12],
];
const SAME = { onlyFirst: [], onlySecond: [] };

const read = (notation: Notation, { text }: SharedFile) => notation.read(text()) as Document;
const written = (notation: Notation, document: Document) => [...notation.write(document)].join("");

describeShared("PROV-N and PROV-JSON that others wrote", "prov-suite", () => {
  test.each(FILES)("%s: all files are read, and come back from writing", (_, notation, files, count) => {
    for (const file of files) {
      const document = read(notation, file);
      expect(notation.lose(document).losses, file.name).toEqual([]);
      const again = notation.read(written(notation, document)) as Document;
      expect(difference(document, again), file.name).toEqual(SAME);
    }
    expect(files.length).toBeGreaterThanOrEqual(count);
  });

  test("a case says the same in both", () => {
    const jsons = new Map(sharedFiles("prov-suite", /\.json$/).map((file) => [file.name.replace(/\.json$/, ""), file]));
    const different: string[] = [];
    for (const file of PROV_N) {
      const name = file.name.replace(/\.provn$/, "");
      const json = jsons.get(name);
      if (json === undefined) continue;
      const found = difference(read(provN, file), read(provJson, json));
      for (const { statement } of found.onlyFirst) different.push(`${name}: ${statement?.kind}`);
    }
    // That file has the two sides of the one alternate the other way round in PROV-JSON and PROV-XML.
    expect(different).toEqual(["prov-suite/test-primer/primer: alternateOf"]);
  });
});
