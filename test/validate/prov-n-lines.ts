import { provN } from "../../src/formats/prov-n/prov-n.ts";
import type { Document } from "../../src/model/document.ts";

/** The document of some lines of PROV-N, separated by `;;` in tables, with the prefix `ex`. */
export function documentOfLines(lines: string): Document {
  const text = `document\nprefix ex <http://example.org/>\n${lines.replaceAll(";;", "\n")}\nendDocument`;
  return provN.read(text) as Document;
}
