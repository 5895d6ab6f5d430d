import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkConstraints } from "../../src/validate/index.ts";
import { ABSENT, outcome, type Part } from "./report.ts";
import { documentIn, sharedFolder } from "./shared.ts";

/** The cases of W3C PROV-CONSTRAINTS with their official verdicts, in PROV-N and, where there is a twin, in PROV-XML. */
export const verdicts: Part = {
  name: "verdicts",
  async run(say) {
    const folder = sharedFolder("prov-constraints");
    if (folder === undefined) return ABSENT;
    const count = { valid: 0, invalid: 0, twins: 0, reasons: 0, named: 0, failed: 0 };
    const lines = readFileSync(join(folder, "VERDICTS.tsv"), "utf8").trim().split("\n").slice(1);
    for (const line of lines) {
      const [file = "", id = "", verdict = "", constraints = ""] = line.split("\t");
      const fail = (what: string) => {
        count.failed++;
        say(`  FAILED ${file} (${id}): ${what}`);
      };
      const found: string[] = [];
      for (const path of [file, file.replace(/\.provn$/, ".xml")]) {
        try {
          const { document } = await documentIn(join(folder, path));
          const numbers = [
            ...new Set(checkConstraints(document).violations.map(({ constraint }) => String(constraint))),
          ].sort();
          found.push(numbers.join(","));
          if ((numbers.length === 0) !== (verdict === "PASS"))
            fail(`${path} is ${verdict} and was found ${numbers.join(", ") || "valid"}`);
        } catch (error) {
          if (path === file || (error as NodeJS.ErrnoException).code !== "ENOENT")
            fail(`${path}: ${(error as Error).message}`);
        }
      }
      if (found.length === 2) {
        count.twins++;
        if (found[0] !== found[1])
          fail(`the PROV-XML twin was found ${found[1] || "valid"}, the PROV-N ${found[0] || "valid"}`);
      }
      if (verdict === "PASS") count.valid++;
      else {
        count.invalid++;
        const expected = constraints
          .trim()
          .split(",")
          .filter((one) => one !== "");
        if (expected.length > 0) {
          count.named++;
          const numbers = new Set(found[0]?.split(","));
          if (expected.some((one) => numbers.has(one === "DM" ? "mandatory-argument" : one.replace(/^c/, ""))))
            count.reasons++;
          else say(`  ${file}: refused for ${found[0]}, named ${constraints}`);
        }
      }
    }
    say(
      `  ${count.valid} valid, ${count.invalid} invalid, ${count.twins} PROV-XML twins alike; ${count.reasons} of ${count.named} refusals name a constraint of the case`,
    );
    return outcome(lines.length - count.failed, count.failed);
  },
};
