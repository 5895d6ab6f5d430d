import { expect, test } from "vitest";
import { provXml } from "../../src/formats/prov-xml.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { describeShared, type SharedFile, sharedFiles } from "../shared-data.ts";

const FILES: readonly (readonly [folder: string, files: readonly SharedFile[], count: number])[] = [
  ["prov-suite", sharedFiles("prov-suite", /\.provx$/), 244],
  ["prov-constraints", sharedFiles("prov-constraints", /\.xml$/), 99],
  ["cwlprov", sharedFiles("cwlprov", /\.cwlprov\.xml$/), 12],
];

describeShared("PROV-XML that others wrote", "prov-suite", () => {
  test.each(FILES)("%s: all files are read whole, and come back from writing", (_, files, count) => {
    for (const { name, text } of files) {
      const document = provXml.read(text(), ({ reason }) => expect.fail(`${name}: ${reason}`)) as Document;
      expect(provXml.lose(document).losses, name).toEqual([]);
      const again = provXml.read([...provXml.write(document)].join("")) as Document;
      expect(difference(document, again), name).toEqual({ onlyFirst: [], onlySecond: [] });
    }
    expect(files.length).toBeGreaterThanOrEqual(count);
  });
});
