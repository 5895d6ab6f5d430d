import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BriefPlan, expand } from "../model/brief.ts";
import { expandName, type Prefixes } from "../model/names.ts";
import { namePlan } from "../model/plan.ts";
import { graphFile } from "../rdf/graph-file.ts";
import { appendQuads } from "../rdf/quads.ts";
import { directoryPaths } from "../spool/directory.ts";
import { planGraphFolder } from "../spool/plans.ts";
import { publishFirst, syncFolder } from "./publish.ts";

/**
 * Writes the graph of a plan, unless an execution before brought the same one. It depends on nothing but the plan, so whoever
 * comes first writes what all would. Returns the number of quads written.
 */
export function statePlan(directory: string, prefixes: Prefixes, brief: BriefPlan): number {
  const { name, graph } = namePlan(brief.plan);
  const folder = planGraphFolder(directoryPaths(directory).graph, expandName(name, prefixes));
  const path = join(folder, "plan.nq");
  if (existsSync(path)) {
    syncFolder(folder); // whoever wrote it may have been stopped before it came to this
    return 0;
  }
  const lines: string[] = [];
  for (const statement of expand(brief, prefixes)) appendQuads(statement, expandName(graph, prefixes), lines);
  publishFirst(path, graphFile(lines));
  return lines.length;
}
