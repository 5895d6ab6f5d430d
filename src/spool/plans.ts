import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { escapeLocalName } from "../model/names.ts";
import type { Plan } from "../model/plan.ts";
import { makeFolder } from "./directory.ts";

/** The plan that was accepted for a workflow and holds for its next executions, or undefined when none was. */
export function readPlan(directory: string, workflow: string): Plan | undefined {
  let text: string;
  try {
    text = readFileSync(planPath(directory, workflow), "utf8");
  } catch {
    return undefined;
  }
  return JSON.parse(text) as Plan;
}

/** Makes a plan the one that the workflow's next executions are held to. */
export function writePlan(directory: string, workflow: string, plan: Plan): string {
  const path = planPath(directory, workflow);
  makeFolder(join(directory, "plans"));
  writeFileSync(`${path}.new`, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}

/** Where the graph of a plan lies in `graph/`, whichever execution brought it. Plans of one content differ by the base of their IRIs. */
export function planGraphFolder(graph: string, planIri: string): string {
  return join(graph, `plan-${createHash("sha256").update(planIri).digest("hex").slice(0, 32)}`);
}

function planPath(directory: string, workflow: string): string {
  return join(directory, "plans", `${escapeLocalName(workflow)}.json`);
}
