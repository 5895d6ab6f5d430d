import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { piecesOf } from "./faults/sabotage.ts";
import { missing } from "./faults/tools.ts";
import { TRIALS } from "./faults/trials.ts";

const BUILD = fileURLToPath(new URL("../dist", import.meta.url));
const MAIN = fileURLToPath(new URL("../dist/test/faults/main.js", import.meta.url));

/** A sample of what `npm run faults` tries in full; two trials at a time, since each waits for processes of its own. */
describe.concurrent("under faults", () => {
  for (const { name, promise, needs } of TRIALS) {
    const absent = missing(needs);
    const title = `${name}: ${promise}`;
    test.skipIf(absent.length > 0)(
      absent.length > 0 ? `${title} (skipped: no ${absent.join(", ")})` : title,
      { timeout: 240_000 },
      async ({ expect }) => {
        expect(await sampled(name)).toMatchObject({ error: null, stderr: "" });
      },
    );
  }
});

describe("a sabotage", () => {
  test.each(TRIALS.flatMap(({ name, sabotages }) => sabotages.map((sabotage) => ({ name, sabotage }))))(
    "of $name replaces a text that stands once in the compiled code: $sabotage.name",
    ({ sabotage }) => {
      expect(piecesOf(BUILD, sabotage)).toHaveLength(2);
    },
  );
});

function sampled(name: string): Promise<{ error: Error | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, "--sampled", "--only", name], (error, stdout, stderr) => {
      resolve({ error, stdout, stderr });
    });
  });
}
