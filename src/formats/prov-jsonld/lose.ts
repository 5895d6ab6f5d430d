import type { Document } from "../../model/document.ts";
import { PREFIXES } from "../../model/names.ts";
import type { Attribute, Statement } from "../../model/statement.ts";
import { carryNames, losing, NAME_REASONS, type NameReason } from "../losing.ts";
import type { Lossy } from "../notation.ts";
import { formalKeys, type JsonLdKind, TYPE_TERMS } from "./terms.ts";

const REASONS = {
  ...NAME_REASONS,
  kind: "has no mentions and no dictionaries",
  formal:
    "cannot tell an attribute that is named like a part of the statement (prov:time of a usage, say) from that part",
} as const;

type Found = Set<keyof typeof REASONS>;

/** The loss function of PROV-JSONLD. See `provJsonLd`. */
export function loseForProvJsonLd(document: Document): Lossy {
  return losing(document, "PROV-JSONLD", REASONS, carried);
}

function carried(given: Statement, found: Found): Statement | undefined {
  if (!isStated(given)) {
    found.add("kind");
    return undefined;
  }
  const statement = carryNames(given, found as Set<NameReason>);
  const isFormal = ([name]: Attribute) => isNamedFormally(given.kind, name);
  if (!statement.attributes?.some(isFormal)) return statement;
  found.add("formal");
  const { attributes, ...left } = statement;
  const kept = attributes.filter((one) => !isFormal(one));
  return (kept.length > 0 ? { ...left, attributes: kept } : left) as Statement;
}

function isStated(statement: Statement): statement is Extract<Statement, { kind: JsonLdKind }> {
  return Object.hasOwn(TYPE_TERMS, statement.kind);
}

function isNamedFormally(kind: JsonLdKind, name: string): boolean {
  return name.startsWith(PREFIXES.prov) && formalKeys(kind).has(name.slice(PREFIXES.prov.length));
}
