import type { Document } from "../../model/document.ts";
import { literalOf } from "../../model/literals.ts";
import { PREFIXES } from "../../model/names.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { XSD_STRING } from "../literal-value.ts";
import { inPieces } from "../pieces.ts";
import { PAIR, type Part, PROV_NAMESPACE, partElements } from "./elements.ts";
import { INTERNATIONALIZED_STRING, XML_LITERAL } from "./values.ts";
import { type XmlScope, xmlNames } from "./written.ts";
import { xmlLiteralContent } from "./xml-literal.ts";
import { escapeXmlText } from "./xml-text.ts";

/** Writes a document as PROV-XML, statements in their order, the elements inside them in the schema's. See `provXml`. */
export function writeProvXml(document: Document): Iterable<string> {
  return inPieces(texts(document));
}

function* texts(document: Document): Generator<string, void, void> {
  const names = xmlNames(document);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<prov:document${names.declarations}>\n`;
  for (const statement of document.statements) yield statementText(statement, names, "  ");
  for (const bundle of document.bundles) {
    const inner = names.within(bundle);
    yield `  <prov:bundleContent prov:id="${inner.of(bundle.id)}"${inner.declarations}>\n`;
    for (const statement of bundle.statements) yield statementText(statement, inner, "    ");
    yield "  </prov:bundleContent>\n";
  }
  yield "</prov:document>\n";
}

function statementText(statement: Statement, names: XmlScope, indent: string): string {
  const { kind, id, attributes } = statement;
  const inner = `${indent}  `;
  let content = "";
  for (const [element, part] of partElements(kind)) content += partText(statement, { element, part }, names, inner);
  if (attributes) {
    for (const [name, value] of inSchemaOrder(attributes)) content += valueText(names.of(name), value, names, inner);
  }
  const start = `${indent}<prov:${kind}${id === undefined ? "" : ` prov:id="${names.of(id)}"`}`;
  return content === "" ? `${start}/>\n` : `${start}>\n${content}${indent}</prov:${kind}>\n`;
}

function partText(
  statement: Statement,
  { element, part }: { readonly element: string; readonly part: Part },
  names: XmlScope,
  indent: string,
): string {
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  const value = values[part.formal];
  switch (part.form) {
    case "reference":
    case "references":
      return value === undefined ? "" : `${indent}<prov:${element} prov:ref="${names.of(value as Iri)}"/>\n`;
    case "time":
      return value === undefined ? "" : `${indent}<prov:${element}>${escapeXmlText(String(value))}</prov:${element}>\n`;
    case "keys":
      return ((value ?? []) as readonly Value[]).map((key) => valueText("prov:key", key, names, indent)).join("");
    case "pairs":
      return ((value ?? []) as readonly KeyEntityPair[]).map((pair) => pairText(pair, names, indent)).join("");
    case "members":
      return pairText(values as Partial<KeyEntityPair>, names, indent);
    default:
      return part.form satisfies never;
  }
}

function pairText({ key, entity }: Partial<KeyEntityPair>, names: XmlScope, indent: string): string {
  if (key === undefined && entity === undefined) return "";
  const keyText = key === undefined ? "" : valueText("prov:key", key, names, `${indent}  `);
  const entityText = entity === undefined ? "" : `${indent}  <prov:entity prov:ref="${names.of(entity)}"/>\n`;
  return `${indent}<prov:${PAIR}>\n${keyText}${entityText}${indent}</prov:${PAIR}>\n`;
}

/** One value; strings say that they are some, as ProvToolbox writes them, but for labels, which can be nothing else. */
function valueText(element: string, value: Value, names: XmlScope, indent: string): string {
  if (typeof value === "object" && "iri" in value) {
    return `${indent}<${element} xsi:type="xsd:QName">${names.of(value.iri)}</${element}>\n`;
  }
  const { lexical, type, language } = literalOf(value);
  let start = element;
  if (language !== undefined) start += ` xml:lang="${escapeXmlText(language, "attribute")}"`;
  if (element !== "prov:label" || (language === undefined && type !== XSD_STRING)) {
    start += ` xsi:type="${typeName(language === undefined ? type : INTERNATIONALIZED_STRING, names)}"`;
  }
  const content = type === XML_LITERAL ? xmlLiteralContent(lexical) : undefined;
  return `${indent}<${start}>${content ?? escapeXmlText(lexical)}</${element}>\n`;
}

/** An XML literal is told by its type, which some other prefix may have made unreadable (`http:` for `p`): `p:__2F_2Fwww…`. */
function typeName(type: Iri, names: XmlScope): string {
  const name = names.of(type);
  if (type !== XML_LITERAL || name.endsWith(":XMLLiteral")) return name;
  return `rdf:XMLLiteral" xmlns:rdf="${PREFIXES.rdf}`;
}

/** The order in which the schema wants the attributes of PROV; all others come after them. */
const SCHEMA_ORDER = new Map(
  ["label", "location", "role", "type", "value"].map((name, n) => [PROV_NAMESPACE + name, n]),
);

function inSchemaOrder(attributes: readonly Attribute[]): readonly Attribute[] {
  if (attributes.length < 2) return attributes;
  const rank = (name: Iri) => SCHEMA_ORDER.get(name) ?? SCHEMA_ORDER.size;
  return attributes.toSorted(([a], [b]) => rank(a) - rank(b));
}
