/**
 * What provml conforms to, and how fast: `npm run conformance -- [PART…] [--mutants COUNT] [--notation NAME]…`. Prints what it tried and found, part by part; exits 1 if anything failed.
 */
import { arch, cpus, platform } from "node:os";
import { parseArgs } from "node:util";
import { captured } from "./captured.ts";
import { constraints } from "./constraints.ts";
import { cwlprov } from "./cwlprov.ts";
import { malformed } from "./malformed.ts";
import { mutantsPart } from "./mutants.ts";
import type { Part } from "./report.ts";
import { speed } from "./speed.ts";
import { suite } from "./suite.ts";
import { verdicts } from "./verdicts.ts";

const { values, positionals } = parseArgs({
  options: { mutants: { type: "string", default: "1000000" }, notation: { type: "string", multiple: true } },
  allowPositionals: true,
});
const PARTS: readonly Part[] = [
  verdicts,
  constraints,
  suite,
  malformed,
  cwlprov,
  captured,
  speed,
  mutantsPart(Number(values.mutants), values.notation),
];

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`no part ${unknown.join(", ")}; there are ${PARTS.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  console.log(`node ${process.version}, ${platform()} ${arch()}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`);
  let failures = 0;
  for (const { name, run } of PARTS.filter((part) => names.length === 0 || names.includes(part.name))) {
    console.log(`\n${name}`);
    const start = performance.now();
    const outcome = await run((line) => console.log(line));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (outcome.kind === "skipped") console.log(`  skipped: ${outcome.why}`);
    else console.log(`  ${outcome.kind}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s`);
    if (outcome.kind === "failed") failures++;
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main(positionals);
