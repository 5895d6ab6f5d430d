import { type Prefixes, shortenName } from "../../model/names.ts";
import { formalAttributes, isNameKind } from "../../model/relations.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import type { Instance } from "./instance.ts";

/** The longest name or text that a sentence repeats whole, in characters. */
const LONGEST = 120;

/** A name as the document writes it: by its prefixes, an IRI in angle brackets where none fits. */
export function shortName(id: Iri, prefixes: Prefixes): string {
  if (id.startsWith("_:")) return cut(id);
  return cut(shortenName(id, prefixes)?.replace(/^:/, "") ?? `<${id}>`);
}

/** A term as a sentence names it. */
export function termName({ terms, prefixes }: Instance, term: number): string {
  const name = term < 0 ? undefined : terms.name(term);
  return name === undefined ? "something unnamed" : shortName(name, prefixes);
}

/** A statement as PROV-N writes it, without its attributes. */
export function statementText(statement: Statement, prefixes: Prefixes): string {
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  const texts = formalAttributes(statement.kind).map(([name, type]) => {
    const value = values[name];
    if (value === undefined) return "-";
    if (isNameKind(type)) return shortName(value as Iri, prefixes);
    return typeof value === "string" ? cut(value) : "…";
  });
  while (texts.length > 2 && texts.at(-1) === "-") texts.pop();
  const id = statement.id === undefined ? "" : shortName(statement.id, prefixes);
  const isElement = statement.kind === "entity" || statement.kind === "activity" || statement.kind === "agent";
  if (isElement) return `${statement.kind}(${[id, ...(texts.every((text) => text === "-") ? [] : texts)].join(", ")})`;
  return `${statement.kind}(${id === "" ? "" : `${id}; `}${texts.join(", ")})`;
}

/** On one line, and not too long. */
export function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST).toWellFormed()}…` : line;
}
