import { parseRunFilter, type Run, type RunFilter } from "provml/query";
import { describe, expect, test } from "vitest";
import type { RunInputs, TrainingInputs } from "../../bench/graph/inputs.ts";
import { checkFilter } from "../../src/query/runs/run-filter.ts";
import { generated } from "./generated.ts";
import { recorded } from "./recorded.ts";

const RUNS = 40;

/** A run of the generator, with the study that it is of. */
type Given = RunInputs & { readonly training: TrainingInputs };

const accuracyOf = ({ outcome }: Given) => (outcome.status === "completed" ? outcome.measures.accuracy : undefined);
const lossOf = ({ outcome, losses }: Given) =>
  outcome.status === "completed" ? outcome.measures.loss : (losses.at(-1) as number);

/** Filters as text and as what they mean, said in a loop. */
const QUESTIONS: readonly (readonly [where: string, isWanted: (run: Given) => boolean])[] = [
  ["learningRate < 0.01", ({ hyperparameters }) => hyperparameters.learningRate < 0.01],
  ["accuracy >= 0.75", (run) => (accuracyOf(run) ?? 0) >= 0.75],
  ["not accuracy >= 0.75", (run) => !((accuracyOf(run) ?? 0) >= 0.75)],
  ["loss < 0.2 and optimizer = adam", (run) => lossOf(run) < 0.2 && run.hyperparameters.optimizer === "adam"],
  ["optimizer != adam", ({ hyperparameters }) => hyperparameters.optimizer !== "adam"],
  ["status = failed or dropout = 0.5", (run) => run.outcome.status === "failed" || run.hyperparameters.dropout === 0.5],
  [
    "(batchSize = 16 or batchSize = 32) and not (person = Ada or person = 'Grace')",
    ({ hyperparameters, training }) =>
      [16, 32].includes(hyperparameters.batchSize) && !["Ada", "Grace"].includes(training.person),
  ],
  [
    "batchSize = 16 or batchSize = 32 and optimizer = sgd",
    ({ hyperparameters: { batchSize, optimizer } }) => batchSize === 16 || (batchSize === 32 && optimizer === "sgd"),
  ],
  ["workflow = classifier", ({ training }) => training.workflow === "classifier"],
  ["study ~ STUDY-1", ({ training }) => training.study.includes("study-1")],
  ["text ~ 'is not finite'", ({ outcome }) => outcome.status === "failed"],
  ["startedAt < 2026-01-01 or startedAt >= 2026-01-01", () => true],
  ["endedAt < 2000-01-01T00:00:00Z", () => false],
  ["nothingThatIsRecorded != 1", () => false],
];

test("filters find the runs that loops over the programs' inputs find, by look-ups and by SPARQL alone", {
  timeout: 240_000,
}, async () => {
  const { graphs, inputs } = await generated(RUNS);
  const given = inputs.executions.flatMap((one) =>
    one.kind === "training" ? one.runs.map((run): Given => ({ ...run, training: one })) : [],
  );
  for (const graph of graphs) {
    for (const [where, isWanted] of QUESTIONS) {
      const found = await graph.runs({ where });
      expect(found.map(({ name }) => name).sort(), where).toEqual(
        given
          .filter(isWanted)
          .map(({ name }) => name)
          .sort(),
      );
      expect(await graph.runs({ where: parseRunFilter(where) })).toEqual(found);
    }

    const byAccuracy = [...given].reverse(); // newest first, which order equals keep
    byAccuracy.sort((a, b) => (accuracyOf(b) ?? -1) - (accuracyOf(a) ?? -1));
    const names = byAccuracy.map(({ name }) => name);
    expect((await graph.runs({ sort: "-accuracy" })).map(({ name }) => name)).toEqual(names);
    const page = await graph.runs({ sort: "-accuracy", offset: 5, limit: 7 });
    expect(page.map(({ name }) => name)).toEqual(names.slice(5, 12));
    const byTwo = await graph.runs({
      sort: ["optimizer", "-loss"],
      where: { field: "status", is: "=", value: "completed" },
    });
    expect(byTwo.map(({ name }) => name)).toEqual(
      given
        .filter(({ outcome }) => outcome.status === "completed")
        .sort((a, b) => {
          const [one, other] = [a.hyperparameters.optimizer, b.hyperparameters.optimizer];
          return one < other ? -1 : one > other ? 1 : lossOf(b) - lossOf(a);
        })
        .map(({ name }) => name),
    );
  }
});

test("a name is a hyperparameter's or a measure's, and its path says which", async () => {
  const graph = await recorded((prov) => {
    const learn = prov.training("fit", (_given: object) => {
      prov.current().log({ loss: 0.5 }, 0);
      return new Map();
    });
    learn({ loss: 2, "learning rate": 0.1, name: 7 });
  });
  const names = async (where: RunFilter | string) => (await graph.runs({ where })).map(({ name }: Run) => name);
  expect(await names("loss = 2")).toEqual(["fit"]);
  expect(await names("loss = 0.5")).toEqual(["fit"]);
  expect(await names("hyperparameters.loss = 0.5")).toEqual([]);
  expect(await names("measures.loss = 0.5")).toEqual(["fit"]);
  expect(await names('"learning rate" <= 0.1')).toEqual(["fit"]);
  expect(await names("name = fit")).toEqual(["fit"]);
  expect(await names("hyperparameters.name > 6")).toEqual(["fit"]);
  expect(await names("__proto__ = 1 or toString ~ native")).toEqual([]);
});

test("what is not in quotes is compared with texts as it is written", async () => {
  const graph = await recorded((prov) => {
    prov.training("12e3", (_given: object) => new Map())({ version: "007" });
    prov.training("007", (_given: object) => new Map())({ name: 12_000, version: 7 });
  });
  const names = async (where: string) => (await graph.runs({ where })).map(({ name }: Run) => name).sort();
  expect(await names("name ~ 12e3")).toEqual(["12e3"]);
  expect(await names("text ~ 007")).toEqual(["007", "12e3"]);
  expect(await names("name = 007")).toEqual(["007"]);
  expect(await names("name != 007")).toEqual(["12e3"]);
  expect(await names("name = 12e3")).toEqual(["007", "12e3"]); // of one it is the hyperparameter
  expect(await names("name != 12e3")).toEqual([]);
  expect(await names("name > 1")).toEqual(["007"]);
  expect(await names("version = 007")).toEqual(["007"]);
  expect(await names('version = "007"')).toEqual(["12e3"]);
});

test("a loss that is no number, or without end, is found by that", async () => {
  const graph = await recorded((prov) => {
    for (const loss of [0.5, Number.NaN, Number.POSITIVE_INFINITY])
      prov.training(String(loss), (_given: object) => new Map())({ loss });
  });
  const names = async (where: string) => (await graph.runs({ where })).map(({ name }: Run) => name).sort();
  expect(await names("loss = NaN")).toEqual(["NaN"]);
  expect(await names("loss != NaN")).toEqual(["0.5", "Infinity"]);
  expect(await names("loss < Infinity")).toEqual(["0.5"]);
  expect(await names("loss >= INF")).toEqual(["Infinity"]);
  expect(await names("loss > -INF and not loss = +Infinity")).toEqual(["0.5"]);
});

test("times are read as ISO 8601, in UTC where no zone is said, wherever the machine stands", async () => {
  const zone = process.env.TZ;
  process.env.TZ = "Pacific/Kiritimati";
  try {
    const graph = await recorded((prov) => prov.training("fit", () => new Map())());
    const [run] = await graph.runs();
    const startedAt = run?.startedAt ?? "";
    expect(startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z$/);
    const count = async (where: string) => (await graph.runs({ where })).length;
    const [minute, day, month, year] = [16, 10, 7, 4].map((length) => startedAt.slice(0, length));
    for (const from of [minute, `${minute}Z`, `${minute}+00:00`, day, month, year])
      expect(await count(`startedAt >= ${from}`), from).toBe(1);
    expect(await count(`startedAt = ${startedAt}`)).toBe(1);
    expect(await count(`startedAt = ${startedAt.slice(0, -1)}`)).toBe(1);
    expect(await count(`startedAt < ${day}`)).toBe(0);
    expect(await graph.runs({ where: { field: "startedAt", is: ">=", value: Number(year) } })).toHaveLength(1);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test("a text within the limits is also taken as data", () => {
  const deep = `${"(b = 2 or a = 1 and ".repeat(99)}name != 7${")".repeat(99)}`;
  expect(checkFilter(parseRunFilter(deep))).toEqual(parseRunFilter(deep));
});

describe("a filter that cannot be read", () => {
  test.each([
    ["lr <", "ends where a number or a text should stand"],
    ["lr 0.1", "one of = != <= >= < > ~"],
    ["lr < 0.1 loss > 2", "character 10, marked by »"],
    ["(lr < 0.1", "and, or, or )"],
    ["lr < 'a", "a quote that does not end"],
    ["lr ! 1", "means nothing there"],
    ["and lr < 1", "the name of a field, not or ("],
    ["", "the name of a field"],
    ['"(" a = 1 ")"', "character 5, marked by »"],
    ['(a = 1 ")"', "and, or, or )"],
    ['"" = 1', "the name of a field"],
    ["a = 1 and startedAt > yesterday", "character 23, marked by »"],
    ["startedAt > yesterday", "which is no time"],
    ["startedAt >= 11.12.2026", "which is no time"],
    ["startedAt > 5", "which is no time"],
    ["startedAt > 'week 3'", "which is no time"],
    ["endedAt < 2026-11-1", "which is no time"],
    ["endedAt < 2026-02-30", "which is no time"],
    ["endedAt < 2026-13", "which is no time"],
    ["endedAt < 2026-11-21T25:00Z", "which is no time"],
    [`${"not ".repeat(200)}a = 1`, "at most 100 levels"],
    ["x".repeat(20_000), "longer than 10000 characters"],
  ])("%s", (where, said) => {
    expect(() => parseRunFilter(where)).toThrow(expect.objectContaining({ code: "bad-argument" }));
    expect(() => parseRunFilter(where)).toThrow(said);
  });

  test.each([
    [{ field: "lr", is: "==", value: 1 }],
    [{ field: "", is: "=", value: 1 }],
    [{ field: "lr", is: "=", value: null }],
    [{ field: "startedAt", is: "=", value: 5 }],
    [{ and: 1 }],
    [{ and: [], or: [] }],
    [{ field: "lr", is: "=", value: 1, not: { field: "lr", is: "=", value: 2 } }],
    [{ not: undefined }],
    [7],
  ])("as data: %j", (where) => {
    const check = () => checkFilter(where as unknown as RunFilter);
    expect(check).toThrow(expect.objectContaining({ code: "bad-argument" }));
  });

  test("is refused by questions too", async () => {
    const graph = await recorded((prov) => prov.training("fit", () => new Map())());
    for (const where of ["lr <", { and: [{ not: 7 as unknown as RunFilter }] }])
      await expect(graph.runs({ where })).rejects.toMatchObject({ code: "bad-argument" });
  });
});

test("a page that cannot be is refused", async () => {
  const graph = await recorded((prov) => prov.training("fit", () => new Map())());
  for (const options of [{ limit: -1 }, { offset: 0.5 }, { sort: "-" }])
    await expect(graph.runs(options)).rejects.toMatchObject({ code: "bad-option" });
});
