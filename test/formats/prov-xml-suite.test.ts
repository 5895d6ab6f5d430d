import { expect, test } from "vitest";
import type { Notation } from "../../src/formats/notation.ts";
import { provJson } from "../../src/formats/prov-json/prov-json.ts";
import { provN } from "../../src/formats/prov-n/prov-n.ts";
import { provXml } from "../../src/formats/prov-xml/prov-xml.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { describeShared, type SharedFile, sharedFiles } from "../shared-data.ts";

const SAME = { onlyFirst: [], onlySecond: [] };
const read = (notation: Notation, { text }: SharedFile) => notation.read(text()) as Document;

const FILES: readonly (readonly [folder: string, files: readonly SharedFile[], count: number])[] = [
  ["prov-suite", sharedFiles("prov-suite", /\.provx$/), 244],
  ["prov-constraints", sharedFiles("prov-constraints", /\.xml$/), 99],
  ["cwlprov", sharedFiles("cwlprov", /\.cwlprov\.xml$/), 12],
];

/** In PROV-N cwltool writes booleans as 1 and 0, and doubles as xsd:float. */
const CWLTOOL: readonly string[] = [
  "entity in cwlprov/grepsort-run-1",
  "entity in cwlprov/revsort-no-agent-name-run-1",
  "entity in cwlprov/revsort-run-1",
  "entity in cwlprov/revsortlcase-run-1",
  "entity in cwlprov/revsortlcase-run-1",
  "entity in cwlprov/type-zoo-run-1",
];

describeShared("PROV-XML that others wrote", "prov-suite", () => {
  test.each(FILES)("%s: all files are read whole, and come back from writing", (_, files, count) => {
    for (const { name, text } of files) {
      const document = provXml.read(text(), ({ reason }) => expect.fail(`${name}: ${reason}`)) as Document;
      expect(provXml.lose(document).losses, name).toEqual([]);
      const again = provXml.read([...provXml.write(document)].join("")) as Document;
      expect(difference(document, again), name).toEqual(SAME);
    }
    expect(files.length).toBeGreaterThanOrEqual(count);
  });

  test.each<[string, RegExp, Notation, string, number, readonly string[]]>([
    ["prov-suite", /\.provx$/, provN, ".provn", 244, []],
    ["prov-constraints", /\.xml$/, provN, ".provn", 99, []],
    ["cwlprov", /\.xml$/, provN, ".provn", 12, CWLTOOL],
    ["cwlprov", /\.xml$/, provJson, ".json", 12, []],
  ])("%s, %s: a case says the same as in the other notation", (folder, name, notation, ending, count, known) => {
    const twins = new Map(sharedFiles(folder, /\/./).map((file) => [file.name, file]));
    const different = new Set<string>();
    let compared = 0;
    for (const file of sharedFiles(folder, name)) {
      const other = twins.get(file.name.replace(name, ending));
      if (other === undefined) continue;
      compared++;
      const { onlyFirst, onlySecond } = difference(read(provXml, file), read(notation, other));
      for (const { statement } of [...onlyFirst, ...onlySecond]) different.add(`${statement?.kind} in ${file.name}`);
    }
    expect([...different].map((one) => one.split("/").slice(0, 2).join("/"))).toEqual(known);
    expect(compared).toBe(count);
  });
});
