import { ProvenanceError } from "../model/error.ts";
import type { QueryForm } from "./results.ts";

/** What a query asks of a store, read from its words only: the engine parses it. */
export interface QueryText {
  readonly form: QueryForm;
  /** Whether it names graphs: GRAPH, FROM or FROM NAMED. */
  readonly namesGraphs: boolean;
  /** How many graphs its FROM clauses merge into its default graph. */
  readonly fromCount: number;
}

/**
 * Refuses what no store may be asked for: an update, or a SERVICE that would send the query elsewhere. A query whose form
 * cannot be seen counts as a SELECT, so that the engine says what is wrong with it.
 * @throws {ProvenanceError} `bad-query`
 */
export function readQueryText(sparql: string): QueryText {
  if (sparql.length > LONGEST_QUERY) {
    throw new ProvenanceError("bad-query", `the query is longer than ${LONGEST_QUERY} characters; ask it in parts`);
  }
  const { words, glued } = readWords(sparql);
  // Section 19.2 lets \u0053 stand for S anywhere, and some engines decode it before they parse: read it both ways.
  const all = sparql.includes("\\") ? [...words, ...readWords(decodeEscapes(sparql)).words] : words;
  if (all.includes("DEFINE")) {
    throw new ProvenanceError("bad-query", "the query has a define of Virtuoso, which may reach beyond the store");
  }
  const refused = all.find((word) => REFUSED.has(word));
  if (refused === "SERVICE") {
    throw new ProvenanceError(
      "bad-query",
      "the query has a SERVICE clause; only what this store holds can be asked for",
    );
  }
  if (refused) {
    throw new ProvenanceError(
      "bad-query",
      `the query has ${refused}, which changes a store; only questions can be asked`,
    );
  }
  const form = FORMS.get(words.find((word) => FORMS.has(word)) ?? "") ?? "select";
  const fromCount = words.filter((word, index) => word === "FROM" && words[index + 1] !== "NAMED").length;
  return { form, namesGraphs: glued || words.includes("GRAPH") || words.includes("FROM"), fromCount };
}

/** Far more than anyone writes; what reads the words is made for it. */
export const LONGEST_QUERY = 1_000_000;

const FORMS = new Map<string, QueryForm>([
  ["SELECT", "select"],
  ["ASK", "ask"],
  ["CONSTRUCT", "graph"],
  ["DESCRIBE", "graph"],
]);

/** None of these is a word of the query language outside SERVICE clauses and updates. */
const REFUSED = new Set([
  "SERVICE",
  "INSERT",
  "DELETE",
  "LOAD",
  "CLEAR",
  "CREATE",
  "DROP",
  "COPY",
  "MOVE",
  "ADD",
  "WITH",
]);

const NAME = "\\p{L}\\p{N}_\\-\\u00b7";
/** What a query is made of besides punctuation: its matches are the places where a brace is no brace. */
export const TOKEN = new RegExp(
  [
    "#[^\\n\\r]*", // comment
    '<[^\\u0000-\\u0020<>"{}|^`]*>', // IRI; a comparison such as ?a<?b is none, unless the grammar says so too
    '"""(?:"{0,2}(?:[^"\\\\]|\\\\[^]))*"""',
    "'''(?:'{0,2}(?:[^'\\\\]|\\\\[^]))*'''",
    '"[^"\\\\\\n\\r]*(?:\\\\.[^"\\\\\\n\\r]*)*"',
    "'[^'\\\\\\n\\r]*(?:\\\\.[^'\\\\\\n\\r]*)*'",
    "@[A-Za-z][A-Za-z0-9-]*", // language tag
    "[?$][\\p{L}\\p{N}_\\u00b7]+", // variable
    `(?<prefix>[${NAME}.]{0,256}):(?:[${NAME}.:]|%[0-9A-Fa-f]{2}|\\\\.)*`, // prefixed name or blank node
    "(?<word>[A-Za-z]+)(?![\\p{L}\\p{N}_])",
    "[\\p{L}\\p{N}_]+",
  ].join("|"),
  "gu",
);

/** Some engines read `GRAPH:g`, which the specification makes one prefixed name, as two words. */
const GLUED = /(?:^|[.\d])(?:GRAPH|FROM)$/i;

interface Words {
  readonly words: readonly string[];
  /** Whether a prefixed name looks like GRAPH or FROM and a name. */
  readonly glued: boolean;
}

function readWords(sparql: string): Words {
  const words: string[] = [];
  let glued = false;
  for (const { groups } of sparql.matchAll(TOKEN)) {
    if (groups?.word !== undefined) words.push(groups.word.toUpperCase());
    else if (groups?.prefix) glued ||= GLUED.test(groups.prefix);
  }
  return { words, glued };
}

function decodeEscapes(sparql: string): string {
  return sparql.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/g, (whole, four?: string, eight?: string) => {
    const code = Number.parseInt((four ?? eight) as string, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
