import type { Iri } from "../../model/statement.ts";
import { PROV_NAMESPACE, XML_NAMESPACE, XSI_NAMESPACE } from "./elements.ts";
import type { ReadNames } from "./names.ts";
import type { XmlElement, XmlFrame } from "./xml-events.ts";

/** What the frames of one document share. */
export interface Reading {
  readonly names: ReadNames;
  /** The bundles that have been stated. */
  readonly bundles: Set<Iri>;
  fail(at: number, what: string): never;
  /** Tells of content that is no PROV. */
  ignored(reason: string): void;
}

/** The frame of content that is left out. */
export const SKIPPED: XmlFrame = { open: () => SKIPPED, text: () => {} };

/** The prov:id of an element. */
export function idOf(reading: Reading, element: XmlElement): Iri | undefined {
  const id = attributeOf(element, PROV_NAMESPACE, "id");
  return id === undefined ? undefined : reading.names.qualified(id, element.at);
}

/** The value of an XML attribute, whatever its prefix. */
export function attributeOf({ attributes }: XmlElement, namespace: string, local: string): string | undefined {
  for (const name in attributes) {
    const attribute = attributes[name];
    if (attribute?.local === local && attribute.uri === namespace) return attribute.value;
  }
  return undefined;
}

/** Tells of XML attributes other than those that PROV-XML and XML itself define. */
export function tellAttributes({ ignored }: Reading, { attributes }: XmlElement, known?: string): void {
  for (const name in attributes) {
    const { uri, local } = attributes[name] as { uri: string; local: string };
    if (SILENT.has(uri) || (uri === PROV_NAMESPACE && local === known)) continue;
    ignored(
      "PROV-XML defines no XML attributes other than prov:id, prov:ref, xsi:type and xml:lang; others are left out",
    );
  }
}

const SILENT = new Set([XSI_NAMESPACE, XML_NAMESPACE, "http://www.w3.org/2000/xmlns/"]);
