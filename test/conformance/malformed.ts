import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ABSENT, outcome, type Part } from "./report.ts";
import { filesBelow, sharedFolder } from "./shared.ts";

const COMMAND = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
/** One line that names the file and a place in it, or says that there is no PROV in it. */
const REFUSAL = /^provml: \S+: (line \d+, column \d+|\$.*?|byte \d+|the whole document): .+\n$/;

/** Documents that must be refused: by the command, as a user meets it, with exit code 2, one line, and nothing written. */
export const malformed: Part = {
  name: "malformed",
  async run(say) {
    const folder = sharedFolder("prov-malformed");
    if (folder === undefined) return ABSENT;
    const count = { passed: 0, failed: 0 };
    for (const name of filesBelow(folder, /\.(json|xml|ttl|trig|provn|jsonld)$/)) {
      const into = mkdtempSync(join(tmpdir(), "provml-malformed-"));
      const target = join(into, "out.provn");
      const { status, stderr, stdout } = spawnSync(process.execPath, [COMMAND, "convert", join(folder, name), target], {
        encoding: "utf8",
        timeout: 20_000,
      });
      const line = stderr.replaceAll(`${folder}/`, "");
      const wrong = [
        status === 2 ? "" : `exit ${status}`,
        REFUSAL.test(line) ? "" : "no place",
        stdout === "" ? "" : "printed something",
        existsSync(target) || readdirSync(into).length > 0 ? "left a file" : "",
      ].filter((text) => text !== "");
      if (wrong.length === 0) count.passed++;
      else count.failed++;
      say(
        `  ${wrong.length === 0 ? "refused" : `FAILED (${wrong.join(", ")})`} ${line.trim().replace(/^provml: /, "")}`,
      );
      rmSync(into, { recursive: true, force: true });
    }
    return outcome(count.passed, count.failed);
  },
};
