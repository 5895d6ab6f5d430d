import { type Telling, tellingsOf } from "./secret-shapes.ts";

/*
 * What a program adds to the tables of secret-shapes.ts, and what it allows: a list of texts. `patient_id` and `*_pin` are names whose
 * values are secrets, `/MRN-\d+/` is a form of secrets; with a `!` before it, a name or a form is none. docs/configuration.md
 */

export interface SecretRules {
  readonly names: readonly RegExp[];
  readonly forms: readonly RegExp[];
  readonly allowedNames: readonly RegExp[];
  readonly allowedForms: readonly RegExp[];
  /** The same names in running text: `patient_id=…`, `--patient-id …`. */
  readonly tellings: readonly Telling[];
}

export const NO_RULES: SecretRules = { names: [], forms: [], allowedNames: [], allowedForms: [], tellings: [] };

/** The value of the option or variable as rules; undefined where it can be none. They travel in a variable, between blanks. */
export function ruleList(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list: readonly unknown[] = value;
  const isRule = (rule: unknown) => typeof rule === "string" && !/\s/.test(rule) && secretRules([rule]) !== undefined;
  return list.every(isRule) ? ([...list] as readonly string[]) : undefined;
}

/** The rules that come first and those after them. Undefined where one can be none. */
export function secretRules(rules: readonly string[], before: SecretRules = NO_RULES): SecretRules | undefined {
  const all = {
    names: [...before.names],
    forms: [...before.forms],
    allowedNames: [...before.allowedNames],
    allowedForms: [...before.allowedForms],
    tellings: [...before.tellings],
  };
  for (const rule of rules) {
    const isAllowed = rule.startsWith("!");
    const text = isAllowed ? rule.slice(1) : rule;
    const [, source, flags = ""] = /^\/(.+)\/([imsu]*)$/.exec(text) ?? [];
    if (source !== undefined) {
      const form = expression(source, `${flags}g`);
      if (form === undefined) return undefined;
      (isAllowed ? all.allowedForms : all.forms).push(form);
    } else {
      if (!/^[\w.$*-]+$/.test(text) || !/[A-Za-z0-9]/.test(text)) return undefined;
      const words = wordsOf(text.replace(/\*+/g, STAR));
      (isAllowed ? all.allowedNames : all.names).push(new RegExp(`^${words.replaceAll(STAR, "[a-z0-9_]*")}$`));
      if (!isAllowed) all.tellings.push(...namedTellings(words));
    }
  }
  return all;
}

function expression(source: string, flags: string): RegExp | undefined {
  try {
    const made = new RegExp(source, flags);
    return made.test("") ? undefined : made; // what matches nothing at all matches everywhere
  } catch {
    return undefined;
  }
}

/** A star among letters, which no word of a name holds. */
const STAR = "★";

/** In text nothing need stand before a name that begins with a star, and a star means no more than 60 letters: both keep long texts cheap. */
function namedTellings(words: string): Telling[] {
  const source = (text: string) => text.replaceAll("_", "[ ._-]?").replaceAll(STAR, "[\\w-]{0,60}");
  const name = words.startsWith(STAR) ? source(words.slice(1)) : `(?<!\\w)${source(words)}`;
  return tellingsOf(name, source(words), 1);
}

/** A name as words, in small letters and joined by `_`: `dbPassword`, `DB-PASSWORD` and `db password` are the same. */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z\d★]+/)
    .join("_");
}

/** Whether the rules speak of a name, or of one of the names in its path: `options.patient_id`. */
export function anyName(rules: readonly RegExp[], name: string): boolean {
  return rules.length > 0 && [name, ...name.split(".")].some((part) => isOne(rules, part));
}

/** The name without the parts of its path that are allowed. */
export function withoutAllowed({ allowedNames }: SecretRules, name: string): string {
  if (allowedNames.length === 0) return name;
  if (isOne(allowedNames, name)) return "";
  return name
    .split(".")
    .filter((part) => !isOne(allowedNames, part))
    .join(".");
}

function isOne(rules: readonly RegExp[], name: string): boolean {
  const words = wordsOf(name);
  return rules.some((rule) => rule.test(words));
}
