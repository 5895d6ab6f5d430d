import { isAnonymous } from "../../model/anonymous.ts";
import type { Document } from "../../model/document.ts";
import type { Literal } from "../../model/literals.ts";
import { checkIri, type Prefixes } from "../../model/names.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { blankText } from "../../rdf/blank-labels.ts";
import { crowdedIn } from "../../rdf/manner.ts";
import { type Triples, writeTriples } from "../../rdf/triples.ts";
import { KnownNames } from "../known-names.ts";
import { XSD_STRING } from "../literal-value.ts";
import { inPieces } from "../pieces.ts";
import { jsonLdPrefixes } from "./prefixes.ts";

/**
 * Writes a document in PROV-O as JSON-LD for people to read: what comes next to each other about one subject is one object, relations without an id are
 * nested, a bundle is an object with a graph of its own. See `jsonLd`.
 */
export function writeJsonLd(document: Document): Iterable<string> {
  return inPieces(texts(document));
}

function* texts(document: Document): Generator<string, void, void> {
  const prefixes = jsonLdPrefixes(document);
  const text = new JsonLdText(prefixes);
  yield `{\n  "@context": ${JSON.stringify(prefixes, undefined, 4).replace(/\n}$/, "\n  }")},\n  "@graph": [`;
  yield* graphTexts(document.statements, text);
  for (const { id, statements } of document.bundles) {
    text.open(id);
    yield* graphTexts(statements, text);
    text.close();
  }
  yield `${text.taken()}\n  ]\n}\n`;
}

function* graphTexts(statements: readonly Statement[], text: JsonLdText): Generator<string, void, void> {
  const crowded = crowdedIn(statements);
  for (const statement of statements) {
    writeTriples(statement, text, crowded.has(statement) ? "qualified" : "short");
    yield text.taken();
  }
  text.end();
}

/** Properties and what they lead to, in turn. */
type Members = Map<string, string[]>;

/** JSON-LD as it grows. Names are JSON strings, literals have a mark before them, nested nodes are objects. */
class JsonLdText implements Triples {
  readonly a = TYPE;
  readonly #namespaces: readonly (readonly [namespace: string, prefix: string])[];
  readonly #names = new KnownNames();
  readonly #members: Members = new Map();
  #subject = "";
  #text = "";
  #indent = "    ";
  #separator = "\n";

  constructor(prefixes: Prefixes) {
    const namespaces = Object.entries(prefixes).map(([prefix, namespace]) => [namespace, `${prefix}:`] as const);
    this.#namespaces = namespaces.sort(([a], [b]) => b.length - a.length);
  }

  taken(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  open(graph: Iri): void {
    const id = this.name(graph, "the id", "a bundle");
    this.#text += `${this.#separator}    {\n      "@id": ${id},\n      "@graph": [`;
    this.#separator = "\n";
    this.#indent = "        ";
  }

  close(): void {
    this.#text += "\n      ]\n    }";
    this.#separator = ",\n";
    this.#indent = "    ";
  }

  /** Writes what is said of the last subject. */
  end(): void {
    if (this.#subject === "") return;
    this.#node([[ID, this.#subject] as const, ...Array.from(this.#members, written)]);
    this.#members.clear();
    this.#subject = "";
  }

  #node(members: readonly (readonly [key: string, value: string])[]): void {
    const lines = members.map(([key, value]) => `${this.#indent}  ${key}: ${value}`);
    this.#text += `${this.#separator}${this.#indent}{\n${lines.join(",\n")}\n${this.#indent}}`;
    this.#separator = ",\n";
  }

  term(iri: Iri): string {
    return this.name(iri, "a term", "PROV-O");
  }

  property(name: Iri): string {
    return this.name(name, "the name", "an attribute");
  }

  name(id: Iri, place: string, of: string): string {
    let name = this.#names.get(id);
    if (name === undefined) {
      name = JSON.stringify(isAnonymous(id) ? blankText(id) : (this.#short(id) ?? checkIri(id, `${place} of ${of}`)));
      this.#names.set(id, name);
    }
    return name;
  }

  /** A compact IRI, as JSON-LD expands it: what starts with `//` after the colon is none. */
  #short(iri: Iri): string | undefined {
    for (const [namespace, prefix] of this.#namespaces) {
      const local = iri.slice(namespace.length);
      if (iri.startsWith(namespace) && local !== "" && !local.startsWith("//")) return prefix + local;
    }
    return undefined;
  }

  literal({ lexical, type, language }: Literal): string {
    const value = JSON.stringify(lexical);
    if (language !== undefined) return `${LITERAL}{"@language":${JSON.stringify(language)},"@value":${value}}`;
    if (type === XSD_STRING) return LITERAL + value;
    return `${LITERAL}{"@type":${this.name(type, "the datatype", "a value")},"@value":${value}}`;
  }

  triple(subject: string, property: string, object: string): void {
    if (subject !== this.#subject) this.end();
    this.#subject = subject;
    put(this.#members, property, object);
  }

  node(about: readonly string[], subject?: string, link?: string): void {
    if (subject !== undefined && link !== undefined) this.triple(subject, link, this.nested(about));
    else {
      this.end();
      this.#node(Array.from(membersOf(about), written));
    }
  }

  nested(about: readonly string[]): string {
    return `{${Array.from(membersOf(about), (member) => written(member).join(":")).join(",")}}`;
  }
}

const ID = '"@id"';
const TYPE = '"@type"';
/** Before a literal; no JSON starts so. */
const LITERAL = "=";

function membersOf(about: readonly string[]): Members {
  const members: Members = new Map();
  for (let i = 0; i < about.length; i += 2) put(members, about[i] as string, about[i + 1] as string);
  return members;
}

function put(members: Members, property: string, object: string): void {
  const value = valueText(property, object);
  const values = members.get(property);
  if (values) values.push(value);
  else members.set(property, [value]);
}

function valueText(property: string, object: string): string {
  if (object.startsWith(LITERAL)) return object.slice(LITERAL.length);
  return object.startsWith('"') && property !== TYPE ? `{"@id":${object}}` : object;
}

function written([property, values]: readonly [string, readonly string[]]): [key: string, value: string] {
  return [property, values.length === 1 ? (values[0] as string) : `[${values.join(",")}]`];
}
