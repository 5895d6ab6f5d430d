/**
 * `disabled.js CALLS BLOCKS DIRECTORY`: what a call of a wrapped function costs more than one of the function itself where PROVML_DISABLED is set.
 * Blocks of calls of either take turns in one process. Prints figures as JSON.
 */
import { readdirSync, writeSync } from "node:fs";
import type { Figure } from "../case.ts";

const MOST_NANOSECONDS = 5;

const [calls = "", blocks = "", directory = ""] = process.argv.slice(2);
process.env.PROVML_DISABLED = "1"; // read when the package is loaded
const { provenance } = await import("provml");
const { activity, training } = provenance({ directory });
const next = (x: number) => (x * 5 + 1) % 1009;
const wrapped = training("fit", activity("next", next));

const differences: number[] = [];
for (let block = 0; block < Number(blocks); block++) {
  const first = block % 2 === 0 ? nanosecondsOf(wrapped) : nanosecondsOf(next);
  const second = block % 2 === 0 ? nanosecondsOf(next) : nanosecondsOf(wrapped);
  if (block >= Number(blocks) / 5) differences.push(block % 2 === 0 ? first - second : second - first);
}
if (readdirSync(directory).length > 0) throw new Error("something was recorded");
if (Symbol.for("provml.context") in globalThis) throw new Error("AsyncLocalStorage was made");
differences.sort((a, b) => a - b);
const at = (share: number) => differences[Math.round((differences.length - 1) * share)] as number;
const figures: Figure[] = [
  {
    what: "a call of a wrapped function, more than one of the function itself",
    value: at(0.5),
    unit: "ns",
    atMost: MOST_NANOSECONDS,
  },
  { what: "the same in the slowest tenth of the blocks", value: at(0.9), unit: "ns" },
];
writeSync(1, JSON.stringify(figures));

function nanosecondsOf(fn: (x: number) => number): number {
  const count = Number(calls);
  const { user, system } = process.cpuUsage();
  let x = 1;
  for (let i = 0; i < count; i++) x = fn(x);
  const used = process.cpuUsage({ user, system });
  if (Number.isNaN(x)) throw new Error("no result"); // so that no call is left out
  return ((used.user + used.system) * 1e3) / count;
}
