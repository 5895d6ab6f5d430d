import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import type { BriefPlan } from "../../src/model/brief.ts";
import { namePlan, type Plan } from "../../src/model/plan.ts";
import { flushesAtOnce } from "./at-once.ts";
import { crafted } from "./crafted.ts";
import { filesIn, graphIn, published } from "./moved.ts";
import { temporary } from "./recorded.ts";

const plan: Plan = { name: "birds", steps: [{ name: "fit", kind: "training", parameters: ["rate"] }] };
const later: Plan = { ...plan, steps: [{ ...plan.steps[0]!, parameters: ["rate", "epochs"] }] };

/** Executions of their own, each with a plan, in one directory. */
function executions(...plans: readonly Plan[]): string {
  const directory = join(temporary(), ".provml");
  for (const [n, one] of plans.entries()) {
    const brief: BriefPlan = { kind: "plan", plan: one };
    const writer = `wcraft${n}`;
    const execution = `0199d3c0-0000-7000-8000-00000000000${n}`;
    crafted({ directory, header: { writer, execution }, frames: [[brief, { kind: "entity", id: "x:e" }]] });
  }
  return directory;
}

function planFiles(directory: string): string[] {
  return filesIn(directory, "graph").filter((path) => path.endsWith("plan.nq"));
}

function graphName(one: Plan): string {
  return namePlan(one).graph.replace("id:", "https://w3id.org/prov-ml/id/");
}

test("a plan's graph is written once, however many executions bring it", async () => {
  const directory = executions(plan, plan, plan);
  const { quads, quarantined } = await flush(directory);
  expect(quarantined).toBe(0);
  expect(planFiles(directory)).toHaveLength(1);
  const lines = graphIn(directory).filter((line) => line.includes(`<${graphName(plan)}> .`));
  expect(lines.length).toBeGreaterThan(10);
  // The plan with its line in the catalogue, and an entity an execution.
  const catalogue = graphIn(directory).filter((line) => line.includes("/id/catalogue>"));
  expect(quads).toBe(lines.length + catalogue.length + 3);
});

test("a changed plan gets a graph of its own, and the old one stays as it was", async () => {
  const directory = executions(plan);
  await flush(directory);
  const before = published(directory);
  const both = executions(plan, later);
  await flush(both);
  expect(planFiles(both)).toHaveLength(2);
  const files = published(both);
  for (const path of Object.keys(before).filter((name) => name.endsWith("plan.nq")))
    expect(files[path]).toBe(before[path]);
  for (const one of [plan, later]) expect(graphIn(both).some((line) => line.includes(graphName(one)))).toBe(true);
});

test("flushers that come together write the same graph of a plan", async () => {
  const alone = executions(plan, plan, later, plan);
  await flush(alone);
  const crowded = executions(plan, plan, later, plan);
  await flushesAtOnce(crowded, 3);
  expect(graphIn(crowded)).toEqual(graphIn(alone));
  expect(planFiles(crowded)).toHaveLength(2);
});

test("a plan's graph that is gone comes back with the next execution", async () => {
  const directory = executions(plan);
  await flush(directory);
  const before = graphIn(directory);
  for (const path of planFiles(directory)) rmSync(path);
  crafted({ directory, header: { writer: "wlater" }, frames: [[{ kind: "plan", plan }]] });
  await flush(directory);
  expect(graphIn(directory)).toEqual(before);
});

test.each([
  ["no plan", {}],
  ["steps that are no list", { plan: { name: "p", steps: 1 } }],
  ["a step of no kind", { plan: { name: "p", steps: [{ name: "a" }] } }],
  ["null", { plan: null }],
])("a plan that is %s goes to quarantine, and what comes after it does not", async (_, fields) => {
  const directory = crafted({
    frames: [
      [
        { kind: "plan", ...fields },
        { kind: "entity", id: "x:e" },
      ],
    ],
  });
  const report = await flush(directory);
  expect([report.quarantined, report.quads, planFiles(directory)]).toEqual([1, 1, []]);
});
