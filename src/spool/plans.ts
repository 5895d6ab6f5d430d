import { createHash } from "node:crypto";
import { closeSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { escapeLocalName } from "../model/names.ts";
import { namePlan, type Plan } from "../model/plan.ts";
import { makeFolder, openNew } from "./access.ts";

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

/** The plans that were accepted, each for its workflow, in the order of their names. */
export function acceptedPlans(directory: string): Plan[] {
  const folder = join(directory, "plans");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return names.sort().map((name) => planIn(join(folder, name)));
}

/** Makes a plan the one that the workflow's next executions are held to. */
export function writePlan(directory: string, workflow: string, plan: Plan): string {
  const path = planPath(directory, workflow);
  makeFolder(join(directory, "plans"));
  rmSync(`${path}.new`, { force: true }); // of one who was stopped
  const descriptor = openNew(`${path}.new`);
  try {
    writeFileSync(descriptor, `${JSON.stringify(plan, null, 2)}\n`);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${path}.new`, path);
  return path;
}

/** Where the graph of a plan lies in `graph/`, whichever execution brought it. Plans of one content differ by the base of their IRIs. */
export function planGraphFolder(graph: string, planIri: string): string {
  return join(graph, `plan-${createHash("sha256").update(planIri).digest("hex").slice(0, 32)}`);
}

/** @throws {ProvenanceError} `unreadable`, `bad-plan`: a person may have edited the file. */
function planIn(path: string): Plan {
  try {
    return namePlan(JSON.parse(readFileSync(path, "utf8"))).plan;
  } catch (cause) {
    const code = cause instanceof ProvenanceError ? cause.code : "unreadable";
    throw new ProvenanceError(code, `${path}: ${(cause as Error).message}; accept a plan again`, { cause });
  }
}

/** Where the accepted plan of a workflow lies, if there is one. */
export function planPath(directory: string, workflow: string): string {
  return join(directory, "plans", `${escapeLocalName(workflow)}.json`);
}
