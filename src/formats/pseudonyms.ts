import { type Bundle, type Document, statementsOf } from "../model/document.ts";
import { PREFIXES, PROVML } from "../model/names.ts";
import { formalAttributes, isNameKind } from "../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../model/statement.ts";

/** Who or what a pseudonym stands for. */
export type PseudonymKind = "user" | "host" | "path";

/** Gives a name that tells nothing of the text, and is the same for the same text: letters, digits and `-`, starting with a letter. */
export type Pseudonym = (kind: PseudonymKind, text: string) => string;

/**
 * The document fit for strangers: users, hosts and paths are replaced by pseudonyms, wherever they occur. Users are the agents that are no
 * software and no organization, with all that is said of them; hosts what PROV-ML calls so; paths what it calls so, and whatever
 * looks like an absolute path, a file: IRI, a mail or an IP address in any text. Names of users and hosts found so are replaced in every other text and IRI too.
 * Digests, times, numbers and the shape of the graph stay. What else a text tells (a label, an argument of a command), it still tells.
 */
export function pseudonymised(document: Document, pseudonym: Pseudonym): Document {
  const veil = veilFor(document, pseudonym);
  const cover = (statements: readonly Statement[]) => statements.map((one) => coverStatement(one, veil));
  const bundles = document.bundles.map(({ id, prefixes, statements }): Bundle => {
    const covered = { id: veil.iri(id), statements: cover(statements) };
    return prefixes === undefined ? covered : { ...covered, prefixes: coverPrefixes(prefixes, veil) };
  });
  return { prefixes: coverPrefixes(document.prefixes, veil), statements: cover(document.statements), bundles };
}

interface Veil {
  readonly pseudonym: Pseudonym;
  /** Whose statements tell who somebody, or which host something is. */
  readonly subjects: ReadonlyMap<Iri, PseudonymKind>;
  iri(iri: Iri): Iri;
  text(text: string): string;
}

const { prov, rdfs } = PREFIXES;
const NOT_PERSONS: ReadonlySet<string> = new Set([`${prov}SoftwareAgent`, `${prov}Organization`, `${PROVML}Software`]);
const HOST = `${PROVML}Host`;
const LABELS: ReadonlySet<string> = new Set([`${prov}label`, `${rdfs}label`]);
const PATHS: ReadonlySet<string> = new Set(
  ["path", "rootDirectory", "manifest", "obstacle"].map((name) => PROVML + name),
);
const VARIABLE = `${PROVML}variable`;
/** Variables of schedulers whose values are made of hosts, users or paths. */
const TELLING_VARIABLE = /^(\w*(?:HOST|NODE|USER|ACCOUNT|DIR|PATH|ADDR|_IP)\w*)=/;

function veilFor(document: Document, pseudonym: Pseudonym): Veil {
  const subjects = new Map<Iri, PseudonymKind>();
  const known = [...statementsOf(document)];
  for (const one of known) {
    const types = (one.attributes ?? []).flatMap(([name, value]) => (name === `${prov}type` ? [iriOf(value)] : []));
    if (one.kind === "agent" && !types.some((type) => NOT_PERSONS.has(type))) subjects.set(one.id, "user");
    if (one.kind === "entity" && types.includes(HOST)) subjects.set(one.id, "host");
  }
  // Whoever stands where an agent does is one (PROV-CONSTRAINTS 50), described or not.
  for (const one of known) {
    const values = one as unknown as Readonly<Record<string, Iri | undefined>>;
    for (const [name, kind] of formalAttributes(one.kind)) {
      const id = kind === "agent" ? values[name] : undefined;
      if (id !== undefined && !subjects.has(id)) subjects.set(id, "user");
    }
  }
  // An agent may be described twice, once with its type.
  for (const one of known) {
    const isSoftware = (one.attributes ?? []).some(([, value]) => NOT_PERSONS.has(iriOf(value)));
    if (isSoftware && one.id !== undefined && subjects.get(one.id) === "user") subjects.delete(one.id);
  }
  const words = new Map<string, PseudonymKind>();
  for (const { id, attributes } of known) {
    const kind = id === undefined ? undefined : subjects.get(id);
    if (kind === undefined) continue;
    for (const [, value] of attributes ?? []) {
      const text = textOf(value);
      if (text !== undefined && text.length >= SHORTEST_WORD) words.set(text, kind);
    }
  }
  const text = textVeil(words, pseudonym);
  return {
    pseudonym,
    subjects,
    text,
    iri(iri) {
      const kind = subjects.get(iri);
      if (kind !== undefined) return iri.startsWith("_:") ? iri : `urn:provml:${pseudonym(kind, iri)}`;
      if (/^file:/i.test(iri)) return `urn:provml:${pseudonym("path", iri)}`;
      const covered = text(iri);
      return covered === iri || /^[A-Za-z][\w+.-]*:/.test(covered) ? covered : `urn:provml:${pseudonym("path", iri)}`;
    },
  };
}

/** Shorter names are parts of too many words. */
const SHORTEST_WORD = 3;

function textVeil(words: ReadonlyMap<string, PseudonymKind>, pseudonym: Pseudonym): (text: string) => string {
  const longestFirst = [...words].sort(([a], [b]) => b.length - a.length);
  const patterns = longestFirst.map(
    ([word, kind]) => word.replace(/[^\w\s]/g, "\\$&") + (kind === "host" ? DOMAIN : ""),
  );
  const anyWord =
    words.size === 0 ? undefined : new RegExp(`(?<![A-Za-z0-9])(?:${patterns.join("|")})(?![A-Za-z0-9])`, "g");
  return (text) => {
    let covered = text
      .replace(MAIL, (found) => pseudonym("user", found))
      .replace(FILE_IRI, (found) => pseudonym("path", found))
      .replace(ABSOLUTE_PATH, (found) => pathPseudonym(found, pseudonym))
      .replace(IP_ADDRESS, (found) => pseudonym("host", found));
    if (anyWord) covered = covered.replace(anyWord, (found) => pseudonym(words.get(found) ?? "host", found));
    return covered;
  };
}

/** What may follow the name of a host. */
const DOMAIN = "(?:\\.[A-Za-z0-9-]+)*";
/** The last part of a domain has letters only, unlike the version in `name@1.0.0`. */
const MAIL = /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,63}(?![\w.-])/g;
const FILE_IRI = /\bfile:\/\/\S+/gi;
/** From the root of a POSIX or Windows file system or a home, two parts deep at least; not the path of a URL. */
const ABSOLUTE_PATH = /(?<![\w/.~-])(?:~?\/[\w.@+~ -]{1,255}(?=\/)|[A-Za-z]:\\|\\\\[\w.-]{1,255}\\)[^\s"'<>|;,()]*/g;
const IP_ADDRESS = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g;

function pathPseudonym(path: string, pseudonym: Pseudonym): string {
  const [extension = ""] = /\.[A-Za-z0-9]{1,8}$/.exec(path) ?? [];
  return pseudonym("path", path) + extension;
}

function coverStatement(statement: Statement, veil: Veil): Statement {
  const covered: Record<string, unknown> = { ...statement };
  if (statement.id !== undefined) covered.id = veil.iri(statement.id);
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = covered[name];
    if (value === undefined) continue;
    if (isNameKind(kind)) covered[name] = veil.iri(value as Iri);
    else if (kind === "key") covered[name] = coverValue(value as Value, veil);
    else if (kind === "keySet") covered[name] = (value as readonly Value[]).map((one) => coverValue(one, veil));
    else if (kind === "keyEntitySet") {
      covered[name] = (value as readonly KeyEntityPair[]).map((pair) => ({
        key: coverValue(pair.key, veil),
        entity: veil.iri(pair.entity),
      }));
    }
  }
  if (statement.attributes) covered.attributes = coverAttributes(statement, statement.attributes, veil);
  return covered as unknown as Statement;
}

function coverAttributes({ id }: Statement, attributes: readonly Attribute[], veil: Veil): Attribute[] {
  const kind = id === undefined ? undefined : veil.subjects.get(id);
  const names = new Set(
    attributes.flatMap(([name, value]) => (PATHS.has(name) ? [baseName(textOf(value) ?? "")] : [])),
  );
  return attributes.map(([name, value]): Attribute => {
    const text = textOf(value);
    if (text === undefined) return [veil.iri(name), coverValue(value, veil)];
    // All that is said of a person or a host tells which one it is.
    if (kind !== undefined && !name.startsWith(`${prov}value`)) return [name, veil.pseudonym(kind, text)];
    if (PATHS.has(name) || (LABELS.has(name) && names.has(text))) return [name, pathPseudonym(text, veil.pseudonym)];
    const [, variable] = (name === VARIABLE && TELLING_VARIABLE.exec(text)) || [];
    if (variable !== undefined) return [name, `${variable}=${veil.pseudonym("host", text)}`];
    return [veil.iri(name), coverValue(value, veil)];
  });
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function coverValue(value: Value, veil: Veil): Value {
  if (typeof value === "string") return veil.text(value);
  if (typeof value !== "object") return value;
  if ("iri" in value) return { iri: veil.iri(value.iri) };
  return { ...value, value: veil.text(value.value) };
}

function coverPrefixes<T extends Readonly<Record<string, string>>>(prefixes: T, veil: Veil): Record<string, string> {
  // A prefix that would tell something is left out; names that need it are written with one that does not.
  return Object.fromEntries(Object.entries(prefixes).filter(([, namespace]) => veil.iri(namespace) === namespace));
}

function iriOf(value: Value): string {
  return typeof value === "object" && "iri" in value ? value.iri : "";
}

function textOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "object" && "value" in value ? value.value : undefined;
}
