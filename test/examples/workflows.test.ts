import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Graph, type Lineage, open, type Run } from "provml/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digitsFile, MNIST_SETTING } from "../../examples/mnist-model.ts";
import { PENGUIN_SETTINGS, PENGUINS_FILE } from "../../examples/penguins-model.ts";
import { type Example, type RecordedExample, sharedExamples } from "./recorded.ts";

const recorded = sharedExamples("penguins", "mnist", "decorators");
const IN_GIT = existsSync(new URL("../../.git", import.meta.url));

const graphs = new Map<Example, Graph>();

beforeAll(async () => {
  for (const [example, { directory }] of recorded) graphs.set(example, await open(directory));
});
afterAll(async () => {
  for (const graph of graphs.values()) await graph.close();
});

function asked(example: Example, question: (graph: Graph, its: RecordedExample) => Promise<void>): Promise<void> {
  return question(graphs.get(example) as Graph, recorded.get(example) as RecordedExample);
}

describe("the penguins example", () => {
  it("records its two trainings with their settings, and the accuracies that it printed", async () => {
    await asked("penguins", async (graph, { printed }) => {
      const runs = (await graph.runs()).reverse();
      expect(runs.map(({ name, workflow, status }) => [name, workflow, status])).toEqual(
        PENGUIN_SETTINGS.map(() => ["fit", "penguins", "completed"]),
      );
      expect(runs.map(({ hyperparameters }) => hyperparameters)).toEqual(PENGUIN_SETTINGS);
      const accuracies = [...printed.matchAll(/accuracy (\d\.\d{3}) on 86/g)].map(([, text]) => text);
      expect(runs.map(({ measures }) => measures.accuracy?.toFixed(3))).toEqual(accuracies);
      for (const { measures } of runs) expect(Object.keys(measures).sort()).toEqual(["accuracy", "loss", "macroF1"]);
    });
  });

  it("records the loss and accuracy of each epoch, which improve", async () => {
    await asked("penguins", async (graph) => {
      for (const run of await graph.runs()) {
        for (const name of ["loss", "accuracy", "epoch.durationMs"]) {
          const points = await graph.series(run.id, name);
          expect(points.map(({ step }) => step)).toEqual([...Array(run.hyperparameters.epochs).keys()]);
        }
        const losses = await graph.series(run.id, "loss");
        expect(losses.at(-1)?.value).toBeLessThan(losses[0]?.value as number);
      }
    });
  });

  it("links every run to the plan, and each step to its part", async () => {
    await asked("penguins", async (graph) => {
      const runs = await graph.runs();
      expect(new Set(runs.map(({ plan }) => plan)).size).toBe(1);
      const parts = await graph.sparql`
        SELECT DISTINCT ?name ?part { ?step prov:qualifiedAssociation ?a ; rdfs:label ?name ; dcterms:isPartOf ?execution .
          ?a prov:hadPlan ?plan . ?plan rdfs:label ?part . FILTER NOT EXISTS { ?step a provml:WorkflowExecution } }`;
      expect(parts.map(({ name }) => name).sort()).toEqual([
        "clean",
        "evaluate",
        "fit",
        "load",
        "normalise",
        "save",
        "split",
      ]);
      for (const { name, part } of parts) expect(part).toBe(name);
    });
  });

  it("is traced from the bytes of its model, under any name, to the raw file, the better run and a commit", async () => {
    await asked("penguins", async (graph, { folder }) => {
      const copy = join(folder, "somewhere-else.bin");
      copyFileSync(join(folder, "penguins-model.json"), copy);
      const lineage = await graph.lineage(copy);
      const [better] = await graph.runs();
      expect(runsIn(lineage)).toEqual([better?.id]);
      expect(filesIn(lineage)).toContain(`Palmer penguins ${digestOf(PENGUINS_FILE)}`);
      if (IN_GIT) expect(commitsIn(lineage)).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/)]);
    });
  });

  it("is followed from the raw file down to both models and what was saved", async () => {
    await asked("penguins", async (graph) => {
      const lineage = await graph.lineage(PENGUINS_FILE, { direction: "down" });
      expect(runsIn(lineage).sort()).toEqual((await graph.runs()).map(({ id }) => id).sort());
      expect(lineage.nodes.filter(({ path }) => path === "penguins-model.json")).toHaveLength(1);
    });
  });
});

describe("the mnist example", () => {
  it("records its training with the settings, and exactly the measures that it printed", async () => {
    await asked("mnist", async (graph, { printed }) => {
      const runs = await graph.runs();
      expect(runs).toMatchObject([
        { name: "fit", workflow: "mnist", status: "completed", hyperparameters: MNIST_SETTING },
      ]);
      expect((runs[0] as Run).measures).toEqual(printedObject(printed));
      expect((runs[0] as Run).plan).toBeUndefined();
    });
  });

  it("is traced from the bytes of its checkpoint to the ten raw files and a commit", async () => {
    await asked("mnist", async (graph, { folder }) => {
      const copy = join(folder, "unknown.bin");
      copyFileSync(join(folder, `mnist-epoch-${MNIST_SETTING.epochs - 1}.json`), copy);
      const lineage = await graph.lineage(copy);
      const files = filesIn(lineage).sort();
      for (const digit of Array(10).keys()) expect(files).toContain(`${digit}.json ${digestOf(digitsFile(digit))}`);
      expect(runsIn(lineage)).toHaveLength(1);
      if (IN_GIT) expect(commitsIn(lineage)).toHaveLength(1);
    });
  });

  it("lists the model, and the checkpoint among all states only", async () => {
    await asked("mnist", async (graph) => {
      expect((await graph.models()).map(({ kind }) => kind)).toEqual(["model"]);
      const all = await graph.models({ states: "all" });
      expect(all.map(({ kind, label }) => `${kind} ${label}`).sort()).toEqual([
        "checkpoint mnist-epoch-4.json",
        "model fit",
      ]);
    });
  });
});

describe("the decorators example", () => {
  it("records a class's methods as steps, with what they took and found", async () => {
    await asked("decorators", async (graph, { printed }) => {
      const [run, ...others] = await graph.runs();
      expect([run?.name, run?.status, others]).toEqual(["centroids", "completed", []]);
      expect(run?.hyperparameters).toEqual({ measures: 4 });
      expect(run?.measures).toEqual({ species: 3, ...printedObject(printed) });
    });
  });

  it("is traced from its model to the raw file, the program and a commit", async () => {
    await asked("decorators", async (graph) => {
      const [model] = await graph.models();
      const lineage = await graph.lineage(model?.id as string);
      expect(filesIn(lineage).sort()).toEqual([
        `Palmer penguins ${digestOf(PENGUINS_FILE)}`,
        `decorators.js ${digestOf(PROGRAM)}`,
      ]);
      if (IN_GIT) expect(commitsIn(lineage)).toHaveLength(1);
    });
  });
});

const PROGRAM = fileURLToPath(new URL("../../dist/examples/decorators.js", import.meta.url));

function runsIn({ nodes }: Lineage): string[] {
  return nodes.filter(({ types }) => types.includes("mls:Run")).map(({ id }) => id);
}

function filesIn({ nodes }: Lineage): string[] {
  return nodes.flatMap(({ label, path, sha256 }) => (path === undefined ? [] : [`${label} ${sha256}`]));
}

function commitsIn({ nodes }: Lineage): string[] {
  return [
    ...new Set(nodes.flatMap(({ types, commit }) => (types.includes("provml:SourceCode") ? [commit ?? ""] : []))),
  ];
}

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** What console.log made of a flat object of numbers. */
function printedObject(text: string): Record<string, number> {
  return Object.fromEntries([...text.matchAll(/(\w+): ([-\d.e]+)/g)].map(([, name, value]) => [name, Number(value)]));
}
