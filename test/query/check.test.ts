import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Plan, type Provenance, provenance } from "provml";
import { type CheckReport, DEPARTURES, type DepartureKind, type Graph, open } from "provml/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folder, opened, recorder } from "./recorded.ts";

type Program = (prov: Provenance, root: string) => unknown;

interface Rows {
  readonly rows: number[];
}

/** Reads a file, trains twice with a search around it, evaluates, saves; has loops, sections and a step of many inferences. */
function program({ rate = 0.1, saves = "model-7.json" } = {}): Program {
  return async (prov, root) => {
    const read = prov.dataPreparation("read", (_path: string): Rows => ({ rows: [1, 2, 3] }));
    const halves = prov.dataPreparation("halve", ({ rows }: Rows) => ({ train: { rows }, test: { rows } }));
    const learn = prov.training("fit", (data: Rows, settings: { rate: number; epochs: number }) => {
      for (const epoch of prov.current().epochs(settings.epochs)) {
        epoch.log({ loss: 1 / (1 + epoch.number) });
        const file = join(root, `weights-${epoch.number}.json`);
        writeFileSync(file, String(settings.rate));
        epoch.generated(file, { kind: "checkpoint" });
      }
      return { weight: settings.rate * data.rows.length };
    });
    const test = prov.evaluation("test", (_model: object, _data: Rows) => ({ accuracy: 0.9 }));
    const score = prov.inference("score", (_model: object, x: number) => x);
    const save = prov.activity("save", (_model: object) => {
      const file = join(root, saves);
      writeFileSync(file, "{}");
      prov.current().generated(file, { kind: "model", role: "model file" });
    });
    writeFileSync(join(root, "raw.csv"), "1,2,3");
    prov.dataset(join(root, "raw.csv"), { name: "Raw numbers" });
    const { train, test: held } = halves(read(join(root, "raw.csv")));
    prov.dataset(train, { name: "train rows", split: "train" });
    prov.dataset(held, { name: "test rows", split: "test" });
    const search = prov.run("search");
    const best = await search(async (settings: { trials: number }) => {
      let model = {};
      for (let trial = 0; trial < settings.trials; trial++) {
        model = learn(train, { rate: rate * (trial + 1), epochs: 2 });
        test(model, held);
      }
      return model;
    })({ trials: 3 });
    for (let x = 0; x < 5; x++) score(best, x);
    save(best);
  };
}

const declared: Plan = {
  name: "flowers",
  experiment: "numbers by weight",
  ordered: true,
  steps: [
    { name: "read", kind: "dataPreparation", inputs: [{ name: "raw.csv", kind: "dataset" }], outputs: ["rows"] },
    { name: "halve", kind: "dataPreparation", inputs: ["rows"], outputs: ["train", "test"] },
    { name: "search", kind: "run", parameters: [{ name: "trials", minimum: 1, maximum: 10 }] },
    {
      name: "fit",
      kind: "training",
      within: "search",
      parameters: [{ name: "rate", minimum: 0.01, maximum: 1 }, "epochs", { name: "seed", optional: true }],
      inputs: [{ name: "train rows", split: "train" }],
      outputs: [{ name: "weights", kind: "model" }, "weights-*.json"],
      measures: ["loss"],
      sections: ["epoch"],
    },
    {
      name: "test",
      kind: "evaluation",
      within: "search",
      inputs: ["weights", { name: "test rows", split: "test" }],
      measures: [{ name: "accuracy", minimum: 0.5 }],
    },
    { name: "score", kind: "inference" },
    { name: "save", kind: "activity", inputs: ["weights"], outputs: [{ name: "model file", kind: "model" }] },
    { name: "report", kind: "activity", optional: true },
  ],
};

/** Records a program, in a folder of its own unless one is given, held to a plan. */
async function recordedBy(run: Program, plan?: Plan, root = folder()): Promise<{ graph: Graph; root: string }> {
  const prov = recorder(root, plan === undefined ? {} : { plan });
  try {
    await run(prov, root);
  } finally {
    await prov.close();
  }
  return { graph: await opened(root), root };
}

async function newest(graph: Graph): Promise<CheckReport> {
  const [run] = await graph.runs();
  return await graph.check(run?.id as string);
}

async function checked(run: Program, plan: Plan): Promise<CheckReport> {
  return await newest((await recordedBy(run, plan)).graph);
}

const texts = ({ findings }: CheckReport) => findings.map(({ kind, text }) => `${kind}: ${text}`);

describe("a run that did what its plan says", () => {
  it("departs nowhere from a plan that a person declared, in the words that a person would use", async () => {
    const report = await checked(program(), declared);
    expect(texts(report)).toEqual([]);
    expect(report).toMatchObject({ workflow: "flowers", status: "completed", unable: [] });
    expect(report.plans).toMatchObject([{ plan: { name: "flowers", experiment: "numbers by weight", ordered: true } }]);
  });

  it("departs nowhere from the plan made of an earlier run, twice", async () => {
    const { graph, root } = await recordedBy(program());
    const accepted = await graph.asPlan("search");
    for (let again = 0; again < 2; again++) {
      const later = await recordedBy(program(), accepted, root);
      expect(texts(await newest(later.graph))).toEqual([]);
      const [run] = await later.graph.runs();
      expect(await later.graph.asPlan(run?.id as string)).toEqual(accepted);
    }
  });

  it("is read from its own graph as it was declared", async () => {
    const { graph } = await recordedBy(program(), declared);
    const [run] = await graph.runs();
    const stated = await graph.planOf(run?.id as string);
    const steps = declared.steps.map((step) =>
      Object.fromEntries(
        Object.entries(step).map(([field, value]) => [field, Array.isArray(value) ? value.map(settled) : value]),
      ),
    );
    expect(stated?.plan).toEqual({ ...declared, steps });
  });

  it("may fail and be left where the plan says that a step is optional, or has succeeded otherwise", async () => {
    const plan: Plan = {
      name: "flowers",
      complete: true,
      steps: [
        { name: "try", kind: "activity", parameters: ["n"] },
        { name: "risky", kind: "activity", optional: true },
      ],
    };
    const report = await checked(
      (prov) => {
        const attempt = prov.activity("try", (n: number) => {
          if (n === 0) throw new Error("not yet");
        });
        const risky = prov.activity("risky", () => {
          throw new Error("as ever");
        });
        for (const call of [() => attempt(0), () => attempt(1), risky]) {
          try {
            call();
          } catch {
            // the program goes on
          }
        }
        prov.run("nothing", () => {});
      },
      { ...plan, steps: [...plan.steps, { name: "nothing", kind: "run" }] },
    );
    expect(texts(report)).toEqual([]);
  });

  it("departs nowhere by what was too much to record", async () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`p${n}`, n]));
    const plan: Plan = {
      name: "flowers",
      steps: [{ name: "copy", kind: "run", parameters: Object.keys(many), outputs: Object.keys(many) }],
    };
    const report = await checked((prov) => prov.run("copy")((all: object) => ({ ...all }))(many), plan);
    expect(texts(report)).toEqual([]);
  });

  it("is found by its execution, where a name fits several runs of it", async () => {
    const plan: Plan = { name: "flowers", steps: [{ name: "fit", kind: "training" }] };
    const { graph } = await recordedBy((prov) => {
      const learn = prov.training("fit", (rate: number) => ({ rate }));
      learn(1);
      learn(2);
    }, plan);
    const [first, second] = await graph.runs();
    for (const name of [
      "fit",
      first?.id,
      second?.id,
      first?.execution,
      first?.execution.split("/").at(-2)?.slice(0, 30),
    ])
      expect((await graph.check(name as string)).execution).toBe(first?.execution);
  });
});

describe("the versions of a plan", () => {
  const first: Plan = { name: "flowers", steps: [{ name: "fit", kind: "training", parameters: ["rate"] }] };
  const second: Plan = { ...first, steps: [{ ...first.steps[0]!, sections: ["epoch"] }] };
  const learnt: Program = (prov) => prov.training("fit", (rate: number) => ({ rate }))(0.1);

  it("have a graph each, written once, to which the executions of that version point", async () => {
    const root = folder();
    const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
    for (const plan of [first, first, second, first]) {
      await recordedBy(learnt, plan, root);
      await flush(join(root, ".provml"));
    }
    const files = readdirSync(join(root, ".provml/graph"), { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => name.endsWith("plan.nq"))).toHaveLength(2);
    const graph = await opened(root);
    const versions = await graph.sparql`
      SELECT ?graph ?plan (COUNT(DISTINCT ?execution) AS ?executions) {
        GRAPH ?graph { ?plan a provml:LearningExperiment }
        GRAPH ?own { ?association prov:hadPlan ?plan . ?execution prov:qualifiedAssociation ?association }
        FILTER(?own != ?graph)
      } GROUP BY ?graph ?plan ORDER BY ?executions`;
    expect(versions.map(({ executions }) => executions)).toEqual([1, 3]);
    for (const { graph: name, plan } of versions) expect(name).toBe(`${plan}-graph`);
    const checks = await Promise.all((await graph.runs()).map(({ id }) => graph.check(id)));
    expect(checks.map((report) => texts(report))).toEqual([
      [],
      ['section-missing: fit had no section "epoch", which is planned'],
      [],
      [],
    ]);
  });
});

describe("an execution of several processes", () => {
  const UUID = "0199d3c0-0000-7000-8000-0000000000aa";
  const steps = (...names: string[]): Plan => ({
    name: "flowers",
    complete: true,
    steps: names.map((name) => ({ name, kind: "activity", outputs: [name] })),
  });

  /** Processes of one execution, each with its plan and the steps that it does. */
  async function together(...processes: readonly { plan?: Plan; does: readonly string[] }[]): Promise<CheckReport> {
    const root = folder();
    process.env.PROVML_EXECUTION = UUID;
    try {
      for (const { plan, does } of processes) {
        const prov = recorder(root, plan === undefined ? {} : { plan });
        for (const name of does) prov.activity(name, () => [{}])();
        await prov.close();
      }
    } finally {
      delete process.env.PROVML_EXECUTION;
    }
    return await (await opened(root)).check(UUID);
  }

  it("does its plan if its processes do it together", async () => {
    const plan = steps("read", "fit", "test");
    const report = await together({ plan, does: ["read", "fit"] }, { plan, does: ["fit", "test"] });
    expect([report.findings, report.unable, report.plans.length]).toEqual([[], [], 1]);
    expect(texts(await together({ plan, does: ["read"] }, { plan, does: ["test", "more"] }))).toEqual([
      "step-missing: fit never ran",
      "step-unplanned: more ran (activity), which is not planned",
    ]);
  });

  it("may be of programs with plans of their own, and with none", async () => {
    const report = await together(
      { plan: steps("read"), does: ["read"] },
      { plan: steps("fit", "test"), does: ["fit"] },
      { does: ["watch"] },
    );
    expect(report.plans).toHaveLength(2);
    expect(texts(report)).toEqual(["step-missing: test never ran"]);
  });
});

function settled(entry: unknown): unknown {
  if (typeof entry !== "object" || entry === null || !("split" in entry)) return entry;
  return { kind: "dataset", ...entry };
}

/** Plans that differ from what the program does in one thing each, and the departures that come of it. */
const step = (name: string) => declared.steps.find((one) => one.name === name)!;
const withStep = (name: string, fields: object): Plan => ({
  ...declared,
  steps: declared.steps.map((one) => (one.name === name ? { ...one, ...fields } : one)),
});

describe("a departure", () => {
  const cases: [DepartureKind, Plan, Program, string[]][] = [
    [
      "step-missing",
      { ...declared, steps: [...declared.steps, { name: "publish", kind: "activity" }] },
      program(),
      ["publish never ran"],
    ],
    [
      "step-unplanned",
      { ...declared, steps: declared.steps.filter(({ name }) => name !== "score") },
      program(),
      ["score ran (inference), which is not planned"],
    ],
    ["step-kind", withStep("save", { kind: "evaluation" }), program(), ["save ran as activity, planned is evaluation"]],
    [
      "step-place",
      withStep("save", { within: "search" }),
      program(),
      ["save ran outside of search, in which it is planned"],
    ],
    [
      "step-order",
      { ...declared, steps: [step("halve"), step("read"), ...declared.steps.slice(2)] },
      program(),
      ["read began before halve, which is planned before it"],
    ],
    [
      "parameter-missing",
      withStep("fit", { parameters: ["rate", "epochs", "momentum"] }),
      program(),
      ['fit took no hyperparameter "momentum", which is planned (3 of 3 calls)'],
    ],
    [
      "parameter-unplanned",
      withStep("fit", { parameters: ["epochs"] }),
      program(),
      ['fit took the hyperparameter "rate", which is not planned (3 of 3 calls)'],
    ],
    [
      "parameter-value",
      withStep("fit", {
        parameters: [
          { name: "rate", maximum: 0.25 },
          { name: "epochs", values: [2, 4] },
        ],
      }),
      program(),
      [`fit took the hyperparameter "rate" = ${0.1 * 3}, planned is at most 0.25 (1 of 3 calls)`],
    ],
    [
      "input-missing",
      withStep("test", { inputs: ["weights", "labels", "test rows"] }),
      program(),
      ['test did not use "labels", which is planned (3 of 3 calls)'],
    ],
    [
      "input-unplanned",
      withStep("test", { inputs: ["test rows"] }),
      program(),
      ['test used "fit", which is not planned (3 of 3 calls)'],
    ],
    [
      "input-split",
      withStep("fit", { inputs: [{ name: "train rows", split: "validation" }] }),
      program(),
      ['fit used "train rows" as train data, planned is validation (3 of 3 calls)'],
    ],
    [
      "output-missing",
      withStep("save", { outputs: ["model file", "card"] }),
      program(),
      ['save did not make "card", which is planned'],
    ],
    [
      "output-unplanned",
      withStep("fit", { outputs: ["weights"] }),
      program(),
      [
        'fit made "weights-0.json", which is not planned (3 of 3 calls)',
        'fit made "weights-1.json", which is not planned (3 of 3 calls)',
      ],
    ],
    [
      "output-split",
      withStep("halve", { outputs: [{ name: "train", split: "test" }, "test"] }),
      program(),
      ['halve made "train" as train data, planned is test'],
    ],
    [
      "measure-missing",
      withStep("test", { measures: ["accuracy", "f1"] }),
      program(),
      ['test did not find "f1", which is planned (3 of 3 calls)'],
    ],
    [
      "measure-unplanned",
      withStep("fit", { measures: [{ name: "accuracy", optional: true }] }),
      program(),
      ['fit found "loss", which is not planned (3 of 3 calls)'],
    ],
    [
      "measure-value",
      withStep("test", { measures: [{ name: "accuracy", minimum: 0.95 }] }),
      program(),
      ['test found "accuracy" = 0.9, planned is at least 0.95 (3 of 3 calls)'],
    ],
    [
      "section-missing",
      withStep("fit", { sections: ["epoch", "batch"] }),
      program(),
      ['fit had no section "batch", which is planned (3 of 3 calls)'],
    ],
    [
      "section-unplanned",
      { ...withStep("fit", { sections: [] }), complete: true },
      program(),
      ['fit had a section "epoch", which is not planned (3 of 3 calls)'],
    ],
    [
      "step-unfinished",
      declared,
      async (prov, root) => {
        await Promise.resolve(program({ saves: join("no", "such", "folder.json") })(prov, root)).catch(() => {});
      },
      ["save never came to its end: it failed with Error: ENOENT"],
    ],
  ];
  const executions = new Map<DepartureKind, string>();
  let root = "";
  let graph: Graph;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "provml-check-"));
    for (const [kind, plan, run] of cases) {
      const place = mkdtempSync(join(root, `${kind}-`));
      const prov = provenance({ directory: join(root, ".provml"), workflow: "flowers", announce: false, plan });
      await run(prov, place);
      executions.set(kind, prov.execution);
      await prov.close();
    }
    graph = await open(join(root, ".provml"));
  });
  afterAll(async () => {
    await graph.close();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(cases)("%s is told, and nothing else", async (kind, _, __, expected) => {
    const { findings } = await graph.check(executions.get(kind) as string);
    const its = findings.filter((finding) => finding.kind === kind);
    expect(its.map(({ text }) => text.replace(/: ENOENT.*/, ": ENOENT"))).toEqual(expected);
    for (const finding of its) {
      expect([finding.check, finding.step]).toEqual(["plan", expected[0]?.split(" ")[0]]);
      expect(finding.calls.length > 0).toBe(kind !== "step-missing");
    }
    expect(findings).toEqual(its);
  });

  it("has a case here for each of its kinds", () => {
    expect(new Set(cases.map(([kind]) => kind))).toEqual(new Set(Object.keys(DEPARTURES)));
  });
});
