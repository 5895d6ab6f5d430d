/**
 * What is different about each SPARQL 1.1 server. The first three are tried by `npm run test:servers`; the others are
 * written down from their documentation and marked so.
 */
export interface Dialect {
  readonly product: string;
  /** The version that the contract was tried on; undefined for what was never tried. */
  readonly tried: string | undefined;
  /** The answer's header by which a server gives itself away. */
  readonly sign: readonly [header: string, value: RegExp] | undefined;
  /** Below the address of the store: where to ask, where to update, and the Graph Store. */
  readonly ask: string;
  readonly update: string;
  readonly graphStore: string;
  /** What these are where credentials are given, if something else. */
  readonly withCredentials?: { readonly ask: string; readonly update: string; readonly graphStore: string };
  /**
   * How quads get in. `quads`: N-Quads by POST to the Graph Store; `graphs`: N-Triples by POST, one request a graph;
   * `insert`: INSERT DATA with GRAPH.
   */
  readonly writes: "quads" | "graphs" | "insert";
  /** Bytes of N-Quads in one request. */
  readonly mostBytes: number;
  /**
   * Where the union of all graphs is, each triple once. `default`: provml writes each triple into the default graph too;
   * an IRI: into this graph too; `server`: the server's default graph, whatever that holds.
   */
  readonly union: Union;
  /** Goes with each query, for a server that can stop one by itself: the name of a parameter and its unit. */
  readonly timeout?: { readonly name: string; readonly perSecond: number };
  /** Media types to ask each form in, where the usual ones are not exact. */
  readonly selectType?: string;
  readonly graphType?: string;
  /** Put in front of each query, in its first line. */
  readonly preamble?: string;
  /** An answer to a write, other than 4xx, that the same write would get again. */
  readonly refusal?: RegExp;
  /** What it makes of values; what it does not name comes back as it was written. */
  readonly canonicalises: string;
}

export type Union = "default" | "server" | { readonly graph: string };

const MEGABYTE = 1_000_000;

export const DIALECTS = {
  fuseki: {
    product: "Apache Jena Fuseki",
    tried: "5.6.0",
    sign: ["fuseki-request-id", /./],
    ask: "query",
    update: "update",
    graphStore: "data",
    writes: "quads",
    mostBytes: 8 * MEGABYTE,
    union: "default",
    timeout: { name: "timeout", perSecond: 1 },
    canonicalises: "integers, decimals and times with superfluous digits",
  },
  oxigraph: {
    product: "Oxigraph server",
    tried: "0.5.13",
    sign: ["server", /^oxigraph\b/i],
    ask: "query",
    update: "update",
    graphStore: "store",
    writes: "quads",
    mostBytes: 4 * MEGABYTE,
    union: "default",
    canonicalises: "numbers and times into their canonical form",
  },
  sparql11: {
    product: "another SPARQL 1.1 server",
    tried: undefined,
    sign: undefined,
    ask: "query",
    update: "update",
    graphStore: "data",
    writes: "insert",
    mostBytes: MEGABYTE,
    union: "server",
    canonicalises: "unknown",
  },
} as const satisfies Readonly<Record<string, Dialect>>;

export type DialectName = keyof typeof DIALECTS;

export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(DIALECTS, name);
}
