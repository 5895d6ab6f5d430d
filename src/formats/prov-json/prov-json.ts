import { PREFIXES } from "../../model/names.ts";
import type { Statement } from "../../model/statement.ts";
import { carryNames, losing, NAME_REASONS, type NameReason } from "../losing.ts";
import type { Notation } from "../notation.ts";
import { FORMAL_BY_IRI } from "./keys.ts";
import { readProvJson } from "./reader.ts";
import { writeProvJson } from "./writer.ts";

/**
 * PROV-JSON (W3C member submission of 24 April 2013), with dictionaries and mentions as its schema has them. Relations without an id get an
 * anonymous one, since records are kept by id; statements of one id are a list under it.
 */
export const provJson: Notation = {
  name: "prov-json",
  title: "PROV-JSON",
  extensions: ["json", "provjson"],
  mediaType: "application/json",
  read: readProvJson,
  write: writeProvJson,
  lose: (document) => losing(document, "PROV-JSON", REASONS, carried),
};

const REASONS = {
  ...NAME_REASONS,
  formal:
    "cannot tell an attribute that is named like a part of the statement (prov:time of a usage, say) from that part",
  keys: "cannot tell a set of keys that is missing from an empty one",
} as const;

function carried(statement: Statement, found: Set<keyof typeof REASONS>): Statement {
  let left = carryNames(statement, found as Set<NameReason>);
  const formal = FORMAL_BY_IRI[left.kind];
  if (left.attributes?.some(([name]) => name.startsWith(PREFIXES.prov) && formal.has(name))) {
    found.add("formal");
    const attributes = left.attributes.filter(([name]) => !formal.has(name));
    const { attributes: _, ...rest } = left;
    left = (attributes.length > 0 ? { ...rest, attributes } : rest) as Statement;
  }
  if (left.kind === "derivedByInsertionFrom" && left.keyEntitySet === undefined) {
    found.add("keys");
    return { ...left, keyEntitySet: [] };
  }
  if (left.kind === "derivedByRemovalFrom" && left.keySet === undefined) {
    found.add("keys");
    return { ...left, keySet: [] };
  }
  return left;
}
