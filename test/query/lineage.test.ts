import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Graph, type Lineage, open } from "provml/query";
import { describe, expect, test } from "vitest";
import { file, folder, opened, recorded, recorder } from "./recorded.ts";

const RAW = "a,b\n1,2\n3,4\n";
const PREPARED = "prepared: 1 2 3 4";

/** Reads a file, writes another. */
async function prepare(root: string, name = "prepare"): Promise<void> {
  const prov = recorder(root, { workflow: name });
  prov.dataPreparation(name, () => {
    prov.current().used(file(join(root, "raw.csv"), RAW));
    prov.current().generated(file(join(root, "prepared.txt"), PREPARED));
  })();
  await prov.close();
}

/** Reads what `prepare` wrote, trains a model and writes it. */
async function train(root: string): Promise<void> {
  const prov = recorder(root, { workflow: "train" });
  prov.training("fit", (_given: object) => {
    prov.current().used(join(root, "prepared.txt"));
    prov.current().generated(file(join(root, "model.json"), '{"weights":[1,2]}'), { kind: "model" });
  })({ learningRate: 0.5 });
  await prov.close();
}

const labels = ({ nodes }: Lineage) => nodes.map(({ label }) => label).sort();
const edges = ({ nodes, edges: all }: Lineage) => {
  const label = new Map(nodes.map((node) => [node.id, node.label]));
  return all.map(({ from, relation, to }) => `${label.get(from)} ${relation} ${label.get(to)}`).sort();
};

describe("a model that is applied outside of any step", () => {
  async function applied(): Promise<{ graph: Graph; path: (name: string) => string }> {
    let folder = "";
    const graph = await recorded((prov, root) => {
      folder = root;
      const model = prov.training("fit", () => ({ w: [1, 2, 3] }))();
      prov.inference("predict", (its: { w: number[] }, x: number) => (its.w[0] ?? 0) * x)(model, 1);
      const other = file(join(root, "other.txt"), "nothing to do with it");
      prov.activity("unrelated", () => void prov.current().generated(other))();
      prov.current().generated(file(join(root, "predicted.txt"), "what the model predicted"));
    });
    return { graph, path: (name) => join(folder, name) };
  }

  test("is no input of the other steps of the program", async () => {
    const { graph, path } = await applied();
    expect(labels(await graph.lineage(path("other.txt")))).not.toContain("fit");
    const [model] = await graph.models();
    expect(labels(await graph.lineage(model?.id as string, { direction: "down" }))).not.toContain("unrelated");
  });

  test("is an input of what the program itself writes", async () => {
    const { graph, path } = await applied();
    expect(labels(await graph.lineage(path("predicted.txt")))).toContain("fit");
    const [model] = await graph.models();
    expect(labels(await graph.lineage(model?.id as string, { direction: "down" }))).toContain("predicted.txt");
  });
});

describe("up", () => {
  test("goes from a model over the bytes of a file to the raw data of another execution", async () => {
    const root = folder();
    await prepare(root);
    await train(root);
    const lineage = await (await opened(root)).lineage(join(root, "model.json"));
    expect(edges(lineage)).toEqual(
      expect.arrayContaining([
        "model.json wasGeneratedBy fit",
        "fit used prepared.txt",
        "fit used learningRate",
        "prepared.txt sameContent prepared.txt",
        "prepared.txt wasGeneratedBy prepare",
        "prepare used raw.csv",
      ]),
    );
    expect(lineage.edges.filter(({ byContent }) => byContent)).toHaveLength(1);
    expect(lineage.isComplete).toBe(true);
  });

  test("tells of each node what it is, when, in which execution, with path, digest, value and status", async () => {
    const root = folder();
    await prepare(root);
    await train(root);
    const { nodes, roots } = await (await opened(root)).lineage(join(root, "model.json"));
    const node = (label: string) => nodes.find((one) => one.label === label);
    expect(roots).toEqual([node("model.json")?.id]);
    expect(node("raw.csv")).toMatchObject({
      kind: "entity",
      types: ["provml:DataReference"],
      path: expect.stringMatching(/raw\.csv$/),
      sha256: createHash("sha256").update(RAW).digest("hex"),
    });
    expect(node("learningRate")).toMatchObject({ value: 0.5 });
    expect(node("fit")).toMatchObject({ kind: "activity", status: "completed", time: expect.any(String) });
    expect(node("fit")?.execution).not.toBe(node("raw.csv")?.execution);
    expect(Date.parse(node("model.json")?.time ?? "")).not.toBeNaN();
  });

  test("climbs to the steps around, and to what those used", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", () => new Map([["weights", 1]]));
      prov.run("experiment", (run) => {
        run.used(new Float64Array([1, 2]), { role: "noise" });
        return learn();
      });
    });
    const [model] = await graph.models();
    const lineage = await graph.lineage(model?.id ?? "");
    expect(edges(lineage)).toEqual(
      expect.arrayContaining(["fit wasGeneratedBy fit", "fit isPartOf experiment", "experiment used noise"]),
    );
    expect(edges(lineage)).toContain("flowers used environment");
  });

  test("leaves out what a step around used only after the thing was made", async () => {
    const graph = await recorded(async (prov) => {
      const learn = prov.training("fit", () => new Map([["weights", 1]]));
      await prov.run("experiment", async (run) => {
        const model = learn();
        await new Promise((done) => setTimeout(done, 10));
        run.used(new Float64Array([1, 2]), { role: "afterthought" });
        return model;
      });
    });
    const [model] = await graph.models();
    expect(labels(await graph.lineage(model?.id ?? ""))).not.toContain("afterthought");
  });

  test("goes into the parts of a step that made a thing", async () => {
    const graph = await recorded((prov, root) => {
      const read = prov.dataPreparation("read", () => {
        prov.current().used(file(join(root, "raw.csv"), RAW));
        return [[1]];
      });
      prov.activity("report", (step = prov.current()) => {
        read();
        step.generated(file(join(root, "report.html"), "<html>a report</html>"));
      })();
    });
    expect(labels(await graph.lineage("report.html"))).toContain("raw.csv");
  });

  test("never reaches a generation that came after the use", async () => {
    const root = folder();
    file(join(root, "prepared.txt"), PREPARED); // it was there before anybody recorded anything
    await train(root);
    await new Promise((done) => setTimeout(done, 10));
    await prepare(root);
    expect(labels(await (await opened(root)).lineage(join(root, "model.json")))).not.toContain("raw.csv");
  });

  test("equal by coincidence is not the same: empty and trivial contents join nothing", async () => {
    for (const trivial of ["", "[]", "null\n"]) {
      const root = folder();
      const first = recorder(root);
      first.dataPreparation("write", () => {
        first.current().used(file(join(root, "raw.csv"), RAW));
        first.current().generated(file(join(root, "first.json"), trivial));
      })();
      await first.close();
      const second = recorder(root);
      second.dataPreparation("read", () => {
        second.current().used(file(join(root, "second.json"), trivial));
        second.current().generated(file(join(root, "out.json"), '{"made": "from nothing"}'));
      })();
      await second.close();
      expect(labels(await (await opened(root)).lineage("out.json"))).not.toContain("raw.csv");
    }
  });

  test("a file that a step reads and writes back leads to no cycle", async () => {
    const root = folder();
    const path = file(join(root, "state.json"), "the first state of it");
    for (let i = 0; i < 3; i++) {
      const prov = recorder(root, { workflow: `pass ${i}` });
      prov.activity(`pass ${i}`, () => {
        prov.current().used(path);
        prov.current().generated(file(path, `state ${i} of the file`));
      })();
      await prov.close();
    }
    const graph = await opened(root);
    const up = await graph.lineage(path);
    expect(labels(up)).toEqual(expect.arrayContaining(["pass 0", "pass 1", "pass 2"]));
    expect(new Set(up.nodes.map(({ id }) => id)).size).toBe(up.nodes.length);
  });

  test("a graph in which things come of each other is walked to its end", async () => {
    const graph = await recorded((prov) => {
      const a = prov.entity({ a: [1] }, { name: "a" });
      const b = prov.entity({ b: [1] }, { name: "b", of: a });
      prov.entity(a, { of: b });
    });
    expect(edges(await graph.lineage("a"))).toEqual(["a wasDerivedFrom b", "b wasDerivedFrom a"]);
  });

  test("depth cuts it, and says so", async () => {
    const root = folder();
    await prepare(root);
    const graph = await opened(root);
    const one = await graph.lineage("prepared.txt", { depth: 1 });
    expect(labels(one)).toEqual(["prepare", "prepared.txt"]);
    expect(one.isComplete).toBe(false);
    expect((await graph.lineage("prepared.txt", { depth: 0 })).edges).toEqual([]);
  });
});

describe("down", () => {
  test("tells what must be made again when a raw file is wrong, across executions", async () => {
    const root = folder();
    await prepare(root);
    await train(root);
    const lineage = await (await opened(root)).lineage(join(root, "raw.csv"), { direction: "down" });
    expect(labels(lineage)).toEqual(expect.arrayContaining(["prepare", "prepared.txt", "fit", "model.json"]));
    expect(labels(lineage)).not.toContain("learningRate");
    expect(lineage.nodes.filter(({ types }) => types.includes("provml:Model"))).toHaveLength(1);
  });

  test("reaches everything that came of one commit or software", async () => {
    const graph = await recorded((prov) => prov.training("fit", () => new Map([["weights", 1]]))());
    const { software } = (await graph.runs())[0] ?? {};
    const lineage = await graph.lineage(software?.id ?? "", { direction: "down" });
    expect(lineage.nodes.some(({ types }) => types.includes("provml:Model"))).toBe(true);
  });

  test("and up agree: what is in the one's past has the one in its future", async () => {
    const root = folder();
    await prepare(root);
    await train(root);
    const graph = await opened(root);
    const up = await graph.lineage(join(root, "model.json"));
    const [model = ""] = up.roots;
    for (const { id, kind } of up.nodes.filter((node) => node.kind === "entity")) {
      const down = await graph.lineage(id, { direction: "down" });
      expect(
        down.nodes.map((node) => node.id),
        `${kind} ${id}`,
      ).toContain(model);
    }
  });
});

describe("what it is asked of", () => {
  const ids = async (graph: Graph, of: string | { sha256: string }) => (await graph.lineage(of, { depth: 0 })).roots;

  test("may be an id, a label, a path, a file, or a digest", async () => {
    const root = folder();
    await prepare(root);
    const graph = await opened(root);
    const [id = ""] = await ids(graph, "raw.csv");
    expect(await ids(graph, id)).toEqual([id]);
    expect(await ids(graph, id.split("/").at(-1) ?? "")).toEqual([id]);
    expect(await ids(graph, join(root, "raw.csv"))).toEqual([id]);
    expect(await ids(graph, { sha256: createHash("sha256").update(RAW).digest("hex") })).toEqual([id]);
  });

  test("is a file by its bytes, whatever its name is now", async () => {
    const root = folder();
    await prepare(root);
    const graph = await opened(root);
    const copy = file(join(root, "elsewhere", "copy.csv"), RAW);
    expect(await ids(graph, copy)).toEqual(await ids(graph, "raw.csv"));
  });

  test("a file whose bytes nobody recorded is not found, even where its path is", async () => {
    const root = folder();
    await prepare(root);
    const graph = await opened(root);
    const unknown = file(join(root, "new.csv"), "never seen by anybody");
    await expect(graph.lineage(unknown)).rejects.toMatchObject({ code: "not-found" });
    file(join(root, "raw.csv"), "changed since it was recorded");
    await expect(graph.lineage(join(root, "raw.csv"))).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("other bytes"),
    });
  });

  test("readings of the same bytes by several executions are one thing, other bytes of that name are not", async () => {
    const root = folder();
    await prepare(root, "first");
    await prepare(root, "second");
    const graph = await opened(root);
    expect(await ids(graph, "raw.csv")).toHaveLength(2);
    file(join(root, "raw.csv"), "other bytes");
    const prov = recorder(root);
    prov.dataPreparation("third", () => void prov.current().used(join(root, "raw.csv")))();
    await prov.close();
    await expect(ids(await opened(root), "raw.csv")).rejects.toMatchObject({ code: "ambiguous" });
  });

  test("a name or digest that nothing has is not found", async () => {
    const graph = await recorded((prov) => prov.dataPreparation("read", () => 1)());
    await expect(graph.lineage("nothing of this name")).rejects.toMatchObject({ code: "not-found" });
    await expect(graph.lineage({ sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "not-found" });
    await expect(graph.lineage({ sha256: "12" })).rejects.toMatchObject({ code: "bad-option" });
    await expect(graph.lineage("read", { direction: "sideways" as never })).rejects.toMatchObject({
      code: "bad-option",
    });
    await expect(graph.lineage("read", { depth: -1 })).rejects.toMatchObject({ code: "bad-option" });
  });
});

test("a thousand nodes take a handful of queries a level, not some for each", async () => {
  const graph = await recorded((prov) => {
    const step = prov.activity("step", (value: object) => ({ next: [value] }).next);
    const merge = prov.activity("merge", (all: object) => new Map([["all", all]]));
    const start = prov.entity({ start: [1] }, { name: "start" });
    merge(
      Object.fromEntries(
        Array.from({ length: 90 }, (_, i) => [`branch${i}`, Array.from({ length: 6 }).reduce(step, start)]),
      ),
    );
  });
  let asked = 0;
  const select = (text: string) => {
    asked++;
    return graph.query(text);
  };
  const { nodes } = await (await open({ select } as never)).lineage("merge");
  expect(nodes.length).toBeGreaterThan(1000);
  expect(asked).toBeLessThan(150);
});
