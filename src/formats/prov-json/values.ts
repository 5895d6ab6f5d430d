import { isAnonymous } from "../../model/anonymous.ts";
import { PREFIXES } from "../../model/names.ts";
import { type FormalKind, isNameKind } from "../../model/relations.ts";
import type { Iri, KeyEntityPair, TypedValue, Value } from "../../model/statement.ts";
import type { PlacedJson } from "../json/places.ts";
import { checkDateTime, literalValue } from "../literal-value.ts";
import { type NameScope, nameScope } from "../qualified-names.ts";

/** Reads what a key of PROV-JSON leads to: names, times, literals, keys of dictionaries. */
export class ProvJsonValues {
  readonly #json: PlacedJson;
  /** What names mean where the text is being read. */
  scope: NameScope = nameScope(new Map());
  /** The anonymous ids that were referred to. */
  readonly referredTo = new Set<Iri>();

  constructor(json: PlacedJson) {
    this.#json = json;
  }

  /** The value of a formal attribute; as a list too, where there is one in it. */
  formal(kind: FormalKind): unknown {
    if (kind === "key") return this.value();
    if (kind === "keySet") {
      return this.#json.kind() === "array" ? this.#json.items(() => this.value()) : [this.value()];
    }
    if (kind === "keyEntitySet") return this.pairs().map((pair) => this.#wholePair(pair));
    const read = isNameKind(kind) ? this.#name : this.#time;
    if (this.#json.kind() !== "array") return read();
    const found = this.#json.items(read);
    if (found.length > 1) this.#json.fail("expected one value, found several");
    return found[0];
  }

  names(): Iri[] {
    return this.#json.items(this.#name);
  }

  /** What a name refers to. */
  readonly reference = (name: string): Iri => {
    const iri = this.scope.expand(name, this.#json.fail);
    if (isAnonymous(iri)) this.referredTo.add(iri);
    return iri;
  };

  readonly #name = (): Iri => this.reference(this.#json.text());

  readonly #time = (): string => checkDateTime(this.#json.text(), this.#json.fail);

  value(): Value {
    const json = this.#json;
    const kind = json.kind();
    switch (kind) {
      case "string":
        return json.string();
      case "number":
        return numberValue(json.number());
      case "boolean":
        return { value: String(json.boolean()), type: `${xsd}boolean` };
      case "object":
        return this.#typed();
      case "array":
      case "null":
        return json.mismatch(kind, `a string, a number, a boolean or {"$": …, "type": …}`);
    }
  }

  /** `{"$": …, "type": …}` or `{"$": …, "lang": …}`. */
  #typed(): Value {
    const json = this.#json;
    let lexical: string | undefined;
    let type: string | undefined;
    let language: string | undefined;
    let plain: TypedValue | undefined;
    if (json.enterObject()) {
      do {
        const key = json.key();
        json.begin(key);
        const kind = json.kind();
        if (key === "$" && lexical === undefined && (kind === "number" || kind === "boolean")) {
          plain = this.value() as TypedValue;
          lexical = plain.value;
        } else {
          const text = json.text();
          if (key === "$" && lexical === undefined) lexical = text;
          else if (key === "type" && type === undefined) type = text;
          else if (key === "lang" && language === undefined) language = text;
          else json.fail(`expected one "$", and at most one "type" and one "lang"`);
        }
        json.done();
      } while (json.nextMember());
    }
    if (lexical === undefined) return json.fail(`expected "$", the value of a typed literal`);
    if (type === undefined && language === undefined) return plain ?? lexical;
    return literalValue(lexical, this.#datatype(type), language, this.reference, json.fail);
  }

  /** Key-entity pairs: a list, or an object whose keys are all of the type that `$key-datatype` names. */
  pairs(): Partial<KeyEntityPair>[] {
    const json = this.#json;
    if (json.kind() === "array") return json.items(() => this.#pair());
    const entries: [string, Iri][] = [];
    let type: string | undefined;
    json.members((key) => {
      if (key === "$key-datatype") type = json.text();
      else entries.push([key, this.#name()]);
    });
    const datatype = this.#datatype(type);
    return entries.map(([key, entity]) => ({
      key: literalValue(key, datatype, undefined, this.reference, json.fail),
      entity,
    }));
  }

  #pair(): Partial<KeyEntityPair> {
    const json = this.#json;
    let key: Value | undefined;
    let entity: Iri | undefined;
    json.members((part) => {
      if (part === "key" && key === undefined) key = this.value();
      else if (part === "$" && entity === undefined) entity = this.#name();
      else json.fail(`expected one "key" and one "$"`);
    });
    return { ...(key === undefined ? {} : { key }), ...(entity === undefined ? {} : { entity }) };
  }

  #wholePair({ key, entity }: Partial<KeyEntityPair>): KeyEntityPair {
    if (key === undefined || entity === undefined) return this.#json.fail(`expected "key" and "$" in each pair`);
    return { key, entity };
  }

  #datatype(name: string | undefined): Iri | undefined {
    return name === undefined ? undefined : this.scope.expand(name, this.#json.fail);
  }
}

const { xsd } = PREFIXES;

/** A bare number: xsd:int where it is one, xsd:integer beyond 32 bits, else xsd:double. */
function numberValue(spelling: string): TypedValue {
  if (!/^-?[0-9]+$/.test(spelling)) return { value: spelling, type: `${xsd}double` };
  const isInt = Number(spelling) === (Number(spelling) | 0);
  return { value: spelling, type: isInt ? `${xsd}int` : `${xsd}integer` };
}
