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
  /**
   * The query of the Graph Store's URL for writes: Oxigraph loads twice as fast without a transaction. What a request that
   * breaks off leaves behind is part of what comes again, so nothing is lost by it.
   */
  readonly bulk?: string;
  /** Bytes of N-Quads in one request. */
  readonly mostBytes: number;
  /**
   * Where the union of all graphs is, each triple once. `default`: provml writes each triple into the default graph too;
   * an IRI: into this graph too; `server`: the server's default graph, whatever that holds.
   */
  readonly union: Union;
  /** The name of the union for `default-graph-uri`, where the server's own default graph is another one. */
  readonly serverUnion?: string;
  /** Goes with each query, for a server that can stop one by itself: the name of a parameter and its unit. */
  readonly timeout?: { readonly name: string; readonly perSecond: number };
  /** Whether it forgets a VALUES of one IRI at the start of a path: see union-query.ts. */
  readonly losesValues?: true;
  /** What the text of an update is called in a form, where it is not `update`. */
  readonly updateField?: "query";
  /** How answers are written, where the usual types are not exact: see virtuoso-turtle.ts. */
  readonly answers?: "virtuoso-turtle";
  /**
   * The lexical forms of a datatype of XSD whose value it keeps. Another one is stored under a datatype of its own
   * ({@link UNKEPT}), which no server touches, and comes back as it was.
   */
  readonly keeps?: Readonly<Record<string, RegExp>>;
  /** What it says to a write, beside statuses of 4xx, where the same write would fail again. */
  readonly refusal?: RegExp;
  /** What it says when a query took longer than the server's own limit. */
  readonly overtime?: RegExp;
  /** How many triples it gives at most without saying that there are more: a query for `?n`, and the option's name. */
  readonly mostTriples?: { readonly query: string; readonly option: string };
  /** What it makes of values; what it does not name comes back as it was written. */
  readonly canonicalises: string;
}

/** A graph of provml's own is one among the named graphs, so questions about `GRAPH ?g` must leave it out, and the server's own with it. */
/** Before the datatype of a literal that the server would alter. */
export const UNKEPT = "urn:provml:as:";

export type Union = "default" | "server" | { readonly graph: string; readonly besides: readonly string[] };

const MEGABYTE = 1_000_000;

/** SPARQL 1.1 as it is written, without a guess. */
const UNTRIED = {
  product: "another SPARQL 1.1 server",
  tried: undefined,
  sign: undefined,
  ask: "",
  update: "",
  graphStore: "",
  writes: "insert",
  mostBytes: MEGABYTE,
  union: "server",
  canonicalises: "unknown",
} as const satisfies Dialect;

export const DIALECTS = {
  virtuoso: {
    product: "Virtuoso",
    tried: "7.2.5.1",
    sign: ["server", /^virtuoso\b/i],
    ask: "sparql",
    update: "sparql",
    graphStore: "sparql-graph-crud",
    withCredentials: { ask: "sparql-auth", update: "sparql-auth", graphStore: "sparql-graph-crud-auth" },
    writes: "graphs",
    mostBytes: 8 * MEGABYTE,
    union: {
      graph: "urn:provml:union",
      besides: [
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
        "http://www.w3.org/2002/07/owl#",
        "http://localuriqaserver/sparql",
        "http://localhost:8890/sparql",
        "http://localhost:8890/DAV/",
      ],
    },
    timeout: { name: "timeout", perSecond: 1000 },
    losesValues: true,
    updateField: "query",
    answers: "virtuoso-turtle",
    keeps: {
      integer: /^[+-]?\d{1,30}$/,
      decimal: /^[+-]?\d{1,20}(?:\.\d{0,15})?$/,
      dateTime: /^(?!0000)\d{4,5}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?$/,
      time: /^\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?$/,
      duration: /^-?P[^.]*$/,
      dayTimeDuration: /^-?P[^.]*$/,
    },
    refusal: /Error (?:22|37)\d{3}\b/,
    overtime: /S1T00|estimated execution time/i,
    mostTriples: {
      query: "SELECT (bif:virtuoso_ini_item_value('SPARQL', 'ResultSetMaxRows') AS ?n) {}",
      option: "ResultSetMaxRows",
    },
    canonicalises:
      "decimals that are also doubles into xsd:double, xsd:duration into seconds; computed booleans are 1 and 0",
  },
  fuseki: {
    product: "Apache Jena Fuseki",
    tried: "5.6.0",
    sign: ["fuseki-request-id", /./],
    ask: "query",
    update: "update",
    graphStore: "data",
    writes: "quads",
    mostBytes: 16 * MEGABYTE,
    union: "default",
    serverUnion: "urn:x-arq:UnionGraph",
    timeout: { name: "timeout", perSecond: 1 },
    overtime: /timed out|timeout/i,
    canonicalises: "integers, decimals and times with superfluous digits",
  },
  oxigraph: {
    product: "Oxigraph server",
    tried: "0.5.13",
    sign: ["server", /^oxigraph\b/i],
    ask: "query",
    update: "update",
    graphStore: "store",
    bulk: "no_transaction",
    writes: "quads",
    mostBytes: 16 * MEGABYTE,
    union: "default",
    canonicalises: "numbers and times into their canonical form",
  },
  graphdb: {
    ...UNTRIED,
    product: "GraphDB",
    sign: ["server", /^graphdb\b/i],
    update: "statements",
    graphStore: "statements",
    writes: "quads",
    mostBytes: 4 * MEGABYTE,
  },
  rdf4j: {
    ...UNTRIED,
    product: "RDF4J Server",
    sign: ["server", /^rdf4j\b/i],
    update: "statements",
    graphStore: "statements",
    writes: "quads",
    mostBytes: 4 * MEGABYTE,
    timeout: { name: "timeout", perSecond: 1 },
  },
  allegrograph: {
    ...UNTRIED,
    product: "AllegroGraph",
    sign: ["server", /^allegroserve\b/i],
    update: "statements",
    graphStore: "statements",
    writes: "quads",
    mostBytes: 4 * MEGABYTE,
    timeout: { name: "timeout", perSecond: 1 },
  },
  stardog: {
    ...UNTRIED,
    product: "Stardog",
    sign: ["server", /^stardog\b/i],
    ask: "query",
    update: "update",
    serverUnion: "tag:stardog:api:context:all",
    timeout: { name: "timeout", perSecond: 1000 },
  },
  neptune: {
    ...UNTRIED,
    product: "Amazon Neptune",
    sign: ["server", /^neptune\b/i],
    ask: "sparql",
    update: "sparql",
    graphStore: "sparql/gsp",
  },
  sparql11: UNTRIED,
} as const satisfies Readonly<Record<string, Dialect>>;

export type DialectName = keyof typeof DIALECTS;

export function isDialectName(name: string): name is DialectName {
  return Object.hasOwn(DIALECTS, name);
}
