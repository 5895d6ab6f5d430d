import { provNText } from "../formats/index.ts";
import type { Prefixes } from "../model/names.ts";
import type { Statement } from "../model/statement.ts";

/** A statement as commands show it: in PROV-N, with names shortened, not too long. */
export function statementText(statement: Statement, prefixes: Prefixes): string {
  const text = provNText(statement, prefixes);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const LONGEST = 400;
