import { join } from "node:path";
import { type Brief, briefPrefixes, expand } from "../model/brief.ts";
import { CATALOGUE_GRAPH, CURATION_GRAPH, executionNamespace, expandName } from "../model/names.ts";
import { graphFile } from "../rdf/graph-file.ts";
import { appendQuads } from "../rdf/quads.ts";
import { CURATION_FOLDER, directoryPaths } from "../spool/directory.ts";
import { publishFirst } from "./publish.ts";

export interface Curation {
  /** Of the things that it is about. */
  readonly base: string;
  readonly uuid: string;
  readonly statements: readonly Brief[];
}

/**
 * Writes what a person stated of recorded things: a file of its own, on the disk when this returns, in the graph `id:curation` that all share. The files of several
 * people, machines or copies of the directory never meet under one name. Returns its path.
 */
export function stateCuration(directory: string, { base, uuid, statements }: Curation): string {
  const prefixes = briefPrefixes(base, executionNamespace(base, uuid));
  const graph = expandName(CURATION_GRAPH, prefixes);
  const lines: string[] = [];
  for (const brief of [...statements, BUNDLE])
    for (const statement of expand(brief, prefixes)) appendQuads(statement, graph, lines);
  const path = join(directoryPaths(directory).graph, CURATION_FOLDER, `curation-${uuid}.nq`);
  publishFirst(path, graphFile(lines));
  return path;
}

const BUNDLE: Brief = {
  kind: "entity",
  id: CURATION_GRAPH,
  attributes: [
    ["prov:type", { name: "prov:Bundle" }],
    ["rdfs:label", "curation"],
  ],
  graph: CATALOGUE_GRAPH,
};
