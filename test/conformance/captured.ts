import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, difference, NOTATIONS, read, write } from "../../src/formats/index.ts";
import { outcome, type Part } from "./report.ts";

const EXAMPLES = ["penguins", "mnist", "decorators"];

/** Runs the examples and takes what they recorded through every notation and back: nothing may be lost. */
export const captured: Part = {
  name: "captured",
  async run(say) {
    const count = { passed: 0, failed: 0 };
    for (const example of EXAMPLES) {
      const folder = mkdtempSync(join(tmpdir(), "provml-captured-"));
      try {
        const document = await recordedDocument(example, folder);
        for (const { name, title, lose } of Object.values(NOTATIONS)) {
          if (name === "turtle" || name === "n-triples") continue; // one graph only: a run has its own, its plan's and the catalogue's
          const { losses } = lose(document);
          const back = await read(write(document, name, { lost: () => {} }), name);
          const { onlyFirst, onlySecond } = difference(document, back);
          const isSame = losses.length === 0 && onlyFirst.length + onlySecond.length === 0;
          count[isSame ? "passed" : "failed"]++;
          if (!isSame)
            say(
              `  FAILED ${example} through ${title}: ${losses.length} losses, ${onlyFirst.length} statements became ${onlySecond.length} others`,
            );
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    say(`  ${EXAMPLES.length} recorded programs, ${count.passed} trips there and back without loss`);
    return outcome(count.passed, count.failed);
  },
};

async function recordedDocument(example: string, folder: string): Promise<Document> {
  const env = { ...process.env, PROVML_DIR: join(folder, ".provml") };
  const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  execFileSync(process.execPath, [program(`../../examples/${example}.js`)], { cwd: folder, env });
  const { open } = await import("../../src/query/index.ts");
  const { flush } = await import("../../src/flush/flush.ts");
  await flush(join(folder, ".provml"));
  const graph = await open(join(folder, ".provml"));
  try {
    const { readStatements } = await import("../../src/rdf/read-statements.ts");
    return readStatements(await graph.quads()).document;
  } finally {
    await graph.close();
  }
}
