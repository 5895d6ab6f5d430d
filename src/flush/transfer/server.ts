import { basename, join } from "node:path";
import { checkIri } from "../../model/names.ts";
import { graphFile } from "../../rdf/graph-file.ts";
import { graphOfLine, quadLine } from "../../rdf/normal-line.ts";
import { deletedExecutions, EXECUTION_UUID } from "../../spool/deleted.ts";
import { CURATION_FOLDER, directoryPaths } from "../../spool/directory.ts";
import { planGraphFolder } from "../../spool/plans.ts";
import { isSummaryOf, summarisedBy } from "../../spool/summary-names.ts";
import type { ServerStore } from "../../store/server/server.ts";
import { completeDeletions, publishTombstone } from "../deletion.ts";
import { deletedIn, deletedThere, statesDeletion } from "../replica/deletions.ts";
import { type DeliveryClock, deliverBatch, REAL_CLOCK } from "../replica/delivery.ts";
import { type FeedOptions, type FeedReport, feed, PATIENCE_MS } from "../replica/feed.ts";
import { restating } from "../replica/restating.ts";
import { settleSummaries } from "../summaries.ts";
import { Comparing, type Comparison, keyOf, keysOf, missingLines } from "./comparison.ts";
import { bring } from "./directory.ts";
import { graphFolders, linesBelow } from "./graph-folder.ts";

/** How long a server may take to give one graph out. */
const GRAPH_TIMEOUT_MS = 600_000;

export interface PushReport {
  readonly feed: FeedReport;
  /** Undefined where the server did not take everything yet. */
  readonly comparison: Comparison | undefined;
}

/**
 * Brings all graphs of a directory to a server: what the cursor does not name, and then, whatever the cursor says, what a comparison
 * of each graph finds missing. May be stopped at any instant and run again.
 * @throws {ProvenanceError} what the server's answers to questions come to
 */
export async function pushToServer(directory: string, store: ServerStore, options: FeedOptions): Promise<PushReport> {
  const unsettled: string[] = [];
  for (const folder of graphFolders(directoryPaths(directory).graph))
    unsettled.push(...(await whyUnsettled(directory, folder)));
  const fed = await feed(directory, store, options);
  fed.unreadable.push(...unsettled);
  if (fed.waiting !== undefined) return { feed: fed, comparison: undefined };
  const { graph } = directoryPaths(directory);
  const comparing = new Comparing();
  const server = new GraphsOf(store);
  const { patienceMs = PATIENCE_MS, clock = REAL_CLOCK, signal, onWait } = options;
  const there = await deletedThere(store, { patienceMs, clock, signal, onWait });
  if (there.kind === "waiting") return { feed: { ...fed, waiting: there.reason }, comparison: undefined };
  const deleted = new Set([...deletedExecutions(graph), ...there.deleted]);
  for (const folder of graphFolders(graph)) {
    if (deleted.has(folder)) continue;
    const { lines, damaged } = linesBelow(join(graph, folder));
    for (const what of damaged) comparing.trouble(`${what} and was not brought over`);
    for (const [name, own] of byGraph(lines)) {
      let there = await server.lines(name);
      const missing = missingLines(own, keysOf(there));
      if (missing.length > 0) {
        const result = await deliverMissing(directory, store, missing, options);
        if (result !== undefined) return { feed: { ...fed, waiting: result }, comparison: undefined };
        there = await server.lines(name, "again");
      }
      const series = new Set(there.flatMap((line) => summarisedBy(line) ?? []));
      const keys = keysOf(there);
      // What the directory says of fewer rows than the server knows of is not brought.
      const expected = own.filter((line) => !isSummaryOf(line, series) || keys.has(keyOf(line)));
      comparing.add(`${folder} <${name}>`, keysOf(expected), keys);
    }
  }
  return { feed: fed, comparison: comparing.result };
}

/** What copies say of a series is one again, unless a file cannot be read or written: then the server is told of none, and the reason is given. */
async function whyUnsettled(directory: string, execution: string): Promise<string[]> {
  try {
    await settleSummaries(directory, execution);
    return [];
  } catch (error) {
    return [`what the series of ${execution} come to, where copies differ: ${(error as Error).message}`];
  }
}

const BATCH_LINES = 4000;

/** Undefined when all was delivered, or else why not. */
async function deliverMissing(
  directory: string,
  store: ServerStore,
  missing: readonly string[],
  { server, signal, onWait, patienceMs = PATIENCE_MS, clock = REAL_CLOCK }: FeedOptions & { clock?: DeliveryClock },
): Promise<string | undefined> {
  const options = { directory, server, clock, patienceMs, signal, onWait };
  const sorted = [...missing].sort();
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    to = endOfBatch(sorted, from);
    const lines = Buffer.from(
      sorted
        .slice(from, to)
        .map((line) => `${line}\n`)
        .join(""),
      "latin1",
    );
    const result = await deliverBatch(restating(store), lines, options);
    if (result.kind === "waiting") return result.reason;
  }
  return undefined;
}

/** What is said of a thing goes together, since a summary is replaced as a whole. */
function endOfBatch(sorted: readonly string[], from: number): number {
  const subjectOf = (line: string | undefined) => line?.slice(0, line.indexOf(" "));
  let to = Math.min(from + BATCH_LINES, sorted.length);
  while (to < sorted.length && to - from < 2 * BATCH_LINES && subjectOf(sorted[to]) === subjectOf(sorted[to - 1])) to++;
  return to;
}

/** Lines in latin1 by the graph that they name. */
function byGraph(lines: Iterable<string>): Map<string, string[]> {
  const graphs = new Map<string, string[]>();
  for (const line of lines) {
    const name = Buffer.from(graphOfLine(line), "latin1").toString();
    const known = graphs.get(name);
    if (known) known.push(line);
    else graphs.set(name, [line]);
  }
  return graphs;
}

/** The graphs of a server as lines in latin1; those that many executions write into are asked for once. */
class GraphsOf {
  readonly #store: ServerStore;
  readonly #shared = new Map<string, string[]>();

  constructor(store: ServerStore) {
    this.#store = store;
  }

  async names(): Promise<string[]> {
    const { rows } = await this.#store.select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }", {
      timeoutMs: GRAPH_TIMEOUT_MS,
    });
    return rows.flatMap(({ g }) => (g?.kind === "iri" ? [g.value] : [])).sort();
  }

  async lines(name: string, when: "once" | "again" = "once"): Promise<string[]> {
    const known = when === "once" ? this.#shared.get(name) : undefined;
    if (known) return known;
    const iri = checkIri(name, "a graph");
    const query = `CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <${iri}> { ?s ?p ?o } }`;
    const graph = { kind: "iri", value: name } as const;
    const quads = await this.#store.construct(query, { timeoutMs: GRAPH_TIMEOUT_MS });
    const lines = quads.map((quad) => Buffer.from(quadLine({ ...quad, graph })).toString("latin1"));
    if (!EXECUTION_GRAPH.test(name)) this.#shared.set(name, lines);
    return lines;
  }
}

export interface PullReport {
  /** Graphs of the server that are none of provml's. */
  readonly others: number;
  readonly brought: number;
  readonly comparison: Comparison;
}

/** Brings the graphs of executions and plans from a server: what a directory has by value it keeps as it is. */
export async function pullFromServer(store: ServerStore, directory: string): Promise<PullReport> {
  const { graph } = directoryPaths(directory);
  const server = new GraphsOf(store);
  const comparing = new Comparing();
  let [others, brought] = [0, 0];
  const names = await server.names();
  brought += await pullDeletions(server, names, directory);
  const deleted = deletedExecutions(graph);
  for (const name of names) {
    const gone = deletedIn(name);
    if (gone !== undefined && !deleted.has(gone)) others++;
    if (gone !== undefined) continue;
    const folders = byFolder(graph, name, await server.lines(name));
    if (folders.size === 0) others++;
    for (const [folder, given] of folders) {
      if (deleted.has(basename(folder))) continue;
      const { lines: here, damaged } = linesBelow(folder);
      for (const what of damaged) comparing.trouble(what);
      const held = keysOf(here);
      const series = new Set([...here].flatMap((line) => summarisedBy(line) ?? []));
      // What is stated here of series is what the rows here say.
      const lines = given.filter((line) => !isSummaryOf(line, series) || held.has(keyOf(line)));
      const missing = missingLines(lines, held);
      bring(folder, missing);
      brought += missing.length;
      const wanted = keysOf(lines);
      comparing.add(`<${name}>`, wanted, missing.length === 0 ? wanted : keysOf(linesBelow(folder).lines));
    }
  }
  return { others, brought, comparison: comparing.result };
}

/** What the server knows to be deleted is so here, too. The number of lines that say it. */
async function pullDeletions(server: GraphsOf, names: readonly string[], directory: string): Promise<number> {
  const { graph } = directoryPaths(directory);
  let brought = 0;
  for (const name of names) {
    const execution = deletedIn(name);
    if (execution === undefined || deletedExecutions(graph).has(execution)) continue;
    const lines = (await server.lines(name)).map((line) => Buffer.from(line, "latin1").toString());
    if (!statesDeletion(name, lines)) continue;
    publishTombstone(directory, execution, graphFile(lines.sort()));
    brought += lines.length;
  }
  completeDeletions(directory);
  return brought;
}

const EXECUTION_GRAPH = new RegExp(`[/#](${EXECUTION_UUID})/graph$`);
const PLAN_GRAPH = /^(.*[/#]plan\.[0-9a-f]{32})-graph$/;
const CATALOGUE = /[/#]catalogue$/;
const CURATION = /[/#]curation$/;
/** What the catalogue says is about the graphs of executions and plans. */
const CATALOGUED = /^<([^>]*)> /;
/** For what else it may say one day. */
const CATALOGUE_FOLDER = "catalogue";

/** Where the lines of a graph belong; nowhere where it is none of provml's. */
function byFolder(graph: string, name: string, lines: readonly string[]): Map<string, string[]> {
  const own = folderOf(graph, name);
  if (own !== undefined) return new Map([[own, [...lines]]]);
  const folders = new Map<string, string[]>();
  if (!CATALOGUE.test(name)) return folders;
  for (const line of lines) {
    const about = Buffer.from(CATALOGUED.exec(line)?.[1] ?? "", "latin1").toString();
    const folder = folderOf(graph, about) ?? join(graph, CATALOGUE_FOLDER);
    const known = folders.get(folder);
    if (known) known.push(line);
    else folders.set(folder, [line]);
  }
  return new Map([...folders].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where the graph of an execution, of a plan, or of what people say lies. */
function folderOf(graph: string, name: string): string | undefined {
  const execution = EXECUTION_GRAPH.exec(name)?.[1];
  if (execution !== undefined) return join(graph, execution);
  if (CURATION.test(name)) return join(graph, CURATION_FOLDER);
  const plan = PLAN_GRAPH.exec(name)?.[1];
  return plan === undefined ? undefined : planGraphFolder(graph, plan);
}
