import { anyName, NO_RULES, type SecretRules, secretRules, withoutAllowed } from "./secret-rules.ts";
import {
  AFTER_WORDS,
  COUNT,
  COUNTED,
  KEY,
  LAST_WORDS,
  LOGIN,
  LOGIN_FLAG,
  REDACTED,
  SECRET_ENDING,
  SECRET_LISTS,
  SECRET_PAIRS,
  SECRET_WORDS,
  TELLINGS,
  TEXT_NAMES,
  type Telling,
  URL_TELLINGS,
} from "./secret-shapes.ts";

export { REDACTED } from "./secret-shapes.ts";

let rules: SecretRules = NO_RULES;
const added = new Set<string>();

/** Rules that a program adds, for all of the process from now on: what one of its instances calls a secret no other one writes. */
export function addSecretRules(more: readonly string[]): void {
  const fresh = more.filter((rule) => !added.has(rule));
  if (fresh.length === 0) return;
  for (const rule of fresh) added.add(rule);
  rules = secretRules(fresh, rules) ?? rules;
  KNOWN_NAMES.clear();
  CLEAN_NAMES.clear();
}

/** Whether a name says that its value is a secret: `dbPassword`, `API_KEY`, `auth-token`; not `max_tokens` or `tokenizer`. */
export function isSecretName(name: string): boolean {
  return secrecy(name) !== "none";
}

/** The same for numbers, of which `padToken` and its like are no secrets. */
export function isSecretNumberName(name: string): boolean {
  return secrecy(name) === "any";
}

/** Which values under a name are secrets. Steps take the same names again and again, so each is looked at once. */
function secrecy(name: string): Secrecy {
  let known = KNOWN_NAMES.get(name);
  if (known === undefined) {
    known = judge(name);
    if (KNOWN_NAMES.size >= MOST_KNOWN_NAMES) KNOWN_NAMES.clear();
    KNOWN_NAMES.set(name, known);
  }
  return known;
}

type Secrecy = "any" | "text" | "none";

const KNOWN_NAMES = new Map<string, Secrecy>();
const MOST_KNOWN_NAMES = 10_000;

function judge(given: string): Secrecy {
  if (cleanName(given) !== given) return "any"; // whoever looks up something by its key
  if (anyName(rules.names, given)) return "any";
  const name = withoutAllowed(rules, given);
  const letters = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
  const words: readonly string[] = letters.match(/[a-z]+/g) ?? [];
  const isSecret = words.some((word) => SECRET_WORDS.has(word) || SECRET_WORDS.has(word.replace(/s$/, "")));
  if (isSecret || SECRET_PAIRS.test(words.join("_"))) return "any";
  const last = words.findLast((word) => !AFTER_WORDS.has(word)) ?? "";
  const isText = LAST_WORDS.has(last) || words.some((word) => SECRET_ENDING.test(word));
  return isText || SECRET_LISTS.test(words.join("_")) || TEXT_NAMES.has(name.toLowerCase()) ? "text" : "none";
}

/** A name of a step, series, role or value: keys and user information in it are replaced, and nothing that words may mean. */
export function cleanName(name: string): string {
  if (name.length < SHORTEST_SECRET && rules.forms.length === 0) return name;
  let clean = CLEAN_NAMES.get(name);
  if (clean === undefined) {
    clean = settled(name, cleanedOnce);
    if (CLEAN_NAMES.size >= MOST_KNOWN_NAMES) CLEAN_NAMES.clear();
    if (name.length <= LONGEST_KNOWN_NAME) CLEAN_NAMES.set(name, clean);
  }
  return clean;
}

/** No shorter text tells one: `pwd=abcd`. */
const SHORTEST_SECRET = 8;
const LONGEST_KNOWN_NAME = 1024;
const CLEAN_NAMES = new Map<string, string>();

/** The text with everything that looks like a key, a token or a URL's user information replaced; what is clean stays as it is. */
export function redact(text: string): string {
  return text.length < SHORTEST_SECRET && rules.forms.length === 0 ? text : settled(text, redactedOnce);
}

/** What one replacement leaves may begin where another one ends; no text takes more than a few rounds. */
function settled(text: string, once: (text: string) => string): string {
  let clean = once(text);
  for (let last = text, round = 0; clean !== last && round < MOST_ROUNDS; round++) {
    last = clean;
    clean = once(last);
  }
  return clean;
}
const MOST_ROUNDS = 8;

function cleanedOnce(name: string): string {
  let clean = name.replace(KEY, hidden);
  for (const form of rules.forms) clean = clean.replace(form, hidden);
  for (const telling of URL_TELLINGS) clean = told(clean, telling);
  return clean;
}

function redactedOnce(text: string): string {
  let clean = text;
  for (const telling of TELLINGS) clean = told(clean, telling);
  for (const telling of rules.tellings) clean = told(clean, telling);
  return cleanedOnce(clean);
}

function told(text: string, { pattern, needs }: Telling): string {
  const isPossible = needs === undefined || needs.some((part) => text.includes(part));
  return isPossible ? text.replace(pattern, keepName) : text;
}

/** The replacement of a telling's match, of which the first group stays. The last two arguments are where it stands and the whole text. */
function keepName(match: string, name: string, ...more: readonly unknown[]): string {
  if (isAllowedForm(match.slice(name.length))) return match;
  const { allowedNames } = rules;
  if (allowedNames.length === 0) return `${name}${REDACTED}`;
  const [at, text] = more.slice(-2) as [number, string];
  const end = at + name.length;
  const [, word] = /([\w.-]+)\W*$/.exec(text.slice(Math.max(0, end - LONGEST_NAME), end)) ?? [];
  return word !== undefined && anyName(allowedNames, word.replace(/^-+/, "")) ? match : `${name}${REDACTED}`;
}

/** No further back does a name begin. */
const LONGEST_NAME = 256;

function hidden(match: string): string {
  return match === REDACTED || isAllowedForm(match) ? match : REDACTED;
}

function isAllowedForm(text: string): boolean {
  return rules.allowedForms.some((form) => text.search(form) >= 0);
}

/** A command line with the values of secret-looking flags and variables (`--token x`, `--token=x`, `API_KEY=x`) replaced, and with what looks secret anywhere. */
export function redactArguments(args: readonly string[]): string[] {
  let before = "";
  return args.map((argument) => {
    const [, name, value] = /^(-*[A-Za-z_][\w.-]*)=(.*)$/s.exec(argument) ?? [];
    const flag = name ?? argument;
    const isFlag = flag.startsWith("-") && /^-+[A-Za-z][\w.-]*$/.test(flag);
    const previous = before;
    before = isFlag && name === undefined ? argument : "";
    if (name !== undefined && isSecretValue(name, value ?? "")) return `${name}=${REDACTED}`;
    // A secret may begin with one hyphen, not with two, which a login never does.
    if (previous !== "" && isSecretValue(previous, argument) && !argument.startsWith("--")) return REDACTED;
    return redact(argument).replace(LOGIN, `$1$2:${REDACTED}@`);
  });
}

function isSecretValue(flag: string, value: string): boolean {
  if (LOGIN_FLAG.test(flag) && value.includes(":")) return true;
  const name = flag.replace(/^-+/, "");
  const known = secrecy(name);
  if (known === "any") return true;
  return COUNTED.test(withoutAllowed(rules, name)) ? !COUNT.test(value) : known === "text";
}
