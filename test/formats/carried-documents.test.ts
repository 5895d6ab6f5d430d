import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLd } from "../../src/formats/json-ld/json-ld.ts";
import type { Notation } from "../../src/formats/notation.ts";
import { provJsonLd } from "../../src/formats/prov-jsonld/prov-jsonld.ts";
import { provXml } from "../../src/formats/prov-xml/prov-xml.ts";
import { difference } from "../../src/model/equality.ts";
import { tries } from "../tries.ts";
import { anyDocument } from "./arbitrary.ts";

test.each<[string, Notation]>([
  ["PROV-XML", provXml],
  ["PROV-JSONLD", provJsonLd],
  ["JSON-LD", jsonLd],
])("what %s carries of any document comes back from it", async (_, { lose, read, write }) => {
  await fc.assert(
    fc.asyncProperty(anyDocument, async (given) => {
      const { document, losses } = lose(given);
      expect(lose(document).losses).toEqual([]);
      if (losses.length === 0) expect(difference(document, given)).toEqual({ onlyFirst: [], onlySecond: [] });
      const told: string[] = [];
      const again = await read([...write(document)].join(""), ({ reason }) => told.push(reason));
      expect(told).toEqual([]);
      expect(difference(document, again)).toEqual({ onlyFirst: [], onlySecond: [] });
    }),
    { numRuns: tries(1000) },
  );
});
