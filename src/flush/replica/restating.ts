import { checkIri } from "../../model/names.ts";
import { isSummaryOf, SUMMARY_PREDICATES, summarisedBy } from "../../spool/summary-names.ts";
import type { Delivery } from "../../store/server/server.ts";
import type { SelectResult } from "../../store/store.ts";
import type { Replica } from "./delivery.ts";

/** A server that can be asked, and told to forget. */
export interface RestatingReplica extends Replica {
  select(sparql: string): Promise<SelectResult>;
  /** Takes what these things have of these properties out of a graph, and out of the union. */
  forget(graph: string, things: readonly string[], properties: readonly string[]): Promise<void>;
}

const MOST_ASKED = 500;

/**
 * A replica in which a series has one summary: what a server has of fewer rows goes before what is delivered, and what would be delivered of fewer rows than it has does not.
 * In a directory the earlier file is gone by then, so only the server can say what it was. Deliveries may be asked for at once; those that summarise the same series wait for each
 * other, in the order of the calls, since neither would find what the other brings.
 */
export function restating(replica: Replica | RestatingReplica): Replica {
  if (!("forget" in replica)) return replica;
  const underWay = new Map<string, Promise<void>>();
  return {
    async deliver(nquads) {
      const found = summariesIn(nquads);
      const series = [...found.own.keys(), ...found.twice];
      if (series.length === 0) return await replica.deliver(nquads);
      const before = series.map((id) => underWay.get(id));
      const answer = Promise.all(before).then(() => deliverRestated(replica, nquads, found));
      const done = answer.then(nothing, nothing);
      for (const id of series) underWay.set(id, done);
      try {
        return await answer;
      } finally {
        for (const id of series) if (underWay.get(id) === done) underWay.delete(id);
      }
    },
  };
}

function nothing(): void {}

/** What is delivered of series. */
interface Summaries {
  readonly own: ReadonlyMap<string, Summary>;
  /** The series of which copies state different summaries that nobody has settled yet. */
  readonly twice: ReadonlySet<string>;
}

async function deliverRestated(replica: RestatingReplica, nquads: Uint8Array, found: Summaries): Promise<Delivery> {
  let left: Uint8Array;
  try {
    left = await prepared(replica, nquads, found);
  } catch (error) {
    return { kind: "retry", reason: (error as Error).message };
  }
  return left.length === 0 ? { kind: "stored" } : await replica.deliver(left);
}

interface Summary {
  readonly graph: string;
  readonly rowsDigest: string;
  rowCount: number;
}

async function prepared(replica: RestatingReplica, nquads: Uint8Array, { own, twice }: Summaries): Promise<Uint8Array> {
  const behind = new Set(twice);
  const series = [...own.keys()];
  for (let from = 0; from < series.length; from += MOST_ASKED) {
    const forgotten = new Map<string, string[]>();
    for (const [id, { isAhead }] of await others(replica, own, series.slice(from, from + MOST_ASKED))) {
      const graph = own.get(id)?.graph as string;
      if (isAhead) behind.add(id);
      else forgotten.set(graph, [...(forgotten.get(graph) ?? []), plain(id)]);
    }
    for (const [graph, things] of forgotten) await replica.forget(plain(graph), things, SUMMARY_PREDICATES);
  }
  if (behind.size === 0) return nquads;
  const lines = bufferOf(nquads).toString("latin1").split("\n");
  return Buffer.from(lines.filter((line) => !isSummaryOf(line, behind)).join("\n"), "latin1");
}

/** Subjects and graphs as they stand in lines of N-Quads, in latin1. */
function summariesIn(nquads: Uint8Array): Summaries {
  const own = new Map<string, Summary>();
  const twice = new Set<string>();
  const bytes = bufferOf(nquads);
  const stated = new Map<string, string>();
  for (const line of linesWith(bytes, DIGEST_NAME)) {
    const series = summarisedBy(line);
    if (series === undefined) continue;
    if ((stated.get(series) ?? line) !== line) twice.add(series);
    stated.set(series, line);
    const [, rowsDigest, graph] = DIGEST.exec(line) ?? [];
    if (rowsDigest !== undefined && graph !== undefined) own.set(series, { graph, rowsDigest, rowCount: 0 });
  }
  for (const id of twice) own.delete(id);
  if (own.size === 0) return { own, twice };
  for (const line of linesWith(bytes, COUNT_NAME)) {
    const [, series = "", count] = COUNT.exec(line) ?? [];
    const summary = own.get(series);
    if (summary !== undefined) summary.rowCount = Number(count);
  }
  return { own, twice };
}

const DIGEST_NAME = "#rowsDigest> ";
const COUNT_NAME = "#rowCount> ";

/** The lines in which something stands. */
function* linesWith(bytes: Buffer, what: string): Generator<string, void, void> {
  for (let at = bytes.indexOf(what); at >= 0; ) {
    const found = bytes.indexOf(LINE_END, at);
    const end = found < 0 ? bytes.length : found;
    yield bytes.toString("latin1", bytes.lastIndexOf(LINE_END, at) + 1, end);
    at = bytes.indexOf(what, end);
  }
}

const LINE_END = 10;

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

const DIGEST = / "([0-9a-f]{64})" (<[^>]*>) \.$/;
const COUNT = /^(<[^>]*>) <[^>]*#rowCount> "(\d+)"/;

/** Which of these series have another summary on the server, and whether that is one of more rows. */
async function others(
  replica: RestatingReplica,
  own: ReadonlyMap<string, Summary>,
  series: readonly string[],
): Promise<Map<string, { isAhead: boolean }>> {
  const things = series.map((id) => `<${checkIri(plain(id), "a series")}>`).join(" ");
  const [digest, count] = ["rowsDigest", "rowCount"].map((name) =>
    SUMMARY_PREDICATES.find((iri) => iri.endsWith(name)),
  );
  const { rows } = await replica.select(
    `SELECT ?s ?d ?n WHERE { VALUES ?s { ${things} } GRAPH ?g { ?s <${digest}> ?d ; <${count}> ?n } }`,
  );
  const found = new Map<string, { isAhead: boolean }>();
  for (const { s, d, n } of rows) {
    const id = Buffer.from(`<${s?.value}>`).toString("latin1");
    const mine = own.get(id);
    if (mine === undefined || d?.value === mine.rowsDigest) continue;
    const rowCount = Number(n?.value);
    const isAhead = rowCount > mine.rowCount || (rowCount === mine.rowCount && String(d?.value) > mine.rowsDigest);
    found.set(id, { isAhead: isAhead || found.get(id)?.isAhead === true });
  }
  return found;
}

/** An IRI as it is, of one as it stands in a line. */
function plain(iri: string): string {
  return Buffer.from(iri.slice(1, -1), "latin1").toString();
}
