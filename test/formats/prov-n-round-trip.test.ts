import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { provN } from "../../src/formats/prov-n/prov-n.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { tries } from "../tries.ts";
import { anyDocument } from "./arbitrary.ts";

const SAME = { onlyFirst: [], onlySecond: [] };

describe("any document in PROV-N", () => {
  it("comes back as it was, but for what lose took away", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const { document: left } = provN.lose(document);
        const text = [...provN.write(left)].join("");
        expect(difference(provN.read(text) as Document, left)).toEqual(SAME);
      }),
      { numRuns: tries(1500) },
    );
  });

  it("loses nothing more when it loses again", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const once = provN.lose(document);
        expect(provN.lose(once.document)).toEqual({ document: once.document, losses: [] });
      }),
    );
  });
});
