import { Parser } from "n3";
import type { RunDetail, Statements } from "provml/query";
import { beforeAll, describe, expect, it } from "vitest";
import { ALL_PARTS, isOneLine, recordedOnce } from "./provml.ts";

const recorded = recordedOnce(...ALL_PARTS);
/** What a label must not do to a terminal. */
const NAME = "\u001b[31mred\u0007\nline\u202e";
const ESCAPED = "\\u001B[31mred\\u0007\\nline\\u202E";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not come through
const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
let best: string;

beforeAll(async () => {
  best = (await recorded.rows("runs"))[3]?.[0] as string;
});

describe.concurrent("provml show", () => {
  it("tells of a run who, when, where, with what and to what end", async () => {
    const { stdout, code, stderr } = await recorded.ask("show", best);
    expect([code, stderr]).toEqual([0, ""]);
    for (const line of [
      new RegExp(`^run +fit {2}${best}$`, "m"),
      /^status +completed$/m,
      /^person +Ada$/m,
      /^command +node records\.mjs first$/m,
      /^ +runtime +node \d+/m,
      /^ +epochs +20$/m,
      /^ +error +0\.04347$/m,
      /^ +loss +20 +6\.052 +0\.00206 /m,
      /^ {2}clean {2}data {2}w/m,
      /^ {2}fit {2}model {2}w/m,
    ]) {
      expect(stdout).toMatch(line);
    }
  });

  it("tells of a run that failed why, on one line, and of a killed one what is kept", async () => {
    const failed = (await recorded.rows("runs"))[2]?.[0] as string;
    const outcome = await recorded.ask("show", failed);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toMatch(/^error +RangeError: rate is -1;\\nit must be above 0$/m);
    const { stdout } = await recorded.ask("show", "long");
    expect(stdout).toMatch(/^status +interrupted$/m);
    expect(stdout).toMatch(/^ {2}loss +12 /m);
  });

  it("gives a run as JSON by its IRI and by the end of it", async () => {
    const run = await recorded.json<RunDetail>("show", best);
    expect(run).toMatchObject({ name: "fit", hyperparameters: { epochs: 20, rate: 0.1 }, step: { kind: "training" } });
    expect(await recorded.json("show", run.id)).toEqual(run);
  });

  it("prints Turtle that is Turtle, with the run's values and series", async () => {
    const { stdout } = await recorded.ask("show", best, "--turtle");
    const quads = new Parser().parse(stdout);
    const labels = quads
      .filter(({ predicate }) => predicate.value.endsWith("#label"))
      .map(({ object }) => object.value);
    expect(labels.sort()).toEqual(["epoch.durationMs", "epochs", "fit", "fit", "loss", "rate"]);
    expect(stdout).toMatch(new RegExp(`^x:${best} a .*mls:Run`, "m"));
  });

  it.each([
    ["an entity by its path", "flowers.csv", /^types +.*provml:LearningDataSetReference/m, /prov:used {2}read/],
    ["an entity by its name", "Flowers", /^provml:path +flowers\.csv$/m, /prov:specializationOf/],
    ["an agent", "Ada", /^types +prov:Person$/m, /prov:actedOnBehalfOf/],
  ])("tells of %s what is stated of it and what points to it", async (_, name, fact, relation) => {
    const { stdout, code } = await recorded.ask("show", name);
    expect(code).toBe(0);
    expect(stdout).toMatch(fact);
    expect(stdout).toMatch(relation);
  });

  it("tells of a content, a commit or an execution by the id that other answers show", async () => {
    const file = await recorded.json<Statements>("show", "flowers.csv");
    const content = file.relations.find(({ relation }) => relation === "prov:specializationOf")?.id as string;
    expect((await recorded.ask("show", content)).stdout).toMatch(/^provml:byteSize +17$/m);
    const { execution } = await recorded.json<RunDetail>("show", best);
    const uuid = execution.split("/").at(-2) as string;
    expect(await recorded.json("show", uuid)).toMatchObject({ id: execution, types: ["provml:WorkflowExecution"] });
  });

  it("escapes what would move the cursor or hide text, in every answer", async () => {
    const answers = await Promise.all([
      recorded.ask("show", NAME),
      recorded.ask("show", NAME, "--turtle"),
      recorded.ask("lineage", "model.json"),
      recorded.ask("query", "SELECT ?label { ?thing provml:path ?path ; rdfs:label ?label }"),
      recorded.ask("query", "CONSTRUCT { ?thing rdfs:label ?label } { ?thing provml:path ?path ; rdfs:label ?label }"),
    ]);
    for (const { stdout, code } of answers) {
      expect(code).toBe(0);
      expect(stdout).toContain(ESCAPED);
      expect(stdout).not.toMatch(DANGEROUS);
    }
    const missing = await recorded.ask("show", `${NAME}?`);
    expect(isOneLine(missing)).toBe(true);
    expect(missing.stderr).not.toMatch(DANGEROUS);
  });

  it("says with 1 that nothing has a name, and with 2 what an ambiguous one fits", async () => {
    const missing = await recorded.ask("show", "nobody");
    const ambiguous = await recorded.ask("show", "fit");
    expect([missing.code, isOneLine(missing), ambiguous.code, isOneLine(ambiguous)]).toEqual([1, true, 2, true]);
    expect(missing.stderr).toContain('"nobody"');
    expect(ambiguous.stderr).toMatch(/"fit" fits 3 things; .*mls:Run/);
  });
});
