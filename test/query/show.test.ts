import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { file, recorded } from "./recorded.ts";

describe("show", () => {
  test("tells types, attributes and relations in both directions", async () => {
    const graph = await recorded((prov, root) => {
      const path = prov.dataset(file(join(root, "raw.csv"), "a,b\n1,2\n"), {
        name: "raw",
        license: "https://spdx.org/licenses/CC0-1.0",
      });
      prov.dataPreparation("read", (_path: string) => 1)(path);
    });
    const shown = await graph.show("raw");
    expect(shown.types).toEqual(["mls:Dataset", "provml:DataReference", "provml:LearningDataSetReference"]);
    expect(shown.attributes).toContainEqual({ name: "provml:path", value: expect.stringMatching(/raw\.csv$/) });
    expect(shown.relations.map(({ direction, relation, label }) => [direction, relation, label])).toEqual([
      ["out", "dcterms:license", "CC0-1.0"],
      ["out", "prov:specializationOf", expect.stringContaining("sha-256")],
      ["in", "prov:used", "read"],
    ]);
  });

  test("tells the role and the time of a relation, seen from either end", async () => {
    const graph = await recorded((prov) => {
      prov.activity("join", () => {
        prov.current().used({ rows: [[1]] }, { role: 'labels "}' });
      })();
    });
    const step = await graph.show("join");
    const used = step.relations.find(({ relation }) => relation === "prov:used");
    expect(used).toMatchObject({ direction: "out", role: 'labels "}', time: expect.stringMatching(/^\d{4}-/) });
    const back = (await graph.show(used?.id ?? "")).relations.find(({ relation }) => relation === "prov:used");
    expect(back).toMatchObject({ direction: "in", id: step.id, role: 'labels "}', time: used?.time });
  });

  test("tells how an activity stands, and which plan it was held to", async () => {
    const graph = await recorded((prov) => prov.training("fit", () => new Map())());
    expect((await graph.show((await graph.runs())[0]?.id ?? "")).status).toBe("completed");
  });

  test("works for agents, content and definitions", async () => {
    const graph = await recorded((prov) => prov.training("fit", (_given: object) => new Map())({ learningRate: 1 }));
    expect((await graph.show("agent.Ada")).types).toEqual(["prov:Person"]);
    expect((await graph.show("hyperparameter.learningRate")).relations).toContainEqual(
      expect.objectContaining({ direction: "in", relation: "mls:specifiedBy", label: "learningRate" }),
    );
  });

  test("a name that fits several things lists their ids, which show takes", async () => {
    const graph = await recorded((prov) => prov.training("fit", () => new Map())());
    const error = await graph.show("fit").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ambiguous" });
    const ids = [...String(error).matchAll(/[0-9a-f-]{36}\/\w+-\d+/g)].map(([id]) => id);
    expect(ids).toHaveLength(2);
    for (const id of ids) expect((await graph.show(id)).label).toBe("fit");
  });

  test("a name that nothing has is not found", async () => {
    const graph = await recorded((prov) => prov.training("fit", () => new Map())());
    for (const name of ["nothing", "urn:nothing", "a b c", '"}']) {
      await expect(graph.show(name)).rejects.toMatchObject({ code: "not-found" });
    }
  });
});
