import { expect, test } from "vitest";
import type { Notation } from "../../src/formats/notation.ts";
import { provJson } from "../../src/formats/prov-json/prov-json.ts";
import { provN } from "../../src/formats/prov-n/prov-n.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";
import { tries } from "../tries.ts";
import { MUTANT_WORDS, mutants, tryReader } from "./mutants.ts";

const CASES: readonly (readonly [Notation, RegExp])[] = [
  [provN, /\/.*\.provn$/],
  [provJson, /\.json$/],
];

describeShared("changed at random,", "prov-suite", () => {
  test.each(CASES)("texts of $title are read or refused, and what was read can be written", async (notation, name) => {
    const count = tries(4000);
    const texts = sharedFiles("prov-suite", name).map(({ text }) => text());
    const words = [...(MUTANT_WORDS.any ?? []), ...(MUTANT_WORDS[notation.name] ?? [])];
    const comesBack = (document: Document) => {
      const { document: left } = notation.lose(document);
      const again = notation.read([...notation.write(left)].join("")) as Document;
      expect(difference(again, left)).toEqual({ onlyFirst: [], onlySecond: [] });
    };
    const trials = await tryReader(notation, mutants(texts, words, count, 20_261_121), comesBack);
    expect(trials.faults).toEqual([]);
    expect(trials.read).toBeGreaterThan(count / 40);
    expect(trials.refused).toBeGreaterThan(count / 2);
  });
});
