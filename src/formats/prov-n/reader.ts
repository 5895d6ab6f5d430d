import { isAnonymous, withoutIdleIds } from "../../model/anonymous.ts";
import type { Bundle, Document } from "../../model/document.ts";
import { PREFIXES } from "../../model/names.ts";
import { type FormalKind, formalAttributes, isElementKind, isNameKind } from "../../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { literalValue } from "../literal-value.ts";
import type { Loss } from "../notation.ts";
import { declarePrefix, type NameScope, nameScope } from "../qualified-names.ts";
import { qualifiedWord, type StatementWord, statementWord } from "../statement-words.ts";
import { shown } from "../unreadable.ts";
import { passArguments } from "./passed-over.ts";
import { ProvNText } from "./text.ts";

/**
 * A PROV-N document. More is taken than the grammar has: `-` for a mandatory argument, optional arguments left out one by one, and bundles between
 * statements. Bundles of one name are one. Extension statements, whose keyword is of another namespace than PROV's, are passed over; `ignored` is told.
 * @throws {ProvenanceError} `unreadable` with line and column, and what was expected there.
 */
export function readProvN(text: string, ignored: (loss: Loss) => void = () => {}): Document {
  return new ProvNReader(text, ignored).document();
}

class ProvNReader {
  readonly #text: ProvNText;
  readonly #bundles = new Map<Iri, Bundle & { readonly statements: Statement[] }>();
  #scope: NameScope = nameScope(new Map());
  readonly #ignored: (loss: Loss) => void;
  #hasAnonymous = false;

  constructor(text: string, ignored: (loss: Loss) => void) {
    this.#text = new ProvNText(text);
    this.#ignored = ignored;
  }

  document(): Document {
    if (!this.#text.takesWord("document")) this.#text.failHere("the word document");
    const scope = this.#declarations();
    const statements: Statement[] = [];
    this.#statements(statements, scope);
    this.#text.end();
    const document = { prefixes: scope.declared, statements, bundles: [...this.#bundles.values()] };
    return this.#hasAnonymous ? withoutIdleIds(document) : document;
  }

  /** Reads the declarations at the start of a document or bundle, and enters their scope. */
  #declarations(outer?: NameScope): NameScope {
    const text = this.#text;
    const declared = new Map<string, string>();
    for (;;) {
      if (text.takesWord("prefix")) {
        const prefix = text.name("a prefix");
        declarePrefix(declared, prefix, text.iri(), text.fail);
      } else if (text.takesWord("default")) {
        declarePrefix(declared, "", text.iri(), text.fail);
      } else break;
    }
    this.#scope = nameScope(declared, outer);
    return this.#scope;
  }

  /** Reads up to the word that ends the document, or the bundle of this name. */
  #statements(statements: Statement[], scope: NameScope, bundle?: Iri): void {
    const text = this.#text;
    const end = bundle === undefined ? "endDocument" : "endBundle";
    for (;;) {
      const word = text.name(`a statement or ${end}`);
      if (word === end) return;
      if (word === "bundle" && bundle === undefined) this.#bundle(scope);
      else {
        const meaning = this.#meaning(word, end);
        if (meaning) this.#statement(meaning, statements);
        else {
          passArguments(text);
          this.#ignored({ reason: EXTENSION, example: word, ...(bundle !== undefined && { bundle }) });
        }
      }
    }
  }

  #bundle(outer: NameScope): void {
    const id = this.#name();
    const before = this.#bundles.get(id);
    const statements = before?.statements ?? [];
    const scope = this.#declarations(outer);
    const prefixes = { ...scope.declared, ...before?.prefixes };
    this.#bundles.set(id, { id, ...(Object.keys(prefixes).length > 0 ? { prefixes } : {}), statements });
    this.#statements(statements, scope, id);
    this.#scope = outer;
  }

  /** What a keyword means; undefined for that of an extension statement. One of PROV's own namespace that PROV does not have is misspelt. */
  #meaning(word: string, end: string): StatementWord | undefined {
    if (!word.includes(":")) {
      return statementWord(word) ?? this.#text.fail(`expected a statement or ${end}, found ${shown(word)}`);
    }
    const iri = this.#scope.expand(word, this.#text.fail);
    const known = qualifiedWord(iri);
    if (known) return known;
    if (iri.startsWith(PREFIXES.prov))
      this.#text.fail(`the statement ${shown(word)} is not one of PROV-DM, PROV-Dictionary or PROV-Links`);
    if (isAnonymous(iri)) this.#text.fail(`expected a statement or ${end}, found ${shown(word)}`);
    return undefined;
  }

  #statement({ kind, implies }: StatementWord, statements: Statement[]): void {
    const text = this.#text;
    const statement: Record<string, unknown> = { kind };
    const attributes: Attribute[] = implies ? [implies] : [];
    text.expect("(");
    const formal = formalAttributes(kind);
    let place = 0;
    let several: readonly KeyEntityPair[] | undefined;
    let isOpen = true;
    if (isElementKind(kind)) {
      statement.id = this.#name();
      isOpen = this.#comma();
    } else {
      const first = text.takesMarker() ? undefined : this.#name();
      if (text.takes(";")) {
        if (first !== undefined) statement.id = first;
      } else {
        const [name] = formal[place++] as (typeof formal)[number];
        if (first !== undefined) statement[name] = first;
        isOpen = this.#comma();
      }
    }
    for (; isOpen; isOpen = this.#comma()) {
      if (text.takes("[")) {
        this.#attributes(attributes);
        text.expect(")");
        break;
      }
      const next = formal[place++];
      if (next === undefined) text.failHere(place > 1 || isElementKind(kind) ? "attributes in [ ]" : "an argument");
      const [name, type] = next as (typeof formal)[number];
      if (kind === "hadDictionaryMember" && name === "entity" && text.next() === "{") {
        several = this.#set(() => this.#pair());
        place++;
      } else if (!text.takesMarker()) statement[name] = this.#argument(type);
    }
    if (attributes.length > 0) statement.attributes = attributes;
    if (!several || several.length === 0) statements.push(statement as unknown as Statement);
    else for (const pair of several) statements.push({ ...statement, ...pair } as unknown as Statement);
  }

  /** Whether a further argument comes: a comma, not the bracket that ends the statement. */
  #comma(): boolean {
    if (this.#text.takes(",")) return true;
    this.#text.expect(")", ", or )");
    return false;
  }

  #argument(kind: FormalKind): unknown {
    if (isNameKind(kind)) return this.#name();
    if (kind === "time") return this.#text.time();
    if (kind === "key") return this.#value();
    return kind === "keySet" ? this.#set(() => this.#value()) : this.#set(() => this.#pair());
  }

  #set<T>(read: () => T): T[] {
    const text = this.#text;
    const found: T[] = [];
    text.expect("{");
    if (text.takes("}")) return found;
    do found.push(read());
    while (text.takes(","));
    text.expect("}", ", or }");
    return found;
  }

  #pair(): KeyEntityPair {
    this.#text.expect("(", "( before a key");
    const key = this.#value();
    this.#text.expect(",");
    const entity = this.#name();
    this.#text.expect(")");
    return { key, entity };
  }

  #attributes(attributes: Attribute[]): void {
    const text = this.#text;
    if (text.takes("]")) return;
    do {
      const name = this.#scope.expand(text.name("the name of an attribute"), text.fail);
      if (isAnonymous(name)) text.fail("the name of an attribute cannot be anonymous");
      text.expect("=");
      attributes.push([name, this.#value()]);
    } while (text.takes(","));
    text.expect("]", ", or ]");
  }

  #value(): Value {
    const text = this.#text;
    const next = text.next();
    if (next === "'") return { iri: this.#reference(text.quotedName()) };
    if (next !== '"') return { value: text.integer(), type: XSD_INT };
    const lexical = text.string();
    const language = text.language();
    const type = text.takes("%%") ? this.#datatype() : undefined;
    return literalValue(lexical, type, language, this.#reference, text.fail);
  }

  #datatype(): Iri {
    const text = this.#text;
    return text.next() === "<" ? text.iri() : this.#scope.expand(text.name("a datatype"), text.fail);
  }

  #name(): Iri {
    return this.#reference(this.#text.name("an identifier"));
  }

  readonly #reference = (name: string): Iri => {
    const iri = this.#scope.expand(name, this.#text.fail);
    if (isAnonymous(iri)) this.#hasAnonymous = true;
    return iri;
  };
}

const EXTENSION = "a statement with a keyword of another namespace is part of no PROV-DM statement";
const XSD_INT = `${PREFIXES.xsd}int`;
