import type { Document } from "../../model/document.ts";
import { formalAttributes, RELATIONS } from "../../model/relations.ts";
import type { Attribute, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { carryNames, losing, NAME_REASONS, type NameReason } from "../losing.ts";
import type { Lossy } from "../notation.ts";
import { PROV_NAMESPACE, partElements } from "./elements.ts";
import { NOT_XML } from "./xml-names.ts";

const REASONS = {
  ...NAME_REASONS,
  plain: "gives memberships, specializations, alternates and mentions neither an id nor attributes",
  formal:
    "cannot tell an attribute that is named like a part of the statement (prov:time of a usage, say) from that part",
  keys: "cannot tell a set of keys that is missing from an empty one",
  character: "holds no control characters nor U+FFFE and U+FFFF, which XML does not have; U+FFFD stands in their place",
} as const;

type Found = Set<keyof typeof REASONS>;

/** The loss function of PROV-XML. See `provXml`. */
export function loseForProvXml(document: Document): Lossy {
  return losing(document, "PROV-XML", REASONS, carried);
}

function carried(given: Statement, found: Found): Statement {
  const { id, attributes, ...left } = carryNames(given, found as Set<NameReason>) as Statement &
    Record<string, unknown>;
  for (const [name, kind] of formalAttributes(given.kind)) {
    const value = left[name];
    if (kind === "key" && value !== undefined) Object.assign(left, { [name]: inXml(value as Value, found) });
    else if (kind === "keySet")
      Object.assign(left, { [name]: setInXml(value, (key: Value) => inXml(key, found), found) });
    else if (kind === "keyEntitySet") Object.assign(left, { [name]: setInXml(value, pairInXml(found), found) });
  }
  if (!RELATIONS[given.kind].identified) {
    if (id !== undefined || attributes?.length) found.add("plain");
    return left as Statement;
  }
  const kept = attributes?.flatMap((one) => attributeInXml(given, one, found)) ?? [];
  return { ...left, ...(id !== undefined && { id }), ...(kept.length > 0 && { attributes: kept }) } as Statement;
}

function setInXml<T>(set: unknown, each: (one: T) => T, found: Found): readonly T[] {
  if (set === undefined) found.add("keys");
  return ((set ?? []) as readonly T[]).map(each);
}

function pairInXml(found: Found): (pair: KeyEntityPair) => KeyEntityPair {
  return ({ key, entity }) => ({ key: inXml(key, found), entity });
}

function attributeInXml({ kind }: Statement, [name, value]: Attribute, found: Found): Attribute[] {
  if (!name.startsWith(PROV_NAMESPACE) || !partElements(kind).has(name.slice(PROV_NAMESPACE.length))) {
    return [[name, inXml(value, found)]];
  }
  found.add("formal");
  return [];
}

function inXml(value: Value, found: Found): Value {
  if (typeof value === "string") return textInXml(value, found);
  if (typeof value !== "object" || "iri" in value) return value;
  return { ...value, value: textInXml(value.value, found) };
}

function textInXml(text: string, found: Found): string {
  const whole = text.toWellFormed();
  const left = whole.replace(NOT_XML, "\ufffd");
  if (left !== whole) found.add("character");
  return left;
}
