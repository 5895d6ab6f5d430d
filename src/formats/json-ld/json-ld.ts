import type { Notation } from "../notation.ts";
import { loseInRdf } from "../rdf/loss.ts";
import { readJsonLd } from "./read.ts";
import { writeJsonLd } from "./write.ts";

/**
 * PROV-O as JSON-LD 1.1. A context may stand in the document or be one of a closed list that comes with provml: PROV-ML's own and PROV-JSONLD's; any other address is
 * refused by its name, and nothing is ever fetched. Names that are no absolute IRIs are refused; keys that mean nothing are told. What is PROV-JSONLD by
 * its content is read as such.
 */
export const jsonLd: Notation = {
  name: "json-ld",
  title: "JSON-LD",
  extensions: ["jsonld"],
  mediaType: "application/ld+json",
  read: readJsonLd,
  write: writeJsonLd,
  lose: loseInRdf,
};
