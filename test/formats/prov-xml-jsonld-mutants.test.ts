import { expect, test } from "vitest";
import { jsonLd } from "../../src/formats/json-ld/json-ld.ts";
import type { Notation } from "../../src/formats/notation.ts";
import { provJsonLd } from "../../src/formats/prov-jsonld/prov-jsonld.ts";
import { provXml } from "../../src/formats/prov-xml/prov-xml.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";
import { tries } from "../tries.ts";
import { MUTANT_WORDS, mutants, tryReader } from "./mutants.ts";

const SUITE = () => sharedFiles("prov-suite", /\.provx$/).map(({ text }) => text());
const written = (notation: Notation) => () =>
  SUITE().map((text) => [...notation.write(notation.lose(provXml.read(text) as Document).document)].join(""));

const CASES: readonly (readonly [Notation, () => readonly string[], words: string, full: number])[] = [
  [provXml, SUITE, "prov-xml", 4000],
  [provJsonLd, written(provJsonLd), "json", 4000],
  [jsonLd, written(jsonLd), "json", 2000],
  [jsonLd, () => sharedFiles("cwlprov", /\.jsonld$/).map(({ text }) => text()), "json", 300],
];

describeShared("changed at random,", "prov-suite", () => {
  test.each(CASES)(
    "texts of $title are read or refused, and what was read can be written",
    async (notation, given, word, full) => {
      const count = tries(full);
      const texts = given();
      const words = [...(MUTANT_WORDS.any ?? []), ...(MUTANT_WORDS[word] ?? [])];
      const documents: Document[] = [];
      const trials = await tryReader(
        notation,
        mutants(texts, words, count, 20_261_121),
        (one) => void documents.push(one),
      );
      expect(trials.faults).toEqual([]);
      for (const document of documents) {
        const { document: left } = notation.lose(document);
        const again = await notation.read([...notation.write(left)].join(""));
        expect(difference(again, left)).toEqual({ onlyFirst: [], onlySecond: [] });
      }
      expect(trials.read).toBeGreaterThan(count / 50);
      expect(trials.refused).toBeGreaterThan(count / 2);
    },
    120_000,
  );
});
