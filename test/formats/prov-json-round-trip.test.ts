import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { provJson } from "../../src/formats/prov-json/prov-json.ts";
import { difference } from "../../src/model/equality.ts";
import { tries } from "../tries.ts";
import { anyDocument } from "./arbitrary.ts";

const SAME = { onlyFirst: [], onlySecond: [] };

describe("any document in PROV-JSON", () => {
  it("comes back as it was, but for what lose took away", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const { document: left } = provJson.lose(document);
        const text = [...provJson.write(left)].join("");
        JSON.parse(text);
        expect(difference(provJson.read(text) as typeof left, left)).toEqual(SAME);
      }),
      { numRuns: tries(1500) },
    );
  });

  it("loses nothing more when it loses again", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const once = provJson.lose(document);
        expect(provJson.lose(once.document)).toEqual({ document: once.document, losses: [] });
      }),
    );
  });
});
