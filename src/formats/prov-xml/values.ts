import { PREFIXES } from "../../model/names.ts";
import type { Value } from "../../model/statement.ts";
import { literalValue, XSD_STRING } from "../literal-value.ts";
import { PROV_NAMESPACE, XML_NAMESPACE, XSI_NAMESPACE } from "./elements.ts";
import { attributeOf, type Reading, SKIPPED, tellAttributes } from "./reading.ts";
import type { XmlElement, XmlFrame } from "./xml-events.ts";
import { xmlLiteralFrame } from "./xml-literal.ts";

export const XML_LITERAL = `${PREFIXES.rdf}XMLLiteral`;
export const INTERNATIONALIZED_STRING = `${PROV_NAMESPACE}InternationalizedString`;

/** The content of an element that is a value: its xsi:type says the datatype, xml:lang the language (PROV-XML section 2.3). */
export function readValue(reading: Reading, element: XmlElement, found: (value: Value) => void): XmlFrame {
  const schemaType = attributeOf(element, XSI_NAMESPACE, "type");
  const type = schemaType === undefined ? XSD_STRING : reading.names.qualified(schemaType, element.at);
  const language = attributeOf(element, XML_NAMESPACE, "lang");
  tellAttributes(reading, element);
  if (type === XML_LITERAL) return xmlLiteralFrame((value) => found({ value, type }));
  const expand = (name: string) => reading.names.qualified(name, element.at);
  const fail = (what: string) => reading.fail(element.at, what);
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
      if (isComplex) reading.ignored(COMPLEX);
      else found(literalValue(text, type, language || undefined, expand, fail));
    },
  };
}

const COMPLEX = "PROV-DM has no values that are elements, but for rdf:XMLLiteral; they are left out";
