/**
 * Text as XML content, or as the value of an attribute in double quotes: what would end it or be normalised on reading is escaped (XML 1.0, sections
 * 2.4, 2.11 and 3.3.3). Characters that XML allows nowhere must be gone before.
 */
export function escapeXmlText(text: string, place: "content" | "attribute" = "content"): string {
  if (place === "content") return CONTENT.test(text) ? text.replace(ALL_CONTENT, escaped) : text;
  return ATTRIBUTE.test(text) ? text.replace(ALL_ATTRIBUTE, escaped) : text;
}

const CONTENT = /[&<>\r]/;
const ALL_CONTENT = new RegExp(CONTENT, "g");
const ATTRIBUTE = /[&<"\r\n\t]/;
const ALL_ATTRIBUTE = new RegExp(ATTRIBUTE, "g");

const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(character: string): string {
  return NAMED[character] ?? `&#${character.charCodeAt(0)};`;
}

/** Text without the white space of XML around it; `trim` would take more, of which names may consist. */
export function trimXmlSpace(text: string): string {
  return /^[ \t\r\n]|[ \t\r\n]$/.test(text) ? text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "") : text;
}
