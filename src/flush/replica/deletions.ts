import { CATALOGUE_GRAPH, PREFIXES } from "../../model/names.ts";
import { graphOfLine } from "../../rdf/normal-line.ts";
import { EXECUTION_UUID } from "../../spool/deleted.ts";
import type { SelectResult } from "../../store/store.ts";
import { type DeliveryOptions, patiently, type Replica } from "./delivery.ts";

/** A server that can be asked, and told to let go of a graph. */
interface DroppingReplica extends Replica {
  select(sparql: string): Promise<SelectResult>;
  drop(graph: string): Promise<void>;
  forget(graph: string, things: readonly string[], properties: readonly string[]): Promise<void>;
}

function canDrop(replica: Replica | DroppingReplica): replica is DroppingReplica {
  return "drop" in replica;
}

const TOMBSTONE = new RegExp(`[/#](${EXECUTION_UUID})/tombstone$`);
/** What the name of an execution's graph has after the base of all ids, and what stands there in that of the catalogue. */
const OWN_NAME = new RegExp(`${EXECUTION_UUID}/graph$`);
const CATALOGUE = CATALOGUE_GRAPH.slice("id:".length);
const IS_DELETED = "https://w3id.org/prov-ml#isDeleted";

/** The UUID of the execution that a graph is about, if it is what stays of one that was deleted; undefined for one of any other name. */
export function deletedIn(graph: string): string | undefined {
  return TOMBSTONE.exec(graph)?.[1];
}

/** Whether the lines of such a graph state what its name promises: of something in that execution's namespace, that it is deleted. */
export function statesDeletion(graph: string, lines: Iterable<string>): boolean {
  const own = `<${graph.slice(0, -"tombstone".length)}`;
  for (const line of lines) if (line.startsWith(own) && line.includes(`> <${IS_DELETED}> "true"`)) return true;
  return false;
}

/**
 * The executions of which a server knows that they were deleted: what a directory that has not heard of it still holds of them is not delivered again. A server
 * that takes statements may still not answer questions: it is asked again until patience ends, and then everything waits, since who does not know what was deleted
 * brings it back.
 */
export async function deletedThere(replica: Replica, options: Asking): Promise<DeletedThere> {
  if (!canDrop(replica)) return { kind: "known", deleted: new Set() };
  const answer = await patiently(() => askDeleted(replica), options);
  return answer.kind === "known" ? answer : { kind: "waiting", reason: answer.reason };
}

type Asking = Pick<DeliveryOptions, "clock" | "patienceMs" | "signal" | "onWait">;

interface Known {
  readonly kind: "known";
  readonly deleted: ReadonlySet<string>;
}

type DeletedThere = Known | { readonly kind: "waiting"; readonly reason: string };

async function askDeleted(replica: DroppingReplica): Promise<Known | { kind: "retry"; reason: string }> {
  try {
    const { rows } = await replica.select(
      `SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s <${IS_DELETED}> ?d }
  FILTER(STRENDS(STR(?g), "/tombstone") && STRSTARTS(STR(?s), STRBEFORE(STR(?g), "tombstone"))) }`,
    );
    return { kind: "known", deleted: new Set(rows.flatMap(({ g }) => deletedIn(g?.value ?? "") ?? [])) };
  } catch (error) {
    return { kind: "retry", reason: `what was deleted there cannot be asked: ${(error as Error).message}` };
  }
}

/** What the catalogue says of a graph; of one that was deleted the tombstone says what stays. */
const DESCRIBES = [`${PREFIXES.rdf}type`, `${PREFIXES.rdfs}label`, `${PREFIXES.prov}generatedAtTime`];

/** Lets a server drop the graphs of which these lines say that they were deleted; before it is told so. Why that could not be, or undefined. */
export async function dropDeleted(replica: Replica, lines: Iterable<Uint8Array>): Promise<string | undefined> {
  if (!canDrop(replica)) return undefined;
  const graphs = new Set<string>();
  for (const line of lines) {
    const graph = Buffer.from(graphOfLine(Buffer.from(line).toString("latin1").trimEnd()), "latin1").toString();
    if (deletedIn(graph) !== undefined) graphs.add(graph.replace(/tombstone$/, "graph"));
  }
  try {
    for (const graph of graphs) {
      await replica.drop(graph);
      await replica.forget(graph.replace(OWN_NAME, CATALOGUE), [graph], DESCRIBES);
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
