import { join } from "node:path";
import { carriedByAll, type Document, difference, type Notation, type Statement } from "../../src/formats/index.ts";
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
      const [first, ...others] = read.sort(
        (a, b) => Number(b.notation.name === "prov-n") - Number(a.notation.name === "prov-n"),
      );
      for (const other of others) {
        if (first === undefined) break;
        count.compared++;
        const carried = carriedByAll([first.notation, other.notation]);
        const { onlyFirst, onlySecond } = difference(carried(first.document), carried(other.document));
        if (onlyFirst.length + onlySecond.length === 0) count.same++;
        else say(`    ${other.file} against ${first.file}: ${kinds("-", onlyFirst)} ${kinds("+", onlySecond)}`);
      }
    }
    say(`  ${count.passed} documents read, ${count.same} of ${count.compared} equal to the PROV-N of their run`);
    return outcome(count.passed, count.failed);
  },
};

function statements({ statements, bundles }: Document): number {
  return bundles.reduce((sum, bundle) => sum + bundle.statements.length, statements.length);
}

function kinds(sign: string, ones: readonly { readonly statement?: Statement }[]): string {
  const counts = new Map<string, number>();
  for (const { statement } of ones)
    counts.set(statement?.kind ?? "bundle", (counts.get(statement?.kind ?? "bundle") ?? 0) + 1);
  return Array.from(counts, ([kind, count]) => `${sign}${count} ${kind}`).join(" ");
}
