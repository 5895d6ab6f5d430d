import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedDocument } from "../../bench/generated-document.ts";
import { writePieces } from "../../src/formats/index.ts";
import { outcome, type Part } from "./report.ts";

const COMMAND = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const WRITING = fileURLToPath(new URL("../../bench/convert.js", import.meta.url));
const STATEMENTS = 1_000_000;
const MOST_VALIDATION_SECONDS = 30;
const LEAST_RATIO = 0.5;
const ROUNDS = 3;

/**
 * A million statements (runs with data, activities, usage, generation, derivation and times; seeded): validated by the command, from PROV-JSON, and converted by the
 * command from PROV-JSON to TriG, beside n3's writer alone on the same quads.
 */
export const speed: Part = {
  name: "speed",
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), "provml-speed-"));
    try {
      const json = join(folder, "million.json");
      save(json);
      say(`  ${STATEMENTS} statements as PROV-JSON: ${(statSync(json).size / 1e6).toFixed(0)} MB`);
      const validated = best(() => command("validate", json));
      say(
        `  provml validate, the start of the process included: ${validated.toFixed(1)} s (at most ${MOST_VALIDATION_SECONDS})`,
      );
      const converted = best(() => command("convert", json, join(folder, "million.trig")));
      say(`  provml convert to TriG, the start of the process included: ${converted.toFixed(1)} s`);
      const line = execFileSync(process.execPath, ["--max-old-space-size=8192", WRITING, "--rounds", String(ROUNDS)], {
        encoding: "utf8",
      });
      say(`  ${line.trim()}`);
      const n3 = Number(/alone in (\d+) ms/.exec(line)?.[1]) / 1000;
      const ratio = n3 / converted;
      say(`  conversion at ${ratio.toFixed(2)} of the speed of n3's writer alone (at least ${LEAST_RATIO})`);
      const passed = Number(validated <= MOST_VALIDATION_SECONDS) + Number(ratio >= LEAST_RATIO);
      return outcome(passed, 2 - passed);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function save(path: string): void {
  const descriptor = openSync(path, "w");
  for (const piece of writePieces(generatedDocument(STATEMENTS, 1), "prov-json", { lost: () => {} }))
    writeSync(descriptor, piece);
  closeSync(descriptor);
}

function command(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`provml ${args[0]} ended with ${status}: ${stderr}`);
}

/** Seconds of the best round: what disturbs only makes slower. */
function best(work: () => void): number {
  const seconds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  });
  return Math.min(...seconds);
}
