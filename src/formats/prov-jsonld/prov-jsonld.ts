import type { Notation } from "../notation.ts";
import { loseForProvJsonLd } from "./lose.ts";
import { readProvJsonLd } from "./read.ts";
import { writeProvJsonLd } from "./write.ts";

/**
 * PROV-JSONLD (W3C member submission of 25 August 2024): one JSON object a statement, in the shape that the submission's schema gives, which is JSON-LD by
 * the context that it names. Read without a processor of JSON-LD; `jsonLd` reads what has more of JSON-LD in it.
 */
export const provJsonLd: Notation = {
  name: "prov-jsonld",
  title: "PROV-JSONLD",
  extensions: ["jsonld"],
  mediaType: "application/ld+json",
  read: readProvJsonLd,
  write: writeProvJsonLd,
  lose: loseForProvJsonLd,
};
