/**
 * Local names in PROV-XML. A PROV name may hold what no XML name can (`ex:0`, `ex:a/b`), so ProvToolbox escapes the local part and others do
 * not; the Note says nothing of it. The rule here is ProvToolbox's (class QualifiedNameUtils), carried on to all characters:
 *
 * - `_` is written `__`;
 * - a character that no XML name may hold, and each of `=` `'` `(` `)` `,` `:` `;` `[` `]` `/` `?` `@` `~` `&` `+` `*` `#` `$` `!`, is written as its bytes in
 *   UTF-8, each `_` and two upper-case hexadecimal digits (`a/b` is `a_2Fb`);
 * - what then does not start with a letter of upper or lower case gets one more `_` before it (`363608` is `_363608`), and an empty name is `_`.
 */
export function escapeXmlName(local: string): string {
  if (PLAIN.test(local)) return local;
  const escaped = local.replace(ESCAPED, (character) => (character === "_" ? "__" : bytesOf(character)));
  return CASED_START.test(escaped) ? escaped : `_${escaped}`;
}

/** The name that an escaped one stands for; what is no escape stays as it is. */
export function unescapeXmlName(name: string): string {
  const body = name.startsWith("_") ? name.slice(1) : name;
  return body.replace(ESCAPES, (whole) => (whole === "__" ? "_" : (textOf(whole) ?? whole)));
}

/** Whether the escaping could have written this name. */
export function isEscapedXmlName(name: string): boolean {
  return PLAIN.test(name) || escapeXmlName(unescapeXmlName(name)) === name;
}

/** Whether XML allows it as a prefix or as the part of a name after the prefix (Namespaces in XML 1.0, production NCName). */
export function isNcName(name: string): boolean {
  return NC_NAME.test(name);
}

/**
 * An attribute's name as recent releases of the Python package prov write it: `_x0030_` for a character that may not stand there. Such an escape of a
 * character that may stand there is none.
 */
export function unescapePythonName(name: string): string {
  return name.replace(/_x([0-9A-F]{4})_/g, (whole, digits: string, at: number) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return isNcName(at === 0 ? character : `a${character}`) ? whole : character;
  });
}

/** The characters that XML 1.0 allows nowhere, not even as a reference (production Char). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the production names them
export const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const START =
  "A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}";
const FURTHER = `${START}.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040-`;
const NC_NAME = new RegExp(`^[${START}][${FURTHER}]*$`, "u");
const ESCAPED = new RegExp(`[^${FURTHER}]|_`, "gu");
const CASED_START = /^[\p{Lowercase}\p{Uppercase}]/u;
/** Names that need no escape, most of them, told cheaply. */
const PLAIN = /^[A-Za-z][A-Za-z0-9.-]*$/;
const ESCAPES = /__|(?:_[0-9A-F]{2})+/g;

function bytesOf(character: string): string {
  const bytes = encodeURIComponent(character.toWellFormed()).replaceAll("%", "_");
  return bytes.startsWith("_") ? bytes : `_${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function textOf(written: string): string | undefined {
  try {
    return decodeURIComponent(written.replaceAll("_", "%"));
  } catch {
    return undefined;
  }
}
