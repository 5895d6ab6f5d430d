import { checkIri } from "../../model/names.ts";
import { isSummaryOf, SUMMARY_PREDICATES, summarisedBy } from "../../spool/summary-names.ts";
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
 * In a directory the earlier file is gone by then, so only the server can say what it was.
 */
export function restating(replica: Replica | RestatingReplica): Replica {
  if (!("forget" in replica)) return replica;
  return {
    async deliver(nquads) {
      let left: Uint8Array | undefined;
      try {
        left = await prepared(replica, nquads);
      } catch (error) {
        return { kind: "retry", reason: (error as Error).message };
      }
      return left.length === 0 ? { kind: "stored" } : await replica.deliver(left);
    },
  };
}

interface Summary {
  readonly graph: string;
  readonly rowsDigest: string;
  rowCount: number;
}

async function prepared(replica: RestatingReplica, nquads: Uint8Array): Promise<Uint8Array> {
  if (!MAY_SUMMARISE.test(Buffer.from(nquads.buffer, nquads.byteOffset, nquads.length).toString("latin1")))
    return nquads;
  const lines = Buffer.from(nquads).toString("latin1").split("\n");
  const own = summariesOf(lines);
  const behind = statedTwice(lines);
  for (const id of behind) own.delete(id);
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
  return Buffer.from(lines.filter((line) => !isSummaryOf(line, behind)).join("\n"), "latin1");
}

const MAY_SUMMARISE = /#rowsDigest> /;

/** Subjects and graphs as they stand in lines of N-Quads, in latin1. */
function summariesOf(lines: readonly string[]): Map<string, Summary> {
  const summaries = new Map<string, Summary>();
  for (const line of lines) {
    const series = summarisedBy(line);
    const [, rowsDigest, graph] = DIGEST.exec(line) ?? [];
    if (series !== undefined && rowsDigest !== undefined && graph !== undefined)
      summaries.set(series, { graph, rowsDigest, rowCount: 0 });
  }
  for (const line of lines) {
    const [, series = "", count] = COUNT.exec(line) ?? [];
    const summary = summaries.get(series);
    if (summary !== undefined) summary.rowCount = Number(count);
  }
  return summaries;
}

const DIGEST = / "([0-9a-f]{64})" (<[^>]*>) \.$/;
const COUNT = /^(<[^>]*>) <[^>]*#rowCount> "(\d+)"/;

/** The series of which copies state different summaries that nobody has settled yet. */
function statedTwice(lines: readonly string[]): Set<string> {
  const digests = new Map<string, string>();
  const twice = new Set<string>();
  for (const line of lines) {
    const series = summarisedBy(line);
    if (series === undefined) continue;
    if ((digests.get(series) ?? line) !== line) twice.add(series);
    digests.set(series, line);
  }
  return twice;
}

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
