import { withoutIdleIds } from "../../model/anonymous.ts";
import type { Bundle, Document } from "../../model/document.ts";
import { isElementKind, type Kind } from "../../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { checkDateTime } from "../literal-value.ts";
import type { Loss } from "../notation.ts";
import { positionAt, shown, unreadableAt } from "../unreadable.ts";
import {
  OLD_PAIR,
  PAIR,
  type Part,
  PROV_NAMESPACE,
  partElements,
  STATEMENT_ELEMENTS,
  type StatedKind,
  XSI_NAMESPACE,
} from "./elements.ts";
import { declaredPrefixes, type ReadNames, readNames } from "./names.ts";
import { attributeOf, idOf, type Reading, SKIPPED, tellAttributes } from "./reading.ts";
import { readValue } from "./values.ts";
import { readXml, type XmlElement, type XmlFrame } from "./xml-events.ts";
import { trimXmlSpace } from "./xml-text.ts";

/** Reads a document of PROV-XML (W3C Note 30 April 2013). See `provXml`. */
export function readProvXml(text: string, ignored: (loss: Loss) => void = () => {}): Document {
  const document: { prefixes: Document["prefixes"]; statements: Statement[]; bundles: Bundle[] } = {
    prefixes: {},
    statements: [],
    bundles: [],
  };
  let names: ReadNames | undefined;
  readXml(text, (resolve) => {
    names = readNames(text, resolve);
    const reading: Reading = {
      names,
      bundles: new Set(),
      fail: (at, what) => {
        throw unreadableAt(positionAt(text, at), what);
      },
      ignored: (reason) => ignored({ reason }),
    };
    return {
      open(root) {
        if (root.namespace !== PROV_NAMESPACE || root.local !== "document") {
          reading.fail(root.at, `expected the element prov:document (of ${PROV_NAMESPACE}), found ${shown(root.name)}`);
        }
        document.prefixes = declaredPrefixes(root.declares);
        tellAttributes(reading, root);
        return statementsFrame(reading, document.statements, document.bundles);
      },
    };
  });
  return withoutIdleIds((names as ReadNames).settled(document));
}

/** The content of prov:document, and of prov:bundleContent, which holds no bundles. */
function statementsFrame(reading: Reading, statements: Statement[], bundles?: Bundle[]): XmlFrame {
  return {
    open(element) {
      if (element.namespace !== PROV_NAMESPACE || element.local === "other") {
        reading.ignored(
          "PROV-XML keeps what is no PROV in prov:other and in elements of other namespaces; it is left out",
        );
        return SKIPPED;
      }
      if (bundles && element.local === "bundleContent") return bundleFrame(reading, element, bundles);
      const stated = STATEMENT_ELEMENTS.get(element.local);
      if (stated) return statementFrame(reading, element, stated, statements);
      const where = bundles ? "a document" : "a bundle";
      return reading.fail(
        element.at,
        `expected a statement of PROV, found ${shown(element.name)}, which ${where} does not hold`,
      );
    },
  };
}

function bundleFrame(reading: Reading, element: XmlElement, bundles: Bundle[]): XmlFrame {
  const id = idOf(reading, element);
  if (id === undefined) return reading.fail(element.at, "prov:bundleContent needs the attribute prov:id");
  if (reading.bundles.has(id)) reading.fail(element.at, "the bundle is stated twice");
  reading.bundles.add(id);
  tellAttributes(reading, element, "id");
  const prefixes = declaredPrefixes(element.declares);
  const statements: Statement[] = [];
  bundles.push(Object.keys(prefixes).length > 0 ? { id, prefixes, statements } : { id, statements });
  return statementsFrame(reading, statements);
}

/** What of a statement has been read: formal attributes by name, sets as lists. */
interface Draft {
  readonly kind: Kind;
  readonly values: Record<string, unknown>;
  readonly references: Iri[];
  readonly members: Partial<KeyEntityPair>[];
  readonly attributes: Attribute[];
}

function statementFrame(reading: Reading, element: XmlElement, { kind, type }: StatedKind, out: Statement[]): XmlFrame {
  const id = idOf(reading, element);
  if (id === undefined && isElementKind(kind))
    reading.fail(element.at, `prov:${element.local} needs the attribute prov:id`);
  tellAttributes(reading, element, "id");
  const draft: Draft = { kind, values: {}, references: [], members: [], attributes: [] };
  const parts = partElements(kind);
  for (const { formal, form } of parts.values()) if (form === "keys" || form === "pairs") draft.values[formal] = [];
  if (type !== undefined) draft.attributes.push([PROV_TYPE, { iri: type }]);
  const schemaType = attributeOf(element, XSI_NAMESPACE, "type");
  if (schemaType !== undefined) {
    draft.attributes.push([PROV_TYPE, { iri: reading.names.qualified(schemaType, element.at) }]);
  }
  return {
    open(child) {
      const isProv = child.namespace === PROV_NAMESPACE;
      const part = isProv ? parts.get(child.local === OLD_PAIR ? PAIR : child.local) : undefined;
      if (part) return partFrame(reading, child, part, draft);
      if (isProv && attributeOf(child, PROV_NAMESPACE, "ref") !== undefined) {
        const expected = [...parts.keys()].join(", ") || "none";
        reading.fail(child.at, `prov:${element.local} has no part ${shown(child.name)}; its parts are: ${expected}`);
      }
      const name = reading.names.element(child);
      return readValue(reading, child, (value) => draft.attributes.push([name, value]));
    },
    close() {
      for (const statement of statementsOf(id, draft)) out.push(statement);
    },
  };
}

const PROV_TYPE = `${PROV_NAMESPACE}type`;

function partFrame(reading: Reading, element: XmlElement, { formal, form }: Part, draft: Draft): XmlFrame {
  const { values, references, members } = draft;
  const once = (value: unknown) => {
    if (values[formal] !== undefined) reading.fail(element.at, `prov:${element.local} stands twice in one statement`);
    values[formal] = value;
  };
  switch (form) {
    case "reference":
      return referenceFrame(reading, element, once);
    case "references":
      return referenceFrame(reading, element, (iri) => references.push(iri));
    case "time":
      return timeFrame(reading, element, once);
    case "keys":
      return readValue(reading, element, (value) => (values[formal] as Value[]).push(value));
    case "pairs":
      return pairFrame(reading, element, (pair) => {
        if (!isWhole(pair)) reading.fail(element.at, `${shown(element.name)} needs a prov:key and a prov:entity`);
        (values[formal] as KeyEntityPair[]).push(pair);
      });
    case "members":
      return pairFrame(reading, element, (pair) => members.push(pair));
    default:
      return form satisfies never;
  }
}

function isWhole(pair: Partial<KeyEntityPair>): pair is KeyEntityPair {
  return pair.key !== undefined && pair.entity !== undefined;
}

/** `<prov:activity prov:ref="ex:a"/>`; ProvToolbox also wraps the reference in a second element. */
function referenceFrame(reading: Reading, element: XmlElement, found: (iri: Iri) => void): XmlFrame {
  const own = attributeOf(element, PROV_NAMESPACE, "ref");
  tellAttributes(reading, element, "ref");
  if (own !== undefined) {
    found(reading.names.qualified(own, element.at));
    return { open: (child) => reading.fail(child.at, `${shown(element.name)} is a reference and holds no elements`) };
  }
  let isFound = false;
  return {
    open(child) {
      if (isFound) reading.fail(child.at, `${shown(element.name)} holds more than one reference`);
      isFound = true;
      return referenceFrame(reading, child, found);
    },
    close() {
      if (!isFound) reading.fail(element.at, `${shown(element.name)} needs the attribute prov:ref`);
    },
  };
}

function timeFrame(reading: Reading, element: XmlElement, found: (time: string) => void): XmlFrame {
  let text = "";
  return {
    open: (child) => reading.fail(child.at, `${shown(element.name)} is a time and holds no elements`),
    text(characters) {
      text += characters;
    },
    close() {
      found(checkDateTime(trimXmlSpace(text), (what) => reading.fail(element.at, `${shown(element.name)}: ${what}`)));
    },
  };
}

function pairFrame(reading: Reading, element: XmlElement, found: (pair: Partial<KeyEntityPair>) => void): XmlFrame {
  const pair: { key?: Value; entity?: Iri } = {};
  return {
    open(child) {
      const name = child.namespace === PROV_NAMESPACE ? child.local : "";
      if ((name !== "key" && name !== "entity") || pair[name] !== undefined) {
        reading.fail(
          child.at,
          `${shown(element.name)} holds one prov:key and one prov:entity, not ${shown(child.name)}`,
        );
      }
      if (name === "entity") {
        return referenceFrame(reading, child, (iri) => {
          pair.entity = iri;
        });
      }
      return readValue(reading, child, (value) => {
        pair.key = value;
      });
    },
    close: () => found(pair),
  };
}

function* statementsOf(id: Iri | undefined, draft: Draft): Generator<Statement> {
  const { kind, values, references, members, attributes } = draft;
  const statement = {
    kind,
    ...(id !== undefined && { id }),
    ...values,
    ...(attributes.length > 0 && { attributes }),
  } as Statement;
  const several = kind === "hadMember" ? references.map((entity) => ({ entity })) : members;
  if (several.length === 0) yield statement;
  for (const one of several) yield { ...statement, ...one } as Statement;
}
