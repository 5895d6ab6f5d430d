import { anonymousName } from "../qualified-names.ts";
import type { NameSyntax } from "../written-names.ts";

/** Qualified names by the terminals of PROV-N, section 3.7.1: nothing is written that the grammar does not have. */
export const PROV_N_NAMES: NameSyntax = {
  local: localName,
  // After white space, // and /* start a comment.
  unprefixed: (text) => (text === "" || text.startsWith("/") ? undefined : localName(text)),
  isPrefix: (text) => PN_PREFIX.test(text) && !KEYWORDS.has(text),
  anonymous: anonymousName,
};

/** The same for people, who need no declaration to know an IRI or an anonymous id. */
export const NAMES_FOR_PEOPLE: NameSyntax = {
  local: PROV_N_NAMES.local,
  unprefixed: PROV_N_NAMES.unprefixed as NonNullable<NameSyntax["unprefixed"]>,
  isPrefix: PROV_N_NAMES.isPrefix,
  unprefixable: (iri) => `<${iri}>`,
};

const KEYWORDS: ReadonlySet<string> = new Set("document endDocument bundle endBundle prefix default".split(" "));

/** PN_LOCAL of a text, escaped; undefined where it has a character that no escape allows. */
function localName(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  if (!LOCAL_CHARACTERS.test(text) || NOT_PERCENT.test(text) || NOT_FIRST.test(text)) return undefined;
  return text.replace(/[='(),:;[\]]|^[-.]|\.$/g, "\\$&");
}

/** Names of ASCII without anything to escape: most. The empty name is one, after a prefix. */
const PLAIN = /^(?:[\w/@~&+*?#$!](?:[\w./@~&+*?#$!-]*[\w/@~&+*?#$!-])?)?$/;

const BASE =
  "A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f" +
  "\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}";
const COMBINING = "\\u00b7\\u0300-\\u036f\\u203f\\u2040";
const PN_PREFIX = new RegExp(`^[${BASE}](?:[${BASE}_0-9${COMBINING}.-]*[${BASE}_0-9${COMBINING}-])?$`, "u");
const LOCAL_CHARACTERS = new RegExp(`^[${BASE}_0-9${COMBINING}./@~&+*?#$!%='(),:;[\\]-]*$`, "u");
const NOT_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const NOT_FIRST = new RegExp(`^[${COMBINING}]`, "u");
