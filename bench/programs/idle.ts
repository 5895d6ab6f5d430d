/**
 * `idle.js MILLISECONDS PAIRS DIRECTORY`: how much of a core a process uses that has a run open and records nothing, more than one without
 * provml. All processes wait at the same time. Prints figures as JSON.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Figure } from "../case.ts";
import { runNode } from "../processes.ts";

const MOST_PERCENT = 0.02;

const [milliseconds = "", pairs = "", directory = ""] = process.argv.slice(2);
const program = fileURLToPath(new URL("./waiting.js", import.meta.url));

const differences = await Promise.all(
  Array.from({ length: Number(pairs) }, async (_, pair) => {
    const [recording, plain] = await Promise.all([
      percentOfCore("recording", join(directory, String(pair))),
      percentOfCore("plain"),
    ]);
    return recording - plain;
  }),
);
differences.sort((a, b) => a - b);
const at = (index: number) => differences[index] as number;
const figures: Figure[] = [
  {
    what: "a process with a run open, more than one without provml",
    value: at(differences.length >> 1),
    // Of six or more, the least and the greatest hold the median with 97 % probability.
    ...(differences.length >= 6 ? { interval: [at(0), at(differences.length - 1)] as const } : {}),
    unit: "% of a core",
    atMost: MOST_PERCENT,
  },
];
writeSync(1, JSON.stringify(figures));

async function percentOfCore(...args: string[]): Promise<number> {
  const { output } = await runNode([program, milliseconds, ...args]);
  return Number(output);
}
