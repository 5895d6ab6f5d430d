import { ProvenanceError } from "../model/error.ts";
import { jsonLd } from "./json-ld/json-ld.ts";
import type { Notation, NotationName } from "./notation.ts";
import { provJson } from "./prov-json/prov-json.ts";
import { provJsonLd } from "./prov-jsonld/prov-jsonld.ts";
import { provN } from "./prov-n/prov-n.ts";
import { provXml } from "./prov-xml/prov-xml.ts";
import { nQuads, nTriples, trig, turtle } from "./rdf/notations.ts";

/** The notations by name. */
export const NOTATIONS: Readonly<Record<NotationName, Notation>> = {
  "prov-n": provN,
  "prov-json": provJson,
  "prov-xml": provXml,
  turtle,
  trig,
  "n-triples": nTriples,
  "n-quads": nQuads,
  "json-ld": jsonLd,
  "prov-jsonld": provJsonLd,
};

/** @throws {ProvenanceError} `bad-option` for a name that is none. */
export function notation(name: string): Notation {
  const found = Object.hasOwn(NOTATIONS, name) ? NOTATIONS[name as NotationName] : undefined;
  if (found) return found;
  throw new ProvenanceError(
    "bad-option",
    `there is no notation ${JSON.stringify(name)}; one of ${Object.keys(NOTATIONS).join(", ")}`,
  );
}

/**
 * The notation that a file's name tells, by its extension in any case.
 * @throws {ProvenanceError} `bad-option` when it tells none.
 */
export function notationOf(fileName: string): NotationName {
  const extension = /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  for (const { name, extensions } of Object.values(NOTATIONS)) if (extensions.includes(extension)) return name;
  const known = new Set(Object.values(NOTATIONS).flatMap(({ extensions }) => extensions.map((one) => `.${one}`)));
  throw new ProvenanceError(
    "bad-option",
    `the name ${JSON.stringify(fileName)} tells no notation; end it with ${[...known].join(", ")}, or name one of ${Object.keys(NOTATIONS).join(", ")}`,
  );
}
