import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { missing } from "./faults/tools.ts";
import { TRIALS } from "./faults/trials.ts";

const MAIN = fileURLToPath(new URL("../dist/test/faults/main.js", import.meta.url));

/** A sample of what `npm run faults` tries in full. */
describe("under faults", () => {
  for (const { name, promise, needs } of TRIALS) {
    const absent = missing(needs);
    const title = `${name}: ${promise}`;
    test.skipIf(absent.length > 0)(
      absent.length > 0 ? `${title} (skipped: no ${absent.join(", ")})` : title,
      {
        timeout: 240_000,
      },
      () => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "--sampled", "--only", name], {
          encoding: "utf8",
        });
        expect({ status, stdout, stderr }).toMatchObject({ status: 0, stderr: "" });
      },
    );
  }
});
