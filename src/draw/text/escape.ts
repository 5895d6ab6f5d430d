/** What cannot stand in XML, moves a cursor, hides something or turns the direction of text is shown as an escape. */
export function visibleText(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  return text.replace(
    HIDDEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
}

/** Most texts are plain, and are seen to be so at once. */
const NOT_ASCII = /[^ -~]/;
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text between tags and in quoted attributes of XML and HTML. */
export function xmlText(text: string): string {
  const visible = visibleText(text);
  if (!/[&<>"']/.test(visible)) return visible;
  return visible.replace(/[&<>"']/g, (character) => XML[character] as string);
}
const XML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text in a quoted label of Mermaid, where all but letters, digits and blanks may mean something: it comes as the number of the character. */
export function mermaidText(text: string): string {
  return visibleText(text)
    .replace(READ_LATER, "$&\u2060")
    .replace(MEANING, (character) => `#${character.codePointAt(0)};`);
}
/**
 * What Mermaid still reads in a label whose numbers it has made characters again: the `\n` of `C:\new`, formulas and icons.
 * A word joiner, which nobody sees, stands in it.
 */
const READ_LATER = /\\(?=n)|\$(?=\$)|:(?=fa-)/gi;
/** A dot or dash inside a word means nothing; one that ends it may begin a list. */
const MEANING = /(?<![\p{L}\p{N}])[.-]|[.-](?![\p{L}\p{N}])|[^\p{L}\p{N} =.-]/gu;

/** Text in a quoted string of DOT. Graphviz reads entities of HTML there, too. */
export function dotText(text: string): string {
  return visibleText(text).replaceAll("\\", "\\\\").replaceAll("&", "&amp;").replaceAll('"', '\\"');
}
