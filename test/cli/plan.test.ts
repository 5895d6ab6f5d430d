import { readFileSync } from "node:fs";
import type { Plan } from "provml";
import { type CheckReport, open, type Run } from "provml/query";
import { describe, expect, it } from "vitest";
import { isOneLine, linesOf, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first", "failed");

interface Printed {
  readonly path: string;
  readonly plan: { readonly name: string; readonly steps: readonly { readonly name: string }[] };
}

describe("provml check and provml plan show, where nothing is planned", () => {
  it("say so, with 1 and advice where there is a run", async () => {
    const run = await firstRun();
    const check = await recorded.ask("check", run);
    expect([check.code, isOneLine(check)]).toEqual([1, true]);
    expect(check.stderr).toMatch(/ is held to no plan; provml plan accept .* makes what it did the plan/);
    const asked = await recorded.ask("check", run, "--json");
    expect(asked.code).toBe(1);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      workflow: "flowers",
      plans: [],
      findings: [],
      unable: [{ check: "plan" }],
    });
    const show = await recorded.ask("plan", "show");
    expect([show.code, show.stdout]).toEqual([0, expect.stringMatching(/^no plan was accepted here; .*\n$/)]);
    const other = await recorded.ask("plan", "show", "flowers");
    expect([other.code, isOneLine(other), other.stderr]).toEqual([1, true, expect.stringMatching(/held to none/)]);
  });
});

async function firstRun(): Promise<string> {
  return (await recorded.json<Run[]>("runs")).at(-1)?.id as string;
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
      { name: "read", kind: "dataPreparation", inputs: [{ name: "Flowers", kind: "dataset" }] },
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

  it("lets provml check tell what an execution did otherwise", async () => {
    const [newest] = await recorded.json<Run[]>("runs");
    const same = await recorded.ask("check", newest?.id as string);
    expect([same.code, same.stdout, same.stderr]).toEqual([
      0,
      expect.stringMatching(/^\S+ \(completed\) did what the plan of flowers says: 5 steps\n$/),
      "",
    ]);
    recorded.record("failed");
    const [failed] = await recorded.json<Run[]>("runs");
    const other = await recorded.ask("check", failed?.id as string);
    expect([other.code, other.stderr]).toEqual([1, ""]);
    expect(linesOf(other.stdout).map((line) => line.split(/ {2,}/))).toEqual([
      ["step-missing", "read never ran"],
      ["input-missing", 'clean did not use "read", which is planned'],
      ["input-unplanned", 'clean used "rows", which is not planned'],
      [
        "step-unfinished",
        expect.stringMatching(/^fit never came to its end: it failed with RangeError: rate is -1;.nit must/),
      ],
      ["step-missing", "test never ran"],
      ["step-missing", "save never ran"],
    ]);
    const report = await recorded.json<CheckReport>("check", failed?.id as string);
    expect(report.findings.map(({ kind, step }) => `${kind} ${step}`)).toContain("step-unfinished fit");
    expect(report.plans.map(({ plan }) => plan.name)).toEqual(["flowers"]);
  });

  it("tells a killed run's missing steps with the reason", async () => {
    recorded.record("killed");
    const [killed] = await recorded.json<Run[]>("runs");
    const { stdout, code } = await recorded.ask("check", killed?.id as string);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^step-missing +save never ran \(the execution was interrupted: long was interrupted\)$/m);
    expect(stdout).toMatch(/^step-unplanned +long ran \(run\), which is not planned$/m);
  });

  it("is shown by provml plan show, as a table and whole in JSON", async () => {
    const { stdout, code } = await recorded.ask("plan", "show");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^flowers, accepted; complete: .*\n\nstep +kind +takes +reads/);
    expect(stdout).toMatch(/^fit +training +epochs, rate +clean +fit +loss +epoch$/m);
    const [shown] = await recorded.json<{ workflow: string; origin: string; plan: Plan }[]>("plan", "show", "flowers");
    expect(shown).toMatchObject({ workflow: "flowers", origin: "accepted", plan: { complete: true } });
  });

  it("says with 1 that there is no such run, and with 2 that a name fits several", async () => {
    const [missing, ambiguous] = await Promise.all([
      recorded.provml("plan", "accept", "nobody"),
      recorded.provml("plan", "accept", "fit"),
    ]);
    expect([missing.code, isOneLine(missing), ambiguous.code, isOneLine(ambiguous)]).toEqual([1, true, 2, true]);
  });
});
