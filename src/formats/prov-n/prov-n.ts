import { RELATIONS } from "../../model/relations.ts";
import type { Statement } from "../../model/statement.ts";
import { carryNames, losing, NAME_REASONS, type NameReason } from "../losing.ts";
import type { Notation } from "../notation.ts";
import { readProvN } from "./reader.ts";
import { isExtended, writeProvN } from "./writer.ts";

/**
 * PROV-N (W3C Recommendation of 30 April 2013), with the statements of PROV-Dictionary and PROV-Links. Other extension statements are passed over.
 * Anonymous identifiers, of which PROV-N has none, are written as names of a namespace of their own and read back as anonymous; an
 * alternate, specialization or membership with id or attributes is written by ProvToolbox's extended keyword.
 */
export const provN: Notation = {
  name: "prov-n",
  title: "PROV-N",
  extensions: ["provn", "pn"],
  mediaType: "text/provenance-notation",
  read: readProvN,
  write: writeProvN,
  lose: (document) => losing(document, "PROV-N", REASONS, carried),
};

const REASONS = {
  ...NAME_REASONS,
  plain: "gives mentions and memberships of dictionaries neither an id nor attributes",
} as const;

function carried(statement: Statement, found: Set<keyof typeof REASONS>): Statement {
  const left = carryNames(statement, found as Set<NameReason>);
  const { id, attributes, ...rest } = left;
  if (RELATIONS[left.kind].identified || isExtended(left.kind)) return left;
  if (id === undefined && (attributes === undefined || attributes.length === 0)) return left;
  found.add("plain");
  return rest as Statement;
}
