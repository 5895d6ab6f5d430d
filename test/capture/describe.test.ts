import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Field, Float64, List, Table, Utf8, vectorFromArray } from "apache-arrow";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Recorded } from "../../src/testing/recorded.ts";
import type { Thing } from "../../src/testing/things.ts";
import { record } from "./memory-sink.ts";

function columnsOf(recorded: Recorded, data: Thing): unknown[] {
  const schema = data.get("provml:hasSchema");
  return recorded
    .ofType("provml:Attribute")
    .filter((column) => column.get("dcterms:isPartOf") === schema)
    .map((column) => [column.label, column.get("provml:elementType"), column.get("provml:unit")]);
}

describe("the schema of a data set", () => {
  it("is recorded as the program describes it, column by column, with types and units", () => {
    const { prov, recorded } = record();
    const data = new Float32Array(8);
    prov.dataset(data, {
      name: "birds",
      split: "train",
      schema: [
        { name: "mass", type: "float32", unit: "g" },
        { name: "species", type: "string" },
      ],
    });
    const entity = recorded().entity("birds");
    expect(columnsOf(recorded(), entity)).toEqual([
      ["mass", "float32", "g"],
      ["species", "string", undefined],
    ]);
    const [schema] = recorded().ofType("provml:DataSchema");
    expect([schema?.label, schema?.id]).toEqual(["mass, species", entity.get("provml:hasSchema")]);
  });

  it("is the same for all data of the same columns", () => {
    const { prov, recorded, sink } = record();
    const rows = () => [{ a: 1, b: "x" }, { a: 2 }];
    prov.dataset(rows(), { name: "train" });
    prov.dataset(rows(), { name: "test" });
    const [train, test] = ["train", "test"].map((name) => recorded().entity(name));
    expect(train?.get("provml:hasSchema")).toBe(test?.get("provml:hasSchema"));
    expect(recorded().ofType("provml:DataSchema")).toHaveLength(1);
    expect(sink().briefs.filter((brief) => JSON.stringify(brief).includes("provml:DataSchema"))).toHaveLength(1);
  });

  it("is seen, with the count of rows, of an array of plain objects and of an Arrow table", () => {
    const { prov, recorded } = record();
    prov.dataset([{ mass: 3.1, at: new Date(0), who: null }, { mass: 4 }], { name: "rows" });
    prov.dataset(
      new Table({
        x: vectorFromArray([1, 2, 3], new Float64()),
        w: vectorFromArray([["a"], [], null], new List(new Field("item", new Utf8()))),
      }),
      { name: "table" },
    );
    const [rows, table] = [recorded().entity("rows"), recorded().entity("table")];
    expect(columnsOf(recorded(), rows)).toEqual([
      ["mass", "number", undefined],
      ["at", "Date", undefined],
      ["who", undefined, undefined],
    ]);
    expect(columnsOf(recorded(), table)).toEqual([
      ["x", "float64", undefined],
      ["w", '{"list":"utf8"}', undefined],
    ]);
    expect([rows.get("provml:rowCount"), table.get("provml:rowCount")]).toEqual([2, 3]);
    expect(table.get("provml:shape")).toBe("[3,2]");
  });

  it("is what the program says where it says it, and stays when the array grows", () => {
    const { prov, recorded } = record();
    const rows = [{ a: 1 }];
    prov.dataset(rows, { name: "rows", rowCount: 10, schema: [{ name: "z" }] });
    rows.push({ a: 2 });
    prov.dataset(rows, { split: "train" });
    const entity = recorded().entity("rows");
    expect([entity.all("provml:rowCount"), columnsOf(recorded(), entity)]).toEqual([
      [10],
      [["z", undefined, undefined]],
    ]);
  });

  it("of very many columns is bounded, and costs nothing where things are hostile", () => {
    const { prov, recorded } = record();
    prov.dataset([Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`c${i}`, i]))], { name: "wide" });
    expect(recorded().ofType("provml:Attribute")).toHaveLength(1000);
    const bomb = Object.defineProperty({}, "x", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    const proxy = new Proxy([{}], {
      get() {
        throw new Error("no");
      },
    });
    prov.dataset([bomb], { name: "bomb" });
    prov.dataset(proxy, { name: "proxy" });
    expect(recorded().entity("bomb").get("provml:hasSchema")).toBeUndefined();
  });

  it.each([
    ["no list", "a"],
    ["a field without a name", [{ type: "x" }]],
    ["a field with something else", [{ name: "a", dtype: "x" }]],
    ["a unit that is no string", [{ name: "a", unit: 1 }]],
    ["something that is no field", [null]],
  ])("that is %s is a programmer's mistake", (_, schema) => {
    const { prov } = record();
    expect(() => prov.dataset({}, { schema: schema as never })).toThrow(
      /schema .* give a list of \{ name, type\?, unit\? \}/,
    );
  });
});

describe("a digest that a program asks for", () => {
  it("is taken of plain data at once, as canonical JSON", () => {
    const { prov, recorded } = record();
    prov.entity({ b: 1, a: [true] }, { name: "settings", digest: "now" });
    prov.entity({ b: 1, a: [true] }, { name: "not asked" });
    const folder = mkdtempSync(join(tmpdir(), "provml-json-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "settings.json");
    writeFileSync(file, '{"a":[true],"b":1}');
    prov.entity(file);
    const content = recorded().contentOf(recorded().entity("settings"));
    expect([content?.get("provml:mediaType"), content?.get("provml:byteSize")]).toEqual(["application/json", 18]);
    expect(recorded().contentOf(recorded().entity("settings.json"))?.id).toBe(content?.id);
    expect(recorded().contentOf(recorded().entity("not asked"))).toBeUndefined();
  });

  it("makes another state of an object that is followed and has changed, and none of one that has not", () => {
    const { prov, recorded } = record();
    const weights = new Float32Array([1, 2]);
    prov.activity("use", (_: Float32Array) => {})(weights);
    prov.entity(weights, { digest: "now" });
    expect(recorded().things("_")).toHaveLength(1);
    weights[0] = 7;
    prov.activity("again", () => void prov.current().used(weights, { digest: "now" }))();
    const [first, second, ...more] = recorded().things("_");
    expect(more).toEqual([]);
    expect(recorded().sourcesOf(second!)).toEqual([expect.objectContaining({ id: first?.id })]);
    expect(recorded().contentOf(second!)?.id).not.toBe(recorded().contentOf(first!)?.id);
    expect(
      recorded()
        .usedBy("again")
        .map(({ id }) => id),
    ).toEqual([second?.id]);
  });

  it("is stated as not verified where there can be none", () => {
    const { prov, recorded } = record();
    prov.entity(new Map(), { name: "map", digest: "now" });
    prov.entity(new Map(), { name: "other" });
    const told = ["map", "other"].map((name) => recorded().entity(name).get("provml:isVerified"));
    expect(told).toEqual([false, undefined]);
  });

  it("of what a step generated is of what it generated", () => {
    const { prov, recorded } = record();
    prov.activity("make", () => {
      const made = { w: [1] };
      prov.entity(made, { name: "made" });
      prov.current().generated(made, { digest: "now" });
    })();
    const made = recorded().entity("made");
    expect([recorded().makersOf(made), recorded().contentOf(made) !== undefined]).toEqual([["make"], true]);
  });
});

describe("derived(from, to)", () => {
  it("states what a thing was derived from, makes both known, and returns the thing", () => {
    const { prov, recorded } = record();
    const [raw, clean] = [{ raw: true }, { clean: true }];
    prov.entity(raw, { name: "raw" });
    expect(prov.derived(raw, clean)).toBe(clean);
    prov.entity(clean, { name: "clean" });
    expect(
      recorded()
        .sourcesOf(recorded().entity("clean"))
        .map(({ label }) => label),
    ).toEqual(["raw"]);
  });

  it("takes places and lists of sources; an array that is a thing is one source", () => {
    const { prov, recorded } = record();
    const rows = [{ a: 1 }, { a: 2 }];
    const model = { w: 1 };
    prov.derived(["s3://b/one.csv", "s3://b/two.csv", prov.entity(rows, { name: "rows" })], model);
    prov.entity(model, { name: "model" });
    const labels = recorded()
      .sourcesOf(recorded().entity("model"))
      .map(({ label }) => label);
    expect(labels).toEqual(["one.csv", "two.csv", "rows"]);
    const other = prov.derived([{ a: 1 }, { a: 2 }], { w: 2 });
    prov.entity(other, { name: "other" });
    expect(
      recorded()
        .sourcesOf(recorded().entity("other"))
        .map(({ label }) => label),
    ).toEqual(["Array"]);
    prov.derived(rows, prov.entity({ w: 3 }, { name: "third" }));
    expect(
      recorded()
        .sourcesOf(recorded().entity("third"))
        .map(({ label }) => label),
    ).toEqual(["rows"]);
  });

  it("lets a step that returns what was met in it have generated it", () => {
    const { prov, recorded } = record();
    const tune = prov.activity("tune", () => prov.derived("hf://org/base@main/m.onnx", { w: 1 }));
    prov.entity(tune(), { name: "tuned" });
    const tuned = recorded().entity("tuned");
    expect(recorded().makersOf(tuned)).toEqual(["tune"]);
    expect(
      recorded()
        .sourcesOf(tuned)
        .map(({ label }) => label),
    ).toEqual(["m.onnx"]);
  });

  it("states nothing of a thing and itself", () => {
    const { prov, recorded } = record();
    const one = prov.entity({}, { name: "one" });
    prov.derived(one, one);
    expect(recorded().ofKind("wasDerivedFrom")).toEqual([]);
  });

  it.each([
    [undefined, {}],
    [{}, 7],
    ["", {}],
    [{}, null],
  ])("of %s and %s is a programmer's mistake", (from, to) => {
    const { prov } = record();
    expect(() => prov.derived(from, to)).toThrow(/^derived\(from, to\): .* give an object, a path or a URI$/);
  });
});
