import { literalOf } from "./literals.ts";
import { formalAttributes, isNameKind } from "./relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "./statement.ts";

/** How a key spells an identifier: itself, or for an anonymous one what stands for it. */
export type Spell = (id: Iri) => string;

const itself: Spell = (id) => id;

/**
 * A string that two statements share exactly when they say the same: attributes in any order and each once, values by their RDF literal. Every
 * part is written with its length, so that no text can imitate another part.
 */
export function statementKey(statement: Statement, spell: Spell = itself): string {
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  let key = statement.kind;
  key += statement.id === undefined ? "|" : part(spell(statement.id));
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = values[name];
    if (value === undefined) key += "|";
    else if (isNameKind(kind)) key += part(spell(value as Iri));
    else if (kind === "key") key += valueKey(value as Value, spell);
    else if (kind === "keySet") key += sorted((value as readonly Value[]).map((one) => valueKey(one, spell)));
    else if (kind === "keyEntitySet")
      key += sorted((value as readonly KeyEntityPair[]).map((one) => pairKey(one, spell)));
    else key += part(String(value));
  }
  const { attributes } = statement;
  return attributes?.length ? `${key}[${sorted(attributes.map((one) => attributeKey(one, spell)))}` : key;
}

function sorted(keys: string[]): string {
  if (keys.length === 1) return part(keys[0] as string);
  return part([...new Set(keys)].sort().join(""));
}

function attributeKey([name, value]: Attribute, spell: Spell): string {
  return part(name) + valueKey(value, spell);
}

function pairKey({ key, entity }: KeyEntityPair, spell: Spell): string {
  return valueKey(key, spell) + part(spell(entity));
}

function valueKey(value: Value, spell: Spell): string {
  if (typeof value === "object" && "iri" in value) return `<${part(spell(value.iri))}`;
  const { lexical, type, language } = literalOf(value);
  return language === undefined ? part(lexical) + part(type) : `@${part(language.toLowerCase())}${part(lexical)}`;
}

function part(text: string): string {
  return `|${text.length}:${text}`;
}
