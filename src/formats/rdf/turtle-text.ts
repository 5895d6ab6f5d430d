import { isAnonymous } from "../../model/anonymous.ts";
import type { Document } from "../../model/document.ts";
import type { Literal } from "../../model/literals.ts";
import { PREFIXES, type Prefixes } from "../../model/names.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { blankText } from "../../rdf/blank-labels.ts";
import { crowdedIn } from "../../rdf/manner.ts";
import { iriText, literalText } from "../../rdf/nquads.ts";
import { RDF_TYPE } from "../../rdf/prov-o.ts";
import { type Triples, writeTriples } from "../../rdf/triples.ts";
import { KnownNames } from "../known-names.ts";
import { declaredPrefixes } from "./prefixes.ts";

/** How many characters come in one piece, about. */
const PIECE = 1 << 16;

/**
 * A document in PROV-O as TriG, which is Turtle where it has no bundle: what comes next to each other about one subject is written as one, bundles
 * are blocks, relations without an id are written inside brackets. Prefixes are those of the document and its bundles, and `prov`, `xsd`, `rdfs`.
 * @throws {ProvenanceError} `bad-iri`, `bad-argument` for what no triple can hold; the loss function of the notations takes it out before.
 */
export function* turtleText(document: Document): Generator<string, void, void> {
  const prefixes = declaredPrefixes(document);
  const text = new TurtleText(prefixes);
  for (const [prefix, namespace] of Object.entries(prefixes)) text.append(`@prefix ${prefix}: <${namespace}> .\n`);
  yield* graphText(document.statements, text);
  for (const { id, statements } of document.bundles) {
    text.open(id);
    yield* graphText(statements, text);
    text.close();
  }
  yield text.taken();
}

function* graphText(statements: readonly Statement[], text: TurtleText): Generator<string, void, void> {
  const crowded = crowdedIn(statements);
  for (const statement of statements) {
    writeTriples(statement, text, crowded.has(statement) ? "qualified" : "short");
    if (text.length > PIECE) yield text.taken();
  }
  text.end();
}

/** Local names that Turtle writes as they are (Turtle 1.1 section 6.5, PN_LOCAL), those in the Basic Multilingual Plane. */
const LETTER =
  "A-Za-z_0-9\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d" +
  "\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd";
const REST = `${LETTER}:\\u00b7\\u0300-\\u036f\\u203f\\u2040\\-`;
const LOCAL_NAME = new RegExp(`^([${LETTER}:]([${REST}.]*[${REST}])?)?$`);

/** Properties are few, but come from outside. */
const MOST_NEXTS = 1024;

/** Turtle as it grows. */
class TurtleText implements Triples {
  readonly a = "a";
  readonly #namespaces: readonly (readonly [namespace: string, prefix: string])[];
  readonly #terms = new Map<Iri, string>();
  readonly #names = new KnownNames();
  readonly #nexts = new Map<string, string>();
  #text = "";
  #indent = "";
  #subject = "";
  #property = "";

  constructor(prefixes: Prefixes) {
    // The longest namespace that fits is the one that leaves the shortest name.
    const namespaces = Object.entries(prefixes).map(([prefix, namespace]) => [namespace, `${prefix}:`] as const);
    this.#namespaces = namespaces.sort(([a], [b]) => b.length - a.length);
  }

  get length(): number {
    return this.#text.length;
  }

  append(text: string): void {
    this.#text += text;
  }

  taken(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  open(graph: Iri): void {
    this.#text += `\n${this.name(graph, "the id", "a bundle")} {`;
    this.#indent = "    ";
    this.#nexts.clear();
  }

  close(): void {
    this.#text += "}\n";
    this.#indent = "";
    this.#nexts.clear();
  }

  /** Ends what is said of the last subject. */
  end(): void {
    if (this.#subject !== "") this.#text += " .\n";
    this.#subject = "";
  }

  term(iri: Iri): string {
    let term = this.#terms.get(iri);
    if (term === undefined) {
      term = this.name(iri, "a term", "PROV-O");
      this.#terms.set(iri, term);
    }
    return term;
  }

  property(name: Iri): string {
    return name === RDF_TYPE ? "a" : this.name(name, "the name", "an attribute");
  }

  name(id: Iri, place: string, of: string): string {
    let name = this.#names.get(id);
    if (name === undefined) {
      name = isAnonymous(id) ? blankText(id) : (this.#short(id) ?? iriText(id, place, of));
      this.#names.set(id, name);
    }
    return name;
  }

  #short(iri: Iri): string | undefined {
    for (const [namespace, prefix] of this.#namespaces) {
      if (!iri.startsWith(namespace)) continue;
      const local = iri.slice(namespace.length);
      if (LOCAL_NAME.test(local)) return prefix + local;
    }
    return undefined;
  }

  literal(literal: Literal): string {
    const { lexical, type } = literal;
    if (BARE[type]?.test(lexical)) return lexical;
    return literalText(literal, this.#typeText);
  }

  readonly #typeText = (type: Iri) => this.name(type, "the datatype", "a value");

  triple(subject: string, property: string, object: string): void {
    if (subject !== this.#subject) {
      this.#text += `${this.#subject === "" ? "" : " .\n"}\n${this.#indent}${subject} ${property} ${object}`;
      this.#subject = subject;
    } else this.#text += property === this.#property ? `, ${object}` : this.#next(property) + object;
    this.#property = property;
  }

  /** What goes before the object of another property of the same subject. */
  #next(property: string): string {
    let next = this.#nexts.get(property);
    if (next === undefined) {
      next = ` ;\n${this.#indent}    ${property} `;
      if (this.#nexts.size >= MOST_NEXTS) this.#nexts.clear();
      this.#nexts.set(property, next);
    }
    return next;
  }

  node(about: readonly string[], subject?: string, link?: string): void {
    const node = this.nested(about);
    if (subject !== undefined && link !== undefined) this.triple(subject, link, node);
    else {
      this.end();
      this.#text += `\n${this.#indent}${node} .\n`;
    }
  }

  nested(about: readonly string[]): string {
    let text = "[";
    let last = "";
    for (let i = 0; i < about.length; i += 2) {
      const property = about[i] as string;
      text += property === last ? `, ${about[i + 1]}` : `${i === 0 ? "" : " ;"} ${property} ${about[i + 1]}`;
      last = property;
    }
    return `${text} ]`;
  }
}

const { xsd } = PREFIXES;

/** The literals that Turtle writes without quotes, by datatype: what is read back is the same lexical form. */
const BARE: Readonly<Record<Iri, RegExp>> = {
  [`${xsd}boolean`]: /^(true|false)$/,
  [`${xsd}integer`]: /^[+-]?\d+$/,
  [`${xsd}decimal`]: /^[+-]?\d*\.\d+$/,
  [`${xsd}double`]: /^[+-]?(\d+\.\d*|\.?\d+)[eE][+-]?\d+$/,
};
