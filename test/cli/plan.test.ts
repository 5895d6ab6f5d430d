import { readFileSync } from "node:fs";
import { open, type Run } from "provml/query";
import { describe, expect, it } from "vitest";
import { isOneLine, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first", "failed");

interface Printed {
  readonly path: string;
  readonly plan: { readonly name: string; readonly steps: readonly { readonly name: string }[] };
}

describe("provml plan accept", () => {
  it("makes what a run's execution did the plan, once for each name of a step", async () => {
    const runs = await recorded.json<Run[]>("runs");
    const { stdout, code } = await recorded.provml("plan", "accept", runs.at(-1)?.id as string);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^the plan of flowers: read, clean, fit, test, save\n.*prov:hadPlan/);
    const { path, plan } = await recorded.json<Printed>("plan", "accept", runs.at(-1)?.id as string);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(plan);
    expect(plan.steps).toMatchObject([
      { name: "read", kind: "dataPreparation", inputs: ["Flowers"] },
      { name: "clean", kind: "dataPreparation", inputs: ["read"], outputs: ["clean"] },
      { name: "fit", kind: "training", parameters: ["epochs", "rate"], inputs: ["clean"], outputs: ["fit"] },
      { name: "test", kind: "evaluation", measures: ["error"] },
      { name: "save", kind: "activity", parameters: ["path"], outputs: ["model.json"] },
    ]);
  });

  it("holds the workflow's next execution to it, and no earlier one", async () => {
    const before = await recorded.json<Run[]>("runs");
    recorded.record("first");
    const after = await recorded.json<Run[]>("runs");
    expect(after.filter(({ plan }) => plan !== undefined)).toHaveLength(2);
    expect(after.slice(2)).toEqual(before);
    const graph = await open(recorded.directory);
    const planned = await graph.sparql`
      SELECT DISTINCT ?name { ?a prov:hadPlan ?part . ?step prov:qualifiedAssociation ?a ; rdfs:label ?name } ORDER BY ?name`;
    await graph.close();
    expect(planned.map(({ name }) => name)).toEqual(["clean", "fit", "flowers", "read", "save", "test"]);
  });

  it("says with 1 that there is no such run, and with 2 that a name fits several", async () => {
    const [missing, ambiguous] = await Promise.all([
      recorded.provml("plan", "accept", "nobody"),
      recorded.provml("plan", "accept", "fit"),
    ]);
    expect([missing.code, isOneLine(missing), ambiguous.code, isOneLine(ambiguous)]).toEqual([1, true, 2, true]);
  });
});
