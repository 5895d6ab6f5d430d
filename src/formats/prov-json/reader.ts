import { isAnonymous } from "../../model/anonymous.ts";
import type { Bundle, Document } from "../../model/document.ts";
import { isElementKind, type Kind } from "../../model/relations.ts";
import type { Attribute, Iri, Statement } from "../../model/statement.ts";
import { PlacedJson } from "../json/places.ts";
import { declarePrefix, type NameScope, nameScope } from "../qualified-names.ts";
import { qualifiedWord, type StatementWord, statementWord } from "../statement-words.ts";
import { FORMAL_BY_IRI, type FormalKey, MEMBERS_KEY } from "./keys.ts";
import { ProvJsonValues } from "./values.ts";

/**
 * A PROV-JSON document. An object may hold a key twice, every record of it counts; `prefix` may stand anywhere.
 * @throws {ProvenanceError} `unreadable`: line and column where the text is no JSON, the path (`$.entity["ex:e1"]`) where it is no PROV-JSON.
 */
export function readProvJson(text: string): Document {
  return new ProvJsonReader(text).document();
}

/** What a key of a record is: a formal attribute, or the name of another one. */
type Slot = FormalKey | Iri;

/** The statements of a document or bundle, and where those stand that came with an anonymous id, which they get only if something refers to it. */
interface Statements {
  readonly list: Statement[];
  readonly anonymous: { readonly at: number; readonly id: Iri }[];
}

class ProvJsonReader {
  readonly #json: PlacedJson;
  readonly #values: ProvJsonValues;
  readonly #bundles = new Map<Iri, Bundle & { readonly found: Statements }>();
  #slots = new Map<Kind, Map<string, Slot>>();
  /** Of the record being read; kept, for an array that grows takes more room than it needs. */
  readonly #attributes: Attribute[] = [];

  constructor(text: string) {
    this.#json = new PlacedJson(text);
    this.#values = new ProvJsonValues(this.#json);
  }

  document(): Document {
    const found: Statements = { list: [], anonymous: [] };
    const scope = this.#container(found);
    this.#json.end();
    const bundles = Array.from(this.#bundles.values(), ({ found, ...bundle }) => {
      return { ...bundle, statements: this.#identified(found) };
    });
    return { prefixes: scope.declared, statements: this.#identified(found), bundles };
  }

  #identified({ list, anonymous }: Statements): Statement[] {
    if (this.#values.referredTo.size === 0) return list;
    for (const { at, id } of anonymous) {
      if (this.#values.referredTo.has(id)) list[at] = { ...list[at], id } as Statement;
    }
    return list;
  }

  /** Reads the document, or a bundle when there is a scope around it. */
  #container(found: Statements, outer?: NameScope): NameScope {
    const json = this.#json;
    json.expect("object");
    const start = json.offset;
    const scope = nameScope(this.#declarations(), outer);
    json.rewind(start);
    this.#enter(scope);
    let prefixes = 0;
    json.members((key) => {
      if (key === "prefix") {
        if (++prefixes > 1) json.fail("prefixes are declared twice");
        json.skip();
      } else if (key === "bundle") {
        if (outer) json.fail("a bundle cannot hold bundles");
        this.#bundlesWithin(scope);
      } else if (key === "@id") {
        json.text(); // ProvToolbox repeats the id of a bundle in it
      } else {
        this.#section(this.#word(key), found);
      }
    });
    return scope;
  }

  #enter(scope: NameScope): void {
    this.#values.scope = scope;
    this.#slots = new Map();
  }

  /** Reads the prefixes of an object, wherever in it they stand. */
  #declarations(): Map<string, string> {
    const json = this.#json;
    const declared = new Map<string, string>();
    if (!json.enterObject()) return declared;
    do {
      if (json.key() !== "prefix") {
        json.skip();
        continue;
      }
      json.begin("prefix");
      json.members((prefix) => {
        declarePrefix(declared, prefix === "default" ? "" : prefix, json.text(), json.fail);
      });
      json.done();
      break;
    } while (json.nextMember());
    return declared;
  }

  #bundlesWithin(scope: NameScope): void {
    this.#json.members((key) => {
      const id = this.#values.reference(key);
      const before = this.#bundles.get(id);
      const found = before?.found ?? { list: [], anonymous: [] };
      const prefixes = { ...this.#container(found, scope).declared, ...before?.prefixes };
      const declared = Object.keys(prefixes).length > 0 ? { prefixes } : {};
      this.#bundles.set(id, { id, ...declared, statements: found.list, found });
      this.#enter(scope);
    });
  }

  #word(key: string): StatementWord {
    const json = this.#json;
    const word = statementWord(key) ?? (key.includes(":") ? qualifiedWord(this.#values.reference(key)) : undefined);
    return word ?? json.fail("expected a kind of PROV statement, such as entity or wasGeneratedBy");
  }

  /** All statements of one kind, by their ids. */
  #section(word: StatementWord, found: Statements): void {
    const json = this.#json;
    json.members((key) => {
      const id = this.#values.scope.expand(key, json.fail);
      if (json.kind() !== "array") this.#record(word, id, found);
      else json.items(() => this.#record(word, id, found));
    });
  }

  #record({ kind, implies }: StatementWord, id: Iri, found: Statements): void {
    const json = this.#json;
    json.expect("object");
    const isNamed = !isAnonymous(id) || isElementKind(kind);
    const statement: Record<string, unknown> = isNamed ? { kind, id } : { kind };
    const attributes = this.#attributes;
    attributes.length = 0;
    if (implies) attributes.push(implies);
    let several: readonly object[] | undefined;
    let stated = 0;
    if (json.enterObject()) {
      do {
        const key = json.key();
        json.begin(key);
        const slot = this.#slot(kind, key);
        if (typeof slot === "string") this.#attribute(slot);
        else {
          if (stated & (1 << slot.place)) json.fail("is stated twice");
          stated |= 1 << slot.place;
          if (slot === MEMBERS_KEY) several = this.#values.pairs();
          else if (kind === "hadMember" && slot.name === "entity" && json.kind() === "array") {
            several = this.#values.names().map((entity) => ({ entity }));
          } else statement[slot.name] = this.#values.formal(slot.kind);
        }
        json.done();
      } while (json.nextMember());
    }
    if (attributes.length > 0) statement.attributes = attributes.slice();
    // Tools leave an empty set out.
    if (kind === "derivedByInsertionFrom") statement.keyEntitySet ??= [];
    else if (kind === "derivedByRemovalFrom") statement.keySet ??= [];
    if (several === undefined || several.length === 0) add(statement, isNamed ? undefined : id, found);
    else for (const own of several) add({ ...statement, ...own }, isNamed ? undefined : id, found);
  }

  #slot(kind: Kind, key: string): Slot {
    let slots = this.#slots.get(kind);
    if (!slots) {
      slots = new Map();
      this.#slots.set(kind, slots);
    }
    let slot = slots.get(key);
    if (slot === undefined) {
      const iri = this.#values.scope.expand(key, this.#json.fail);
      if (isAnonymous(iri)) this.#json.fail("the name of an attribute cannot be anonymous");
      slot = FORMAL_BY_IRI[kind].get(iri) ?? iri;
      if (slots.size < MOST_SLOTS) slots.set(key, slot);
    }
    return slot;
  }

  #attribute(name: Iri): void {
    const json = this.#json;
    if (json.kind() !== "array") this.#attributes.push([name, this.#values.value()]);
    else json.items(() => this.#attributes.push([name, this.#values.value()]));
  }
}

/** How many names of attributes are known by heart for each kind of statement. */
const MOST_SLOTS = 10_000;

function add(statement: object, anonymous: Iri | undefined, { list, anonymous: ids }: Statements): void {
  if (anonymous !== undefined) ids.push({ at: list.length, id: anonymous });
  list.push(statement as Statement);
}
