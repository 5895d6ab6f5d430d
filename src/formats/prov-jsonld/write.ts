import type { Bundle, Document } from "../../model/document.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { inPieces } from "../pieces.ts";
import { IMPLIED_PREFIXES } from "../qualified-names.ts";
import { type NameSyntax, type WrittenScope, writtenNames } from "../written-names.ts";
import {
  ATTRIBUTE_TERMS,
  BUNDLE_TERM,
  CONTEXT_TERMS,
  formalKeys,
  type JsonLdKind,
  NAME_TERMS,
  PROV_JSONLD_CONTEXT_IRI,
  TYPE_TERMS,
} from "./terms.ts";
import { writtenJsonLdValue } from "./values.ts";

/** Writes a document as PROV-JSONLD, one statement a line. See `provJsonLd`. */
export function writeProvJsonLd(document: Document): Iterable<string> {
  return inPieces(texts(document));
}

function* texts(document: Document): Generator<string, void, void> {
  const names = writtenNames(document, SYNTAX);
  const context = [{ ...IMPLIED_PREFIXES, ...names.prefixes }, PROV_JSONLD_CONTEXT_IRI];
  yield `{\n  "@context": ${JSON.stringify(context)},\n  "@graph": [`;
  const { name } = names.scope();
  let separator = "\n    ";
  for (const statement of document.statements) {
    yield separator + statementText(statement, name);
    separator = ",\n    ";
  }
  for (const bundle of document.bundles) {
    yield separator;
    yield* bundleText(bundle, names.scope(bundle));
    separator = ",\n    ";
  }
  yield `${separator === "\n    " ? "" : "\n  "}]\n}\n`;
}

function* bundleText({ id, statements }: Bundle, { name, prefixes }: WrittenScope): Generator<string, void, void> {
  const head = JSON.stringify({ "@type": BUNDLE_TERM, "@id": name(id), "@context": [prefixes] });
  yield `${head.slice(0, -1)},"@graph":[`;
  for (const [n, statement] of statements.entries()) {
    yield `${n > 0 ? "," : ""}\n      ${statementText(statement, name)}`;
  }
  yield `${statements.length > 0 ? "\n    " : ""}]}`;
}

type Name = (iri: Iri) => string;

function statementText(statement: Statement, name: Name): string {
  const kind = statement.kind as JsonLdKind;
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  const written: Record<string, unknown> = { "@type": TYPE_TERMS[kind] };
  if (statement.id !== undefined) written["@id"] = name(statement.id);
  for (const [key, form] of formalKeys(kind)) {
    const value = values[key];
    if (value !== undefined) written[key] = form === "time" ? value : name(value as Iri);
  }
  const lists = new Map<string, unknown[]>();
  for (const [iri, value] of statement.attributes ?? []) {
    const term = TERM_OF.get(iri);
    const isTerm = term !== undefined && (ATTRIBUTE_TERMS.get(term)?.kinds?.has(kind) ?? true);
    const key = isTerm ? term : name(iri);
    const list = lists.get(key);
    const one = writtenJsonLdValue(value, name, isTerm && NAME_TERMS.has(term));
    if (list) list.push(one);
    else lists.set(key, [one]);
  }
  return JSON.stringify({ ...written, ...Object.fromEntries(lists) });
}

const TERM_OF: ReadonlyMap<Iri, string> = new Map(Array.from(ATTRIBUTE_TERMS, ([term, { iri }]) => [iri, term]));

/** Names that JSON-LD reads as such (section 4.3 of JSON-LD 1.1): the prefixes are the schema's, their namespaces end as JSON-LD wants it. */
const SYNTAX: NameSyntax = {
  local: (text) => (text.startsWith("//") ? undefined : text),
  isPrefix: (prefix) => /^[A-Za-z][A-Za-z0-9_]*$/.test(prefix) && !CONTEXT_TERMS.has(prefix),
  isNamespace: (namespace) => /[:/?#[\]@]$/.test(namespace),
  bundleId: "inside",
};
