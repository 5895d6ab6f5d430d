import { describe, expect, it } from "vitest";
import { record } from "./memory-sink.ts";

class Network {
  weights = [0];
}

const rows = () => Array.from({ length: 20 }, (_, i) => ({ x: i }));

describe("what one step returns and another takes", () => {
  it("is the same entity", () => {
    const { prov, recorded } = record();
    const data = prov.dataPreparation("clean", () => rows())();
    prov.training("fit", (_: unknown) => new Network())(data);
    const [entity] = recorded().usedBy("fit");
    expect(recorded().makersOf(entity!)).toEqual(["clean"]);
    expect(entity?.types).toEqual(["provml:AttributeValue"]);
    expect(entity?.get("provml:shape")).toBe("[20,1]");
  });

  it("is a model when a training returns it, and evaluations judge it", () => {
    const { prov, recorded } = record();
    const model = prov.training("fit", () => new Network())();
    prov.evaluation("test", (_: Network) => ({ accuracy: 0.5, classes: "ab" }))(model);
    const fitted = recorded().entity("fit");
    expect(fitted.types).toEqual(["provml:Model", "mls:Model"]);
    const [measure] = recorded().ofType("provml:ModelEvaluation");
    expect(measure?.get("provml:evaluates")).toBe(fitted.id);
    expect(recorded().valuesGeneratedBy("test")).toEqual({ accuracy: "5.0E-1 xsd:double", classes: "ab" });
  });

  it("may be members of a tuple", () => {
    const { prov, recorded } = record();
    const [train, test] = prov.dataPreparation("split", () => [rows(), rows()] as const)();
    prov.training("fit", (_: unknown) => 1)(train);
    prov.evaluation("test", (_: unknown) => 1)(test);
    expect(recorded().objectsUsedBy("fit")).toEqual(["split.0"]);
    expect(recorded().objectsUsedBy("test")).toEqual(["split.1"]);
  });

  it("may be members of a plain object, whose numbers are values", () => {
    const { prov, recorded } = record();
    const parts = prov.dataPreparation("split", () => ({ train: rows(), test: rows(), seed: 4, none: undefined }))();
    prov.training("fit", (_: unknown) => 1)(parts.train);
    expect(recorded().objectsUsedBy("fit")).toEqual(["split.train"]);
    expect(recorded().valuesGeneratedBy("split")).toEqual({ seed: 4 });
  });

  it("may be the whole tuple or object", () => {
    const { prov, recorded } = record();
    const split = prov.dataPreparation("split", () => ({ train: rows(), test: rows() }));
    prov.training("fit", (_: unknown) => 1)(split());
    expect(recorded().objectsUsedBy("fit")).toEqual(["split.train", "split.test"]);
  });

  it("may be an object of numbers: what was generated under each name is what is used", () => {
    const { prov, recorded } = record();
    const measure = prov.activity("measure", () => ({ height: 1.5, weight: 70 }));
    const measured = measure();
    measure();
    prov.activity("judge", (_: unknown) => {})(measured);
    prov.activity("judge again", (_: unknown) => {})(measured);
    const [height, weight] = recorded().usedBy("judge");
    expect([height?.label, weight?.label]).toEqual(["height", "weight"]);
    expect(height?.get("prov:value")).toBe(1.5);
    expect(recorded().makersOf(weight!)).toEqual(["measure"]);
    expect(
      recorded()
        .usedBy("judge again")
        .map(({ id }) => id),
    ).toEqual([height?.id, weight?.id]);
    const test = prov.evaluation("test", (_: unknown) => ({ accuracy: 0.5, recall: 1 }));
    prov.activity("report", (_: unknown) => {})(test(new Network()));
    expect(
      recorded()
        .usedBy("report")
        .map(({ types }) => types[0]),
    ).toEqual(Array(2).fill("provml:ModelEvaluation"));
  });

  it("may be gathered in a list on the way", () => {
    const { prov, recorded } = record();
    const load = prov.dataPreparation("load", () => rows());
    prov.dataPreparation("merge", (_: unknown) => rows())([load(), load()]);
    prov.training("fit", (_: { parts: unknown }) => 1)({ parts: [load()] });
    expect(recorded().objectsUsedBy("merge")).toEqual(["load", "load"]);
    expect(recorded().objectsUsedBy("fit")).toEqual(["load"]);
  });

  it("may be a part of a model that is plain data", () => {
    const { prov, recorded } = record();
    const model = prov.training("fit", () => ({ layers: [new Float32Array(3)], scale: new Float32Array(1) }))();
    prov.evaluation("test", (_: unknown) => ({ accuracy: 1 }))(model.layers);
    expect(recorded().objectsUsedBy("test")).toEqual(["fit"]);
    expect(recorded().ofType("provml:ModelEvaluation")[0]?.get("provml:evaluates")).toBe(recorded().entity("fit").id);
  });

  it("is only the member named model where there is one", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => ({ model: new Network(), history: [1, 2] }))();
    expect(recorded().entity("fit.model").types).toContain("provml:Model");
    expect(recorded().entity("fit.history").types).not.toContain("provml:Model");
  });

  it("may be a function", () => {
    const { prov, recorded } = record();
    const predict = prov.training("fit", () => (x: number) => x)();
    prov.evaluation("test", (f: (x: number) => number) => f(1))(predict);
    expect(recorded().objectsUsedBy("test")).toEqual(["fit"]);
  });
});

describe("what comes in and goes out again", () => {
  it("is a new state, derived from the one before", () => {
    const { prov, recorded } = record();
    const data = prov.dataPreparation("load", () => rows())();
    const same = prov.dataPreparation("clean", (list: typeof data) => list)(data);
    prov.training("fit", (_: unknown) => 1)(same);
    const [used] = recorded().usedBy("fit");
    expect(recorded().makersOf(used!)).toEqual(["clean"]);
    const [before] = recorded().sourcesOf(used!);
    expect(recorded().makersOf(before!)).toEqual(["load"]);
    expect(recorded().usedBy("clean")).toEqual([expect.objectContaining({ id: before?.id })]);
  });

  it("is not stated twice when an inner step has changed and returned it", () => {
    const { prov, recorded } = record();
    const inner = prov.dataPreparation("inner", (list: object[]) => list);
    const outer = prov.dataPreparation("outer", (list: object[]) => inner(list));
    outer(rows());
    expect(recorded().objectsGeneratedBy("inner")).toHaveLength(1);
    expect(recorded().objectsGeneratedBy("outer")).toEqual([]);
  });

  it("is a new state of a whole container, too", () => {
    const { prov, recorded } = record();
    const parts = prov.dataPreparation("split", () => ({ train: rows(), test: rows() }))();
    prov.dataPreparation("scale", (both: typeof parts) => both)(parts);
    expect(
      recorded()
        .sourcesOf(recorded().entity("scale"))
        .map((t) => t.label),
    ).toEqual(["split.train", "split.test"]);
  });

  it("is a new state when it was used explicitly", () => {
    const { prov, recorded } = record();
    const data = rows();
    prov.activity("change", () => prov.current().used(data))();
    expect(recorded().sourcesOf(recorded().entity("change"))).toHaveLength(1);
  });
});

describe("what an inner step generated", () => {
  it("passes through the step around it", () => {
    const { prov, recorded } = record();
    const inner = prov.dataPreparation("inner", () => rows());
    prov.dataPreparation("outer", () => inner())();
    expect(recorded().objectsGeneratedBy("inner")).toEqual(["inner"]);
    expect(recorded().objectsGeneratedBy("outer")).toEqual([]);
  });

  it("was generated by the outer step when inner steps only used it", () => {
    const { prov, recorded } = record();
    const look = prov.activity("look", (_: unknown) => {});
    prov.dataPreparation("make", () => {
      const data = rows();
      look(data);
      return data;
    })();
    const [entity] = recorded().usedBy("look");
    expect(recorded().makersOf(entity!)).toEqual(["make"]);
  });
});

describe("a training's model", () => {
  it("is the one that its checkpoint file was derived from", () => {
    const { prov, recorded } = record();
    const file = new URL(import.meta.url).pathname;
    prov.training("fit", () => {
      const model = new Network();
      prov.current().generated(file, { kind: "checkpoint", of: model });
      return model;
    })();
    const [source] = recorded().sourcesOf(recorded().entity("flow.test.ts"));
    expect(recorded().makersOf(source!)).toEqual(["fit"]);
    expect(
      recorded()
        .ofType("provml:Model")
        .map(({ id }) => id),
    ).toContain(source?.id);
  });

  it.each([
    [{ name: "birds", weights: [1] }, "birds"],
    [{ weights: [1] }, "source of flow.test.ts"],
    [new Network(), "Network"],
    [Object.defineProperty({}, "name", { get: () => expect.fail("was read") }), "source of flow.test.ts"],
  ])("that %# a file was made of is called by its name, its class or the file", (model, label) => {
    const { prov, recorded } = record();
    prov.run("save", (run) => run.generated(new URL(import.meta.url).pathname, { kind: "model", of: model }));
    const [source] = recorded().sourcesOf(recorded().entity("flow.test.ts"));
    expect(source?.label).toBe(label);
  });

  it("is a later state than the one that was validated on the way, so that all inputs count", () => {
    const { prov, recorded } = record();
    const validate = prov.evaluation("validate", (_: Network) => 0.5);
    const model = prov.training("fit", () => {
      const network = new Network();
      validate(network);
      return network;
    })();
    prov.activity("use", (_: Network) => {})(model);
    const [used] = recorded().usedBy("use");
    const [validated] = recorded().usedBy("validate");
    expect(used?.id).not.toBe(validated?.id);
    expect([recorded().makersOf(used!), recorded().makersOf(validated!)]).toEqual([["fit"], ["fit"]]);
    expect(
      recorded()
        .sourcesOf(used!)
        .map(({ id }) => id),
    ).toEqual([validated?.id]);
  });

  it("leaves a teacher of the same make as it was", () => {
    const { prov, recorded } = record();
    const teacher = prov.model(new Network(), { name: "teacher" });
    prov.training("distill", (_: Network) => new Network())(teacher);
    prov.activity("use", (_: Network) => {})(teacher);
    expect(recorded().makersOf(recorded().usedBy("use")[0]!)).toEqual([]);
  });
});

describe("a handle that outlives its step", () => {
  it("records for the step around, because nothing is used or generated after the end", () => {
    const { prov, recorded } = record();
    const kept = prov.activity("short", () => prov.current())();
    kept.used(new Network(), { role: "late" });
    kept.generated(new Network(), { name: "later" });
    expect(recorded().usedBy("short")).toEqual([]);
    expect(recorded().makersOf(recorded().entity("later"))).toEqual(["penguins"]);
  });
});

describe("a training in place", () => {
  it("makes a new state of the model that came in", () => {
    const { prov, recorded } = record();
    const model = prov.model(new Network(), { name: "net" });
    prov.training("fit", (net: Network) => void net.weights.push(1))(model);
    prov.evaluation("test", (_: Network) => 0.5)(model);
    const [used] = recorded().usedBy("test");
    expect(recorded().makersOf(used!)).toEqual(["fit"]);
    expect(
      recorded()
        .sourcesOf(used!)
        .map((t) => t.label),
    ).toEqual(["net"]);
  });

  it("makes one new state, not two, when an inner training did the work", () => {
    const { prov, recorded } = record();
    const model = prov.model(new Network(), { name: "net" });
    const inner = prov.training("inner", (_: Network) => {});
    prov.training("outer", (net: Network) => inner(net))(model);
    expect(recorded().objectsGeneratedBy("inner")).toEqual(["net"]);
    expect(recorded().objectsGeneratedBy("outer")).toEqual([]);
  });

  it("makes the object whose method it is a model", () => {
    const { prov, recorded } = record();
    class Forest {
      fit = prov.training("fit", function (this: Forest) {});
      score = prov.evaluation("test", function (this: Forest) {
        return 0.5;
      });
    }
    const forest = new Forest();
    forest.fit();
    forest.score();
    expect(recorded().objectsUsedBy("test")).toEqual(["fit"]);
    forest.fit();
    expect(
      recorded()
        .things("fit")
        .filter((t) => t.types.includes("provml:Model")),
    ).toHaveLength(2);
  });

  it("does so also when a step built that object", () => {
    const { prov, recorded } = record();
    class Forest {
      fit = prov.training("fit", function (this: Forest) {});
    }
    const forest = prov.activity("build", () => new Forest())();
    forest.fit();
    expect(
      recorded()
        .sourcesOf(recorded().entity("fit"))
        .map((t) => t.label),
    ).toEqual(["build"]);
  });

  it("may return `this`", () => {
    const { prov, recorded } = record();
    class Forest {
      fit = prov.training("fit", function (this: Forest) {
        return this;
      });
    }
    const forest = new Forest();
    expect(forest.fit()).toBe(forest);
    expect(recorded().objectsGeneratedBy("fit")).toEqual(["fit"]);
  });

  it.each(["returns", "keeps"])("ends in a model derived from its last checkpoint when it %s the model", (way) => {
    const { prov, recorded } = record();
    const model = prov.model(new Network(), { name: "net" });
    const train = prov.training("fit", (net: Network) => {
      for (const epoch of prov.current().epochs(2)) epoch.generated(net, { kind: "checkpoint", name: "c" });
      return way === "returns" ? net : undefined;
    });
    train(model);
    const final = recorded().entity("fit");
    expect(final.types).toEqual(["provml:Model", "mls:Model"]);
    const [last] = recorded().sourcesOf(final);
    expect([last?.label, recorded().makersOf(last!)]).toEqual(["c", ["epoch 1"]]);
    const [first] = recorded().sourcesOf(last!);
    expect(recorded().makersOf(first!)).toEqual(["epoch 0"]);
    expect(
      recorded()
        .sourcesOf(first!)
        .map((t) => t.label),
    ).toEqual(["net"]);
  });
});

describe("a description", () => {
  it("takes a license by its short name of the SPDX list", () => {
    const { prov, recorded } = record();
    prov.dataset(rows(), { name: "flowers", license: "CC0-1.0" });
    expect(String(recorded().entity("flowers").get("dcterms:license"))).toContain("https://spdx.org/licenses/CC0-1.0");
  });

  it("returns the thing and says what was said", () => {
    const { prov, recorded } = record();
    const data = rows();
    const license = "https://spdx.org/licenses/CC0-1.0";
    expect(prov.dataset(data, { name: "birds", license, split: "train", rowCount: 20, version: "2" })).toBe(data);
    const entity = recorded().entity("birds");
    expect(entity.types).toEqual(["provml:LearningDataSetReference", "mls:Dataset"]);
    expect([entity.get("dcterms:license"), entity.get("provml:split")]).toEqual([license, "train"]);
    expect([entity.get("provml:rowCount"), entity.get("provml:version")]).toEqual([20, "2"]);
  });

  it("adds to what is known already, a whole container too", () => {
    const { prov, recorded } = record();
    const parts = prov.dataPreparation("split", () => ({ train: rows(), test: rows() }))();
    prov.dataset(parts.train, { name: "training set" });
    prov.dataset(parts, { name: "both" });
    expect(recorded().entity("training set").types).toContain("mls:Dataset");
    expect(recorded().sourcesOf(recorded().entity("both"))).toHaveLength(2);
  });

  it("links to what it was made of", () => {
    const { prov, recorded } = record();
    const base = prov.model(new Network(), { name: "base" });
    prov.model(new Network(), { name: "tuned", of: base });
    expect(
      recorded()
        .sourcesOf(recorded().entity("tuned"))
        .map((t) => t.label),
    ).toEqual(["base"]);
  });

  it("hides secrets in a source", () => {
    const { prov, recorded } = record();
    prov.dataset(rows(), { name: "d", source: "https://ada:hunter2hunter2@host/d.csv" });
    expect(recorded().entity("d").get("dcterms:source")).toBe("https://host/d.csv");
  });

  it.each([
    ["a number", 5, {}, "bad-argument"],
    ["an empty path", "", {}, "bad-argument"],
    ["an unknown field", rows(), { nmae: "x" }, "bad-option"],
    ["an unknown kind", rows(), { kind: "toString" }, "bad-option"],
    ["a name that is no string", rows(), { name: 5 }, "bad-option"],
    ["a count that is no whole number", rows(), { rowCount: Number.NaN }, "bad-option"],
    ["a version that JSON cannot tell", rows(), { version: 1n }, "bad-option"],
    ["an origin that is a number", rows(), { of: 5 }, "bad-option"],
    ["a license that is no IRI and no short name", rows(), { license: "as is, no warranty" }, "bad-iri"],
  ])("refuses %s", (_, thing, description, code) => {
    const { prov } = record();
    expect(() => prov.entity(thing, description as never)).toThrow(expect.objectContaining({ code }));
  });
});

describe("used() and generated()", () => {
  it("state what no argument shows, with role, kind and origin", () => {
    const { prov, recorded } = record();
    const [labels, report, base] = [rows(), rows(), rows()];
    prov.training("fit", () => {
      const run = prov.current();
      expect(run.used(labels, { role: "labels", kind: "dataset" })).toBe(labels);
      expect(run.generated(report, { name: "report", of: base })).toBe(report);
      run.used(3, { role: "fold" });
      run.generated(0.5, { name: "threshold" });
    })();
    expect(recorded().objectsUsedBy("fit")).toEqual(["labels"]);
    expect(recorded().valuesUsedBy("fit")).toEqual({ fold: 3 });
    expect(recorded().objectsGeneratedBy("fit")).toEqual(["report"]);
    expect(recorded().valuesGeneratedBy("fit")).toEqual({ threshold: 0.5 });
    expect(recorded().sourcesOf(recorded().entity("report"))).toHaveLength(1);
    const usage = recorded().statements.find((s) => s.kind === "used" && s.attributes && s.activity !== prov.execution);
    expect(usage?.attributes?.[0]?.[1]).toEqual({ iri: expect.stringMatching(/role\.labels$/) });
  });

  it("take functions as the objects they are", () => {
    const { prov, recorded } = record();
    const predict = (x: number) => x;
    prov.activity("make", () => void prov.current().generated(predict, { kind: "model", name: "line" }))();
    prov.activity("use", () => void prov.current().used(predict))();
    expect(recorded().objectsUsedBy("use")).toEqual(["line"]);
  });

  it.each([
    ["nothing", undefined, {}, "bad-argument"],
    ["null", null, {}, "bad-argument"],
    ["an empty string", "", {}, "bad-argument"],
    ["an unknown option", {}, { rol: "x" }, "bad-option"],
    ["no options object", {}, null, "bad-option"],
    ["a role that is no string", {}, { role: 1 }, "bad-option"],
    ["a kind of which there is none", {}, { kind: "modle" }, "bad-option"],
    ["a digest later", {}, { digest: "later" }, "bad-option"],
  ])("refuse %s", (_, thing, options, code) => {
    const { prov } = record();
    expect(() => prov.current().used(thing, options as never)).toThrow(expect.objectContaining({ code }));
    expect(() => prov.current().generated(thing, options as never)).toThrow(expect.objectContaining({ code }));
  });
});

describe("memory", () => {
  it("holds no object of the program after its step has ended", async () => {
    const { prov } = record();
    const kept = rows();
    const names = ["argument", "member", "result", "self"];
    const finished = new FinalizationGroup(names);
    (() => {
      const self = {
        step: prov.training("fit", function (this: object, ...args: unknown[]) {
          prov.dataset(kept);
          return finished.track("result", [args.length]);
        }),
      };
      finished.track("self", self).step(finished.track("argument", rows()), { m: finished.track("member", rows()) });
    })();
    expect(await finished.collected()).toEqual(names.sort());
    expect(kept).toHaveLength(20);
  });

  it("holds nothing of a step that never ends", async () => {
    const { prov } = record();
    const finished = new FinalizationGroup(["argument"]);
    (() => void prov.activity("wait", (_: unknown) => new Promise(() => {}))(finished.track("argument", rows())))();
    expect(await finished.collected()).toEqual(["argument"]);
  });
});

/** Which objects the garbage collector took. */
class FinalizationGroup {
  readonly #names: readonly string[];
  readonly #gone = new Set<string>();
  readonly #registry = new FinalizationRegistry<string>((name) => this.#gone.add(name));

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  track<T extends object>(name: string, object: T): T {
    this.#registry.register(object, name);
    return object;
  }

  async collected(): Promise<string[]> {
    const { setFlagsFromString } = await import("node:v8");
    const { runInNewContext } = await import("node:vm");
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    for (let i = 0; i < 50 && this.#gone.size < this.#names.length; i++) {
      collect();
      await new Promise((done) => setTimeout(done, 5));
    }
    return [...this.#gone].sort();
  }
}
