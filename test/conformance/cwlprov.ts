import { join } from "node:path";
import {
  carriedByAll,
  type Document,
  difference,
  type Notation,
  type Placed,
  provNText,
} from "../../src/formats/index.ts";
import { checkConstraints } from "../../src/validate/index.ts";
import { ABSENT, outcome, type Part } from "./report.ts";
import { documentIn, filesBelow, foldersIn, notationOfFile, sharedFolder } from "./shared.ts";

/**
 * The provenance that cwltool wrote of real workflow runs, each in six notations: all are read, compared with the PROV-N of the same run, and validated. What
 * differs is what cwltool wrote differently: printed, by kind of statement.
 */
export const cwlprov: Part = {
  name: "cwlprov",
  async run(say) {
    const folder = sharedFolder("cwlprov");
    if (folder === undefined) return ABSENT;
    const count = { passed: 0, failed: 0, same: 0, compared: 0 };
    const apart = new Map<string, { count: number; readonly example: string }>();
    for (const run of foldersIn(folder)) {
      const files = filesBelow(join(folder, run), /\.cwlprov\.(provn|json|xml|ttl|nt|jsonld)$/);
      const read: { readonly file: string; readonly notation: Notation; readonly document: Document }[] = [];
      for (const file of files) {
        const path = join(folder, run, file);
        const name = file.slice(file.lastIndexOf("/") + 1);
        try {
          const { document, ignored } = await documentIn(path);
          read.push({ file: name, notation: notationOfFile(path), document });
          count.passed++;
          const { violations } = checkConstraints(document);
          const why = [...new Set(violations.map(({ constraint }) => String(constraint)))];
          say(
            `  ${run}/${name}: ${statements(document)} statements, ${violations.length === 0 ? "valid" : `${violations.length} violations (${why.join(", ")})`}${ignored.length === 0 ? "" : `, ${ignored.length} left out`}`,
          );
        } catch (error) {
          count.failed++;
          say(`  FAILED ${run}/${name}: ${(error as Error).message}`);
        }
      }
      for (const other of read) {
        const stem = other.file.replace(/\.\w+$/, "");
        const first = read.find(({ file }) => file === `${stem}.provn`);
        if (first === undefined || other === first) continue;
        count.compared++;
        const carried = carriedByAll([first.notation, other.notation]);
        const { onlyFirst, onlySecond } = difference(carried(first.document), carried(other.document));
        if (onlyFirst.length + onlySecond.length === 0) count.same++;
        else explain(onlyFirst, onlySecond, other.notation.title, apart);
      }
    }
    for (const [what, { count, example }] of apart) say(`  ${what}: ${count} times, such as ${example}`);
    say(`  ${count.passed} documents read, ${count.same} of ${count.compared} equal to the PROV-N of their run`);
    return outcome(count.passed, count.failed);
  },
};

function statements({ statements, bundles }: Document): number {
  return bundles.reduce((sum, bundle) => sum + bundle.statements.length, statements.length);
}

/** Counts what differs by kind of statement and notation, with the first case of each. */
function explain(
  first: readonly Placed[],
  second: readonly Placed[],
  title: string,
  apart: Map<string, { count: number; readonly example: string }>,
): void {
  for (const kind of new Set([...first, ...second].map(({ statement }) => statement?.kind ?? "bundle"))) {
    const [ours, theirs] = [first, second].map((ones) => ones.filter(({ statement }) => statement?.kind === kind));
    const what = `${kind} in ${title} and in PROV-N`;
    const known = apart.get(what);
    if (known) known.count++;
    else apart.set(what, { count: 1, example: `${text(theirs?.[0])} and ${text(ours?.[0])}` });
  }
}

function text(placed: Placed | undefined): string {
  return placed?.statement ? provNText(placed.statement, {}).replace(/<[^<>]*[/#:]([^<>]*)>/g, "$1") : "nothing";
}
