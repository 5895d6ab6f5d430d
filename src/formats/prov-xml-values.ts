import { PREFIXES } from "../model/names.ts";
import type { Iri, Value } from "../model/statement.ts";
import { PROV_NAMESPACE, XML_NAMESPACE, XSI_NAMESPACE } from "./prov-xml-elements.ts";
import { attributeOf, type Reading, SKIPPED, tellAttributes } from "./prov-xml-reading.ts";
import type { XmlElement, XmlFrame } from "./xml-events.ts";
import { xmlLiteralFrame } from "./xml-literal.ts";

const { xsd, rdf } = PREFIXES;
export const XSD_STRING = `${xsd}string`;
export const XML_LITERAL = `${rdf}XMLLiteral`;
export const INTERNATIONALIZED_STRING = `${PROV_NAMESPACE}InternationalizedString`;
/** The types whose values are qualified names. */
export const NAME_TYPES: ReadonlySet<Iri> = new Set([`${xsd}QName`, `${PROV_NAMESPACE}QUALIFIED_NAME`]);
/** The types that PROV-XML reads as plain or language-tagged strings. */
export const STRING_TYPES: ReadonlySet<Iri> = new Set([XSD_STRING, INTERNATIONALIZED_STRING, `${rdf}langString`]);

/** The content of an element that is a value: its xsi:type says the datatype, xml:lang the language (PROV-XML section 2.3). */
export function readValue(reading: Reading, element: XmlElement, found: (value: Value) => void): XmlFrame {
  const schemaType = attributeOf(element, XSI_NAMESPACE, "type");
  const type = schemaType === undefined ? XSD_STRING : reading.names.qualified(schemaType, element.at);
  const language = attributeOf(element, XML_NAMESPACE, "lang");
  tellAttributes(reading, element);
  if (type === XML_LITERAL) return xmlLiteralFrame((value) => found({ value, type }));
  let text = "";
  let isComplex = false;
  return {
    open() {
      isComplex = true;
      return SKIPPED;
    },
    text(characters) {
      text += characters;
    },
    close() {
      if (isComplex)
        reading.ignored("PROV-DM has no values that are elements, but for rdf:XMLLiteral; they are left out");
      else found(typed(reading, text, { type, language, at: element.at }));
    },
  };
}

interface Form {
  readonly type: Iri;
  readonly language: string | undefined;
  readonly at: number;
}

function typed(reading: Reading, text: string, { type, language, at }: Form): Value {
  if (NAME_TYPES.has(type)) return { iri: reading.names.qualified(text, at) };
  if (!STRING_TYPES.has(type)) return { value: text, type };
  return language ? { value: text, language } : text;
}
