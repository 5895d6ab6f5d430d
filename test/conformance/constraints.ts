import { join } from "node:path";
import { checkConstraints, type Violation } from "../../src/validate/index.ts";
import { mutantOf } from "../validate/mutant-of.ts";
import { ORDER_CASES } from "../validate/order-cases.ts";
import { IMPOSSIBLE_CASES, UNIQUENESS_CASES } from "../validate/other-cases.ts";
import { documentOfLines } from "../validate/prov-n-lines.ts";
import { outcome, type Part } from "./report.ts";
import { documentIn, filesBelow, foldersIn, sharedFolder } from "./shared.ts";

/** Mutants of valid twins for every constraint from 22 to 56, each refused for that constraint; and the same verdict on each case of the suite in PROV-N, PROV-JSON and PROV-XML. */
export const constraints: Part = {
  name: "constraints",
  async run(say) {
    const count = { passed: 0, failed: 0 };
    const numbers = new Set<number>();
    for (const { constraint, valid, mutation } of [...ORDER_CASES, ...UNIQUENESS_CASES, ...IMPOSSIBLE_CASES]) {
      const before = checkConstraints(documentOfLines(valid)).total;
      const { violations } = checkConstraints(documentOfLines(mutantOf(valid, mutation)));
      const isRight = before === 0 && violations.some((one) => isFor(one, constraint));
      count[isRight ? "passed" : "failed"]++;
      if (typeof constraint === "number") numbers.add(constraint);
      if (!isRight)
        say(`  FAILED ${constraint}: ${valid}: refused for ${violations.map((one) => one.constraint).join(", ")}`);
    }
    const missing = Array.from({ length: 35 }, (_, n) => 22 + n).filter((number) => !numbers.has(number));
    if (missing.length > 0) {
      count.failed++;
      say(`  FAILED no mutant violates ${missing.join(", ")}`);
    }
    say(`  ${count.passed} mutants of valid twins refused for their constraint, of all ${numbers.size} from 22 to 56`);
    const alike = await agreement(say);
    return outcome(count.passed + alike.passed, count.failed + alike.failed);
  },
};

function isFor({ constraint, involved }: Violation, expected: Violation["constraint"]): boolean {
  return constraint === expected || (typeof expected === "number" && involved.includes(expected));
}

async function agreement(say: (line: string) => void): Promise<{ passed: number; failed: number }> {
  const count = { passed: 0, failed: 0 };
  const folder = sharedFolder("prov-suite");
  if (folder === undefined) {
    say("  the suite: skipped: shared data absent");
    return count;
  }
  let invalid = 0;
  for (const name of foldersIn(folder)) {
    const found = new Set<string>();
    for (const file of filesBelow(join(folder, name), /\.(provn|json|provx)$/)) {
      const { document } = await documentIn(join(folder, name, file));
      found.add(
        checkConstraints(document)
          .violations.map(({ constraint }) => constraint)
          .sort()
          .join(" "),
      );
    }
    count[found.size === 1 ? "passed" : "failed"]++;
    if (!found.has("")) invalid++;
    if (found.size > 1) say(`  FAILED ${name}: ${[...found].map((one) => one || "valid").join(" or ")}`);
  }
  say(
    `  ${count.passed} cases of the suite get one verdict in PROV-N, PROV-JSON and PROV-XML, ${invalid} of them invalid`,
  );
  return count;
}
