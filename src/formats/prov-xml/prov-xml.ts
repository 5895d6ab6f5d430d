import type { Notation } from "../notation.ts";
import { loseForProvXml } from "./lose.ts";
import { readProvXml } from "./read.ts";
import { writeProvXml } from "./write.ts";

/**
 * PROV-XML (W3C Note 30 April 2013), with the dictionaries of PROV-Dictionary and the mentions of PROV-Links. Read without a DTD: a DOCTYPE is refused.
 * Names are escaped as ProvToolbox does it, so that every IRI can be written and is read back as it was; `prov-xml-names.ts` says when names are
 * taken for escaped. Anonymous identifiers have the prefix `_`.
 */
export const provXml: Notation = {
  name: "prov-xml",
  title: "PROV-XML",
  extensions: ["provx", "xml"],
  mediaType: "application/provenance+xml",
  read: readProvXml,
  write: writeProvXml,
  lose: loseForProvXml,
};
