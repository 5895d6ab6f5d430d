import { graphOfLine } from "../../rdf/normal-line.ts";
import type { SelectResult } from "../../store/store.ts";
import type { Replica } from "./delivery.ts";

/** A server that can be asked, and told to let go of a graph. */
interface DroppingReplica extends Replica {
  select(sparql: string): Promise<SelectResult>;
  drop(graph: string): Promise<void>;
}

function canDrop(replica: Replica | DroppingReplica): replica is DroppingReplica {
  return "drop" in replica;
}

const TOMBSTONE = /[/#]([\w-]+)\/tombstone$/;

/** The UUID of the execution of which a graph says that it was deleted; undefined for any other graph. */
export function deletedIn(graph: string): string | undefined {
  return TOMBSTONE.exec(graph)?.[1];
}

/**
 * The executions of which a server knows that they were deleted: what a directory that has not heard of it still holds of them is not delivered again. A server
 * that does not answer takes nothing either.
 */
export async function deletedThere(replica: Replica): Promise<ReadonlySet<string>> {
  if (!canDrop(replica)) return new Set();
  try {
    const { rows } = await replica.select(
      "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s <https://w3id.org/prov-ml#isDeleted> ?d } }",
    );
    return new Set(rows.flatMap(({ g }) => deletedIn(g?.value ?? "") ?? []));
  } catch {
    return new Set();
  }
}

/** Lets a server drop the graphs of which these lines say that they were deleted; before it is told so. Why that could not be, or undefined. */
export async function dropDeleted(replica: Replica, lines: Iterable<Uint8Array>): Promise<string | undefined> {
  if (!canDrop(replica)) return undefined;
  const graphs = new Set<string>();
  for (const line of lines) {
    const graph = Buffer.from(graphOfLine(Buffer.from(line).toString("latin1").trimEnd()), "latin1").toString();
    if (deletedIn(graph) !== undefined) graphs.add(graph.replace(/tombstone$/, "graph"));
  }
  try {
    for (const graph of graphs) await replica.drop(graph);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
