import { withoutIdleIds } from "../model/anonymous.ts";
import type { Document } from "../model/document.ts";
import { formalAttributes, RELATIONS } from "../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../model/statement.ts";
import type { Loss, Lossy } from "./notation.ts";
import { PROV_NAMESPACE, partElements } from "./prov-xml-elements.ts";
import { NAME_TYPES, STRING_TYPES, XSD_STRING } from "./prov-xml-values.ts";
import { NOT_XML } from "./xml-names.ts";

/** What PROV-XML does not carry, as the sentences that say it. */
const REASONS = {
  plain: "PROV-XML gives specializations, alternates, memberships and mentions neither an id nor attributes",
  formal:
    "PROV-XML cannot tell an attribute that is named like a part of the statement (prov:time of a usage, say) from that part",
  character: "XML cannot hold most control characters nor U+FFFE and U+FFFF; U+FFFD stands in their place",
  type: "PROV-XML reads values of the types xsd:QName, prov:InternationalizedString and rdf:langString as names or strings; they become strings",
  keys: "PROV-XML cannot tell a set of keys that is missing from an empty one",
} as const;

/** The loss function of PROV-XML. See `provXml`. */
export function loseForProvXml(document: Document): Lossy {
  const losses: Loss[] = [];
  const lose = (statements: readonly Statement[], bundle?: Iri) =>
    statements.map((statement) => {
      const found = new Set<keyof typeof REASONS>();
      const left = carried(statement, found);
      const where = bundle === undefined ? {} : { bundle };
      for (const reason of found) losses.push({ reason: REASONS[reason], statement, ...where });
      return left;
    });
  const statements = lose(document.statements);
  const bundles = document.bundles.map((bundle) => ({ ...bundle, statements: lose(bundle.statements, bundle.id) }));
  if (losses.length === 0) return { document, losses };
  return { document: withoutIdleIds({ ...document, statements, bundles }), losses };
}

type Found = Set<keyof typeof REASONS>;

function carried(statement: Statement, found: Found): Statement {
  const { id, attributes, ...rest } = statement as Statement & Readonly<Record<string, unknown>>;
  const left: Record<string, unknown> = { ...rest };
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = left[name];
    if (kind === "key" && value !== undefined) left[name] = carriedValue(value as Value, found);
    else if (kind === "keySet") left[name] = carriedSet(value as readonly Value[] | undefined, found, carriedValue);
    else if (kind === "keyEntitySet") {
      left[name] = carriedSet(value as readonly KeyEntityPair[] | undefined, found, ({ key, entity }) => ({
        key: carriedValue(key, found),
        entity,
      }));
    }
  }
  const isIdentified = RELATIONS[statement.kind].identified;
  if (!isIdentified && (id !== undefined || attributes?.length)) found.add("plain");
  if (isIdentified && id !== undefined) left.id = id;
  const kept = isIdentified && attributes ? attributes.flatMap((one) => carriedAttribute(statement, one, found)) : [];
  if (kept.length > 0) left.attributes = kept;
  return left as unknown as Statement;
}

function carriedSet<T>(set: readonly T[] | undefined, found: Found, each: (one: T, found: Found) => T): readonly T[] {
  if (set === undefined) found.add("keys");
  return (set ?? []).map((one) => each(one, found));
}

function carriedAttribute({ kind }: Statement, [name, value]: Attribute, found: Found): Attribute[] {
  if (name.startsWith(PROV_NAMESPACE) && partElements(kind).has(name.slice(PROV_NAMESPACE.length))) {
    found.add("formal");
    return [];
  }
  return [[name, carriedValue(value, found)]];
}

function carriedValue(value: Value, found: Found): Value {
  if (typeof value === "string") return characters(value, found);
  if (typeof value !== "object" || "iri" in value) return value;
  const text = characters(value.value, found);
  if ("language" in value) return { ...value, value: text };
  if (!NAME_TYPES.has(value.type) && (value.type === XSD_STRING || !STRING_TYPES.has(value.type))) {
    return { ...value, value: text };
  }
  found.add("type");
  return text;
}

function characters(text: string, found: Found): string {
  const whole = text.toWellFormed();
  const left = whole.replace(NOT_XML, "\ufffd");
  if (left !== whole) found.add("character");
  return left;
}
