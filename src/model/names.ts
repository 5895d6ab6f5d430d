import { ProvenanceError } from "./error.ts";

/** The namespace of the PROV-ML ontology. */
export const PROVML = "https://w3id.org/prov-ml#";

/** Where ids go unless the user names a namespace that resolves. */
export const DEFAULT_BASE = "https://w3id.org/prov-ml/id/";

/**
 * The prefixes that stand for a namespace in every spool, notation and query of provml.
 * `x:` is added by each segment: the namespace of its execution.
 */
export const PREFIXES = {
  prov: "http://www.w3.org/ns/prov#",
  provml: PROVML,
  mls: "http://www.w3.org/ns/mls#",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
  dcterms: "http://purl.org/dc/terms/",
} as const;

export type Prefixes = Readonly<Record<string, string>>;

/** How many characters of an outside string go into an IRI before the rest is replaced by its digest. */
const LONGEST_LOCAL_NAME = 120;

/**
 * Makes any string safe as the last part of an IRI: ASCII letters, digits, `-`, `_` and inner `.` stay, all else is percent-encoded
 * as UTF-8 (RFC 3987); lone surrogates become U+FFFD. Strings over 120 characters keep a head and get their SHA-256, so that
 * different strings stay different. The one function through which outside strings enter IRIs.
 */
export function escapeLocalName(text: string): string {
  const whole = text.toWellFormed();
  if (whole.length <= LONGEST_LOCAL_NAME) return encode(whole);
  const head = whole.slice(0, LONGEST_LOCAL_NAME).toWellFormed();
  // Loaded when a long name comes: the import of provml passes here, and pays for every module.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return `${encode(head)}_${createHash("sha256").update(whole).digest("hex")}`;
}

function encode(text: string): string {
  if (PLAIN_WORD.test(text)) return text; // nearly all of them
  const encoded = encodeURIComponent(text).replace(/[!'()*~]/g, percent);
  return encoded.replace(/\.$/, "%2E");
}

const PLAIN_WORD = /^[\w-]+$/;

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** RFC 6920: the name of content by its SHA-256 (hexadecimal). */
export function contentIri(sha256: string): string {
  return `ni:///sha-256;${Buffer.from(sha256, "hex").toString("base64url")}`;
}

/** The SHA-256 (hexadecimal) that a content IRI names, or undefined for any other IRI. */
export function contentDigest(iri: string): string | undefined {
  if (!iri.startsWith(CONTENT)) return undefined;
  const digest = Buffer.from(iri.slice(CONTENT.length), "base64url");
  return digest.length === 32 ? digest.toString("hex") : undefined;
}
const CONTENT = "ni:///sha-256;";

/** The name of a git commit: a Software Heritage identifier by its SHA-1, or a gitoid by its SHA-256, for which the former have no form. */
export function commitIri(hash: string): string {
  return hash.length === 40 ? `swh:1:rev:${hash}` : `gitoid:commit:sha256:${hash}`;
}

/** The kinds of things that are named after outside strings, once for all executions below one base. */
export type DefinitionKind =
  | "hyperparameter"
  | "measure"
  | "agent"
  | "host"
  | "model"
  | "software"
  | "plan"
  | "study"
  | "algorithm"
  | "task"
  | "role"
  | "schema";

/** The qualified name of a definition, e.g. `id:measure.accuracy`. */
export function definitionName(kind: DefinitionKind, name: string): string {
  return `id:${kind}.${escapeLocalName(name)}`;
}

/** The qualified name of what is done for a study of a workflow: the same in every process and execution. */
export function studyName(workflow: string, study: string): string {
  return `id:study-execution.${escapeLocalName(workflow).replaceAll(".", "%2E")}.${escapeLocalName(study)}`;
}

/** The name that a definition was made of, when the escaping kept it whole; the local name otherwise. */
export function definedName(iri: string): string {
  const local = iri.slice(iri.lastIndexOf("/") + 1);
  return decodeURIComponent(local.slice(local.indexOf(".") + 1));
}

/** The namespace of an execution; ids in it are letter-led local names, so that each is a qualified name. */
export function executionNamespace(base: string, uuid: string): string {
  return `${base}${uuid}/`;
}

/** In an execution's namespace: its own activity, and the named graph that holds its statements. */
export const EXECUTION_ACTIVITY = "x:execution";
export const EXECUTION_GRAPH = "x:graph";
/** The graph in which every execution's graph is described as a prov:Bundle. */
export const CATALOGUE_GRAPH = "id:catalogue";
/** The graph of what people say of recorded things: tags, notes, names. */
export const CURATION_GRAPH = "id:curation";

/** In an execution's namespace: the graph of what stays known of it when it was deleted. */
export const TOMBSTONE_GRAPH = "x:tombstone";

/** What a person did in one go, and below it (`-1`, `-2`, …) what was said. */
export function curationName(uuid: string): string {
  return `${CURATION_GRAPH}.${uuid}`;
}

/** The characters that N-Triples (section 2.4 IRIREF) forbids inside `<…>`, and lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar names them
const NOT_IN_IRI = /[\u0000-\u0020<>"{}|\\^`]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Nearly all of them: an IRI in ASCII, told in one pass. */
const PLAIN_IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-[\]_a-z~]*$/;

export function isIri(text: string): boolean {
  return PLAIN_IRI.test(text) || (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && !NOT_IN_IRI.test(text));
}

/** Returns an absolute IRI as it is; anything else throws `bad-iri` and says where it came from. */
export function checkIri(text: string, where: string): string {
  if (isIri(text)) return text;
  throw new ProvenanceError(
    "bad-iri",
    `${where}: ${JSON.stringify(text.slice(0, 200))} is not an absolute IRI; give one with a scheme and no spaces or <>"{}|\\^\``,
  );
}

/**
 * Reads a qualified name as frames write it: `prefix:local` with one of the given prefixes, or `<absolute IRI>`.
 * Returns an absolute IRI; throws `bad-iri` for an unknown prefix, or where prefix and local part make none.
 */
export function expandName(name: string, prefixes: Prefixes): string {
  const known = vocabulary.get(name);
  if (known !== undefined && prefixes[known.prefix] === known.namespace) return known.iri;
  if (name.charCodeAt(0) === 60 && name.endsWith(">")) return checkIri(name.slice(1, -1), "a name in angle brackets");
  const colon = name.indexOf(":");
  const prefix = name.slice(0, colon);
  if (colon < 0 || !Object.hasOwn(prefixes, prefix)) {
    throw new ProvenanceError(
      "bad-iri",
      `${JSON.stringify(name.slice(0, 200))} is neither <IRI> nor a name with a known prefix`,
    );
  }
  const namespace = prefixes[prefix] as string;
  const local = name.slice(colon + 1);
  const iri = namespace + local;
  if (!PLAIN_LOCAL.test(local) || !isPlain(namespace)) return checkIri(iri, "a qualified name");
  if (Object.hasOwn(PREFIXES, prefix)) {
    if (vocabulary.size >= MOST_NAMES) vocabulary.clear();
    vocabulary.set(name, { prefix, namespace, iri });
  }
  return iri;
}

/** Names of vocabularies come with every statement; bounded, since they come from outside. */
const vocabulary = new Map<string, { readonly prefix: string; readonly namespace: string; readonly iri: string }>();
const MOST_NAMES = 1024;

const PLAIN_LOCAL = /^[!#-;=?-[\]_a-z~]*$/;

/** Namespaces are few, so each is looked at once; bounded, since they come from outside. */
function isPlain(namespace: string): boolean {
  let known = plainNamespaces.get(namespace);
  if (known === undefined) {
    if (plainNamespaces.size >= MOST_NAMESPACES) plainNamespaces.clear();
    known = PLAIN_IRI.test(namespace);
    plainNamespaces.set(namespace, known);
  }
  return known;
}
const plainNamespaces = new Map<string, boolean>();
const MOST_NAMESPACES = 256;

/** The shortest qualified name of an IRI under these prefixes, or undefined when none fits. */
export function shortenName(iri: string, prefixes: Prefixes): string | undefined {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && /^[A-Za-z_][\w-]*(\.[\w-]+)*$/.test(iri.slice(namespace.length))) {
      return `${prefix}:${iri.slice(namespace.length)}`;
    }
  }
  return undefined;
}
