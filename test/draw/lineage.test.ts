import { join } from "node:path";
import fc from "fast-check";
import { lineageDot, lineageMermaid, lineageSvg, type Picture, pictureOf } from "provml/draw";
import type { Lineage, LineageNode } from "provml/query";
import { describe, expect, it } from "vitest";
import { layersOf } from "../../src/draw/lineage/layers.ts";
import { type Box, layoutOf } from "../../src/draw/lineage/layout.ts";
import { anyText } from "../any-text.ts";
import { recorded } from "../query/recorded.ts";
import { all, type Element, parsed } from "./svg.ts";

const EPOCHS = 30;

/** The lineage of a model whose training kept a checkpoint of each epoch. */
async function trained(): Promise<Lineage> {
  const graph = await recorded((prov, root) => {
    const data = prov.dataset(join(root, "flowers.csv"), { name: "Flowers" });
    const model = prov.training("fit", (_data: unknown, _settings: object) => {
      const model = { weights: [0] };
      for (const epoch of prov.current().epochs(EPOCHS)) {
        model.weights[0] = epoch.number;
        prov.current().checkpoint(model, epoch.number);
        epoch.log({ loss: 1 / (1 + epoch.number) });
      }
      return model;
    })(data, { rate: 0.1, layers: 2 });
    prov.evaluation("test", (_model: object) => ({ accuracy: 0.9 }))(model);
  });
  const [model] = await graph.models();
  return await graph.lineage(model?.id as string);
}

function titlesOf(svg: string): string[] {
  return all(parsed(svg), "g").flatMap(({ inside }) => (inside[0]?.name === "title" ? [inside[0].text] : []));
}

function node(id: string, kind: LineageNode["kind"], label = id, types: readonly string[] = []): LineageNode {
  return { id, kind, types, label };
}

describe("a lineage as a picture", () => {
  it("has each thing in the shape of its kind, and each relation, where nothing is folded, and the same bytes each time", async () => {
    const lineage = await trained();
    const people = [
      { id: "urn:ada", label: "Ada", of: lineage.nodes.flatMap(({ kind, id }) => (kind === "activity" ? [id] : [])) },
    ];
    const picture = pictureOf(lineage, { fold: "nothing", agents: people });
    const svg = lineageSvg(picture);
    const activities = lineage.nodes.filter(({ kind }) => kind === "activity").length;
    const titles = titlesOf(svg);
    for (const { id } of lineage.nodes) expect(titles.filter((title) => title.endsWith(`\n${id}`))).toHaveLength(1);
    const shapes = (name: string) =>
      all(parsed(svg), name).filter(({ attributes }) => attributes.stroke !== undefined).length;
    const inLegend = 1;
    expect(shapes("ellipse")).toBe(lineage.nodes.length - activities + inLegend);
    expect(shapes("rect")).toBe(activities + inLegend);
    expect(shapes("polygon")).toBe(1 + inLegend);
    const arrows = all(parsed(svg), "path").filter(
      (path) => /[CL]/.test(path.attributes.d ?? "") && path.attributes["marker-end"],
    );
    expect(arrows).toHaveLength(lineage.edges.length + activities);
    for (const draw of [lineageSvg, lineageDot, lineageMermaid])
      expect(draw(pictureOf(structuredClone(lineage)))).toBe(draw(pictureOf(lineage)));
  });

  it("draws epochs, checkpoints and values that are alike as one, and the run and the model by themselves", async () => {
    const lineage = await trained();
    const { nodes } = pictureOf(lineage);
    const lines = nodes.map((one) => one.lines.join(" | "));
    expect(lineage.nodes.length).toBeGreaterThan(EPOCHS);
    expect(nodes.length).toBeLessThan(20);
    const checkpoints = lines.filter((text) => text.includes("Checkpoint"));
    expect(checkpoints.join("\n")).toContain(`checkpoint 0 … checkpoint ${EPOCHS - 1}`);
    expect(lines).toContain("rate = 0.1 | layers = 2");
    expect(lines.filter((text) => /^fit \| TrainingExecution/.test(text))).toHaveLength(1);
    expect(nodes.filter(({ isRoot }) => isRoot)).toHaveLength(1);
  });

  it("folds what happened inside folded steps, but no runs", () => {
    const nodes = [node("x", "activity"), node("m", "entity")];
    const edges: Lineage["edges"][number][] = [];
    for (let i = 0; i < 50; i++) {
      nodes.push(node(`e${i}`, "activity", `epoch ${i}`, ["provml:LearningStageSectionExecution"]));
      nodes.push(node(`b${i}`, "activity", `batch ${i}`, ["provml:LearningStageSectionExecution"]));
      nodes.push(node(`f${i}`, "entity", `part-${i}.bin`, ["provml:DataReference"]));
      nodes.push(node(`r${i}`, "activity", `run ${i}`, ["mls:Run", "provml:TrainingExecution"]));
      edges.push(
        { from: `e${i}`, to: "x", relation: "isPartOf" },
        { from: `b${i}`, to: `e${i}`, relation: "isPartOf" },
      );
      edges.push(
        { from: `f${i}`, to: `b${i}`, relation: "wasGeneratedBy" },
        { from: `r${i}`, to: "x", relation: "isPartOf" },
      );
      if (i > 0) edges.push({ from: `f${i}`, to: `f${i - 1}`, relation: "wasDerivedFrom" });
    }
    const picture = pictureOf({ direction: "down", roots: ["m"], nodes, edges, isComplete: true });
    const lines = picture.nodes.map((one) => one.lines.join(" | "));
    expect(lines.filter((text) => text.startsWith("run "))).toHaveLength(50);
    expect(lines).toContain("epoch 0 … epoch 49 | 50 × LearningStageSectionExecution");
    expect(lines).toContain("batch 0 … batch 49 | 50 × LearningStageSectionExecution");
    expect(lines).toContain("part-0.bin … part-49.bin | 50 × DataReference");
    expect(picture.nodes).toHaveLength(55);
  });

  it("shows any name as text, whatever the notation would make of it", () => {
    const names = fc.oneof(
      anyText({ maxLength: 30 }),
      fc.constantFrom(
        '</svg><script>alert("x")</script>',
        '"];n0->n0[label="',
        "`**x**`",
        "1. one",
        "%%{init:{}}%%",
        "end",
        "\\N",
        "&amp;",
      ),
    );
    fc.assert(
      fc.property(names, names, (one, other) => {
        const lineage: Lineage = {
          direction: "up",
          roots: ["a"],
          nodes: [node("a", "entity", one), node("b", "activity", other)],
          edges: [{ from: "a", to: "b", relation: "wasGeneratedBy" }],
          isComplete: true,
        };
        const picture = pictureOf(lineage);
        const root = parsed(lineageSvg(picture));
        expect(new Set(namesIn(root))).toEqual(
          new Set(["svg", "title", "defs", "marker", "path", "rect", "g", "ellipse", "text"]),
        );
        const drawn = lineageMermaid(picture).split("\n");
        expect(drawn).toHaveLength(3 + 3 + 6 + 0);
        for (const line of drawn.slice(2, 4)) expect(line).toMatch(/^ {2}n\d(?:\(\["[^"`]*"\]\)|\["[^"`]*"\]):::\w+$/u);
        const dot = lineageDot(picture).split("\n");
        expect(dot).toHaveLength(4 + 3 + 2);
        for (const line of dot.slice(4, 6))
          expect(line).toMatch(
            /^ {2}n\d \[shape=\w+ label="(?:[^"\\]|\\.)*" tooltip="(?:[^"\\]|\\.)*" fillcolor="#\w+" color="#\w+"(?: penwidth=2.5)?\];$/u,
          );
      }),
    );
  });
});

describe("the layout of a picture", () => {
  const pictures = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.array(fc.tuple(fc.nat(59), fc.nat(59)), { maxLength: 150 }))
    .map(([count, pairs]): Picture => {
      const shapes = ["entity", "activity", "agent"] as const;
      return {
        title: "any",
        nodes: Array.from({ length: count }, (_, i) => ({
          shape: shapes[i % 3] as "entity",
          lines: Array.from({ length: 1 + (i % 4) }, () => "n".repeat(1 + ((i * 7) % 40))),
          title: String(i),
          isRoot: i === 0,
        })),
        edges: pairs
          .filter(([a, b]) => a < count && b < count && a !== b)
          .map(([from, to]) => ({ from, to, relation: "used" })),
      };
    });

  it("puts no thing on another and all of them into the picture, for any graph, circles included", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const { boxes, width, height } = layoutOf(picture);
        for (const [i, a] of boxes.entries()) {
          expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0);
          expect(a.y - a.height / 2).toBeGreaterThanOrEqual(0);
          expect(a.x + a.width / 2).toBeLessThanOrEqual(width);
          expect(a.y + a.height / 2).toBeLessThanOrEqual(height);
          const onIt = boxes.slice(0, i).filter((b) => isOn(a, b));
          expect(onIt).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("puts what came before above what came of it, where there is no circle", () => {
    const arcs = fc.array(
      fc
        .tuple(fc.nat(59), fc.nat(59))
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => ({ from: Math.max(a, b), to: Math.min(a, b) })),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(arcs, (all) => {
        const layers = layersOf(60, all);
        for (const { from, to } of all) expect(layers[from]).toBeGreaterThan(layers[to] as number);
      }),
    );
  });

  it("stays linear where thousands of steps are part of one thing: a bounded number of bends, and rows of a bounded width", () => {
    const nodes: LineageNode[] = [node("x", "activity")];
    const edges: Lineage["edges"][number][] = [];
    for (let i = 0; i < 5000; i++) {
      nodes.push(node(`a${i}`, "activity", `a${i}`, ["mls:Run"]), node(`e${i}`, "entity"), node(`o${i}`, "entity"));
      edges.push(
        { from: `a${i}`, to: "x", relation: "isPartOf" },
        { from: `e${i}`, to: `a${i}`, relation: "wasGeneratedBy" },
      );
      edges.push({ from: `o${i}`, to: "x", relation: "wasGeneratedBy" });
      if (i > 0) edges.push({ from: `a${i}`, to: `e${i - 1}`, relation: "used" });
    }
    const picture = pictureOf(
      { direction: "up", roots: ["e4999"], nodes, edges, isComplete: true },
      { fold: "nothing" },
    );
    const { pathOf, boxes } = layoutOf(picture);
    expect(boxes).toHaveLength(15_001);
    expect(edges.reduce((sum, _, edge) => sum + pathOf(edge).length, 0)).toBeLessThanOrEqual(
      2 * edges.length + nodes.length + edges.length,
    );
    const inRow = new Map<number, number>();
    for (const { y, shape } of boxes.map((box, i) => ({ ...box, shape: i })))
      if (shape > 0) inRow.set(y, (inRow.get(y) ?? 0) + 1);
    expect(Math.max(...inRow.values())).toBeLessThanOrEqual(Math.ceil(Math.sqrt(15_001)));
  });
});

function namesIn(element: Element): string[] {
  return [element.name, ...element.inside.flatMap(namesIn)];
}

function isOn(a: Box, b: Box): boolean {
  const [across, down] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
  return across < (a.width + b.width) / 2 - 1e-6 && down < (a.height + b.height) / 2 - 1e-6;
}
