import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "provml";
import { type CheckReport, open, type Run } from "provml/query";
import { describe, expect, it } from "vitest";
import { isOneLine, linesOf, provml, recordedOnce } from "./provml.ts";

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

  it("is shown as CSV with a row for each step", async () => {
    const { stdout, code } = await recorded.provml("plan", "show", "--csv");
    const [head = "", ...rows] = linesOf(stdout.replaceAll("\r", ""));
    expect([code, rows.length]).toEqual([0, 5]);
    expect(head).toMatch(/^workflow,origin,name,kind,/);
    expect(rows[0]).toMatch(/^flowers,accepted,read,dataPreparation,.*""Flowers""/);
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

const PROVLAKE = {
  context_name: "birds",
  dataflow_name: "birds",
  data_transformations: {
    fit: {
      input_datasets: [{ attributes: [{ name: "rate", dtype: "float", ml_semantics: "hyper_parameter" }] }],
      output_datasets: [{ attributes: [{ name: "weights", ml_semantics: "model" }] }],
    },
  },
};

describe("provml plan import", () => {
  const recorded = recordedOnce("first");

  it("makes ProvLake's prospective JSON the plan of the workflow, and says what it left out", async () => {
    writeFileSync(join(recorded.folder, "birds.json"), JSON.stringify(PROVLAKE));
    const { stdout, stderr, code } = await recorded.provml("plan", "import", "birds.json");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^the plan of birds: fit\n/)]);
    expect(stderr).toBe("provml: not in the plan, which has no place for them: context_name, dtype\n");
    const [shown] = await recorded.json<{ plan: Plan }[]>("plan", "show", "birds");
    expect(shown?.plan).toEqual({
      name: "birds",
      steps: [{ name: "fit", kind: "training", parameters: ["rate"], outputs: [{ name: "weights", kind: "model" }] }],
    });
    const other = await recorded.provml("plan", "import", "birds.json", "--workflow", "flowers");
    expect(other.stdout).toMatch(/^the plan of flowers: fit\n/);
  });

  it("holds the next execution to it", async () => {
    recorded.record("first");
    const [run] = await recorded.json<Run[]>("runs");
    const { stdout, code } = await recorded.ask("check", run?.id as string);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^parameter-unplanned +fit took the hyperparameter "epochs", which is not planned \(2 of 2 calls\)$/m,
    );
    expect(stdout).not.toMatch(/weights/);
  });

  it("may come before anything is recorded", async () => {
    const folder = join(recorded.folder, "new");
    mkdirSync(folder);
    writeFileSync(join(folder, "birds.json"), JSON.stringify(PROVLAKE));
    const outcome = await provml(["plan", "import", "birds.json", "--dir", join(folder, ".provml")], { cwd: folder });
    expect([outcome.code, existsSync(join(folder, ".provml/plans/birds.json"))]).toEqual([0, true]);
  });

  it.each([
    ["a file that is not there", "none.json", /none\.json: it cannot be read: ENOENT/],
    ["a folder", ".", /\.: it cannot be read: it is no file/],
    ["what has no end", "/dev/zero", /it is no file/],
    ["no JSON", "text.json", /text\.json: line 1, column 1: expected a value, found "not json"|text\.json: .*expected/],
    ["bytes that are no UTF-8", "bytes.json", /bytes\.json: it cannot be read: /],
    ["too much", "large.json", /large\.json: it cannot be read: it has \d+ bytes, 16777216 are the most/],
  ])("refuses %s with 2 and leaves no plan", async (_, file, reason) => {
    writeFileSync(join(recorded.folder, "text.json"), "not json");
    writeFileSync(join(recorded.folder, "bytes.json"), Buffer.from([0x7b, 0xff, 0x7d]));
    writeFileSync(join(recorded.folder, "large.json"), "");
    truncateSync(join(recorded.folder, "large.json"), 17 * 1024 * 1024);
    const before = readdirSync(join(recorded.directory, "plans"));
    const outcome = await recorded.provml("plan", "import", file);
    expect([outcome.code, isOneLine(outcome)]).toEqual([2, true]);
    expect(outcome.stderr).toMatch(reason);
    expect(readdirSync(join(recorded.directory, "plans"))).toEqual(before);
  });
});
