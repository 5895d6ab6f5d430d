import { expect, test } from "vitest";
import { type FileInputs, sha256Of } from "../../bench/graph/inputs.ts";
import { closureOf, generated, stepsOf } from "./generated.ts";

const RUNS = 40;

test("lineage and impact of files are what loops over the programs' inputs find, by look-ups and by SPARQL alone", {
  timeout: 240_000,
}, async () => {
  const { graphs, inputs } = await generated(RUNS);
  const files = new Set(stepsOf(inputs.executions).flatMap(({ from, to }) => [...from, ...to]));
  for (const file of everySixth([...files])) {
    for (const direction of ["up", "down"] as const) {
      const expected = closureOf(file, inputs.executions, direction);
      const answers = await Promise.all(
        graphs.map((graph) => graph.lineage({ sha256: sha256Of(file) }, { direction })),
      );
      for (const { nodes, isComplete } of answers) {
        const paths = new Set(nodes.flatMap(({ path }) => path ?? []));
        paths.delete([...paths].find((path) => path.endsWith("/record.js")) ?? ""); // which each program was
        expect([...paths].sort()).toEqual(expected);
        expect(isComplete).toBe(true);
      }
      const [one, ...others] = answers.map(inOrder);
      for (const other of others) expect(other).toEqual(one);
    }
  }
});

/** Some of each kind. */
function everySixth(files: readonly FileInputs[]): FileInputs[] {
  return files.filter((_, i) => i % 6 === 0);
}

function inOrder({
  nodes,
  edges,
  roots,
}: {
  nodes: readonly object[];
  edges: readonly object[];
  roots: readonly string[];
}) {
  const sorted = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).sort();
  return { nodes: sorted(nodes), edges: sorted(edges), roots: [...roots].sort() };
}
