import { Writer } from "n3";
import { open } from "provml/query";
import { describe, expect, it, onTestFinished } from "vitest";
import { quantile } from "../../src/query/inference/distribution.ts";
import { quadToRdfJs } from "../../src/rdf/rdfjs.ts";
import { provml } from "../cli/provml.ts";
import { folder, opened, recorded, recorder } from "./recorded.ts";

/** Scores and latencies that repeat for nobody, the same in every run. */
const score = (event: number) => (Math.imul(event, 0x9e3779b1) >>> 0) / 2 ** 32;
const latency = (event: number) => 0.05 + score(event + 7) ** 4;

const exact = (values: readonly number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.max(Math.ceil(q * values.length), 1) - 1] as number;

describe("windows of inferences", () => {
  it("of replicas, models and times add up to what a log of every event says", async () => {
    const root = folder();
    const log: { event: number; device: string; model: string }[] = [];
    for (const [replica, device] of ["cuda:0", "cpu", "cpu"].entries()) {
      const prov = recorder(root);
      const [a, b] = ["a", "b"].map((name) => prov.model({ name }, { name })) as [object, object];
      const stream = prov.stream("trigger", { model: a, device, window: { events: 700 }, thresholds: { tight: 0.9 } });
      for (let n = 0; n < 5000; n++) {
        if (n === 2500) stream.swap(b);
        const event = n * 3 + replica;
        log.push({ event, device, model: n < 2500 ? "a" : "b" });
        stream.record(score(event), latency(event), event);
      }
      stream.close();
      await prov.close();
    }
    const graph = await opened(root);
    const asked = [
      [{}, () => true],
      [{ device: "cpu" }, (one: (typeof log)[number]) => one.device === "cpu"],
      [{ model: "b" }, (one: (typeof log)[number]) => one.model === "b"],
    ] as const;
    for (const [options, isMeant] of asked) {
      const events = log.filter(isMeant).map(({ event }) => event);
      const found = await graph.inference("trigger", options);
      expect(found.counts).toMatchObject({ offered: events.length, processed: events.length });
      expect(found.decisions).toEqual({ tight: events.filter((event) => score(event) >= 0.9).length });
      expect([found.streams.length, found.missingWindows]).toEqual(["device" in options ? 2 : 3, 0]);
      for (const [distribution, of] of [
        [found.scores, score],
        [found.latencies, latency],
      ] as const) {
        const values = events.map(of);
        for (const q of [0.01, 0.5, 0.95, 0.99]) {
          const told = quantile(distribution as NonNullable<typeof distribution>, q) as number;
          expect(Math.abs(told / exact(values, q) - 1)).toBeLessThanOrEqual(1 / 128);
        }
        expect([distribution?.minimum, distribution?.maximum]).toEqual([Math.min(...values), Math.max(...values)]);
      }
    }
    const ofModel = await Promise.all(["a", "b"].map((model) => graph.inference("trigger", { model })));
    expect(ofModel.map(({ models }) => models.length)).toEqual([3, 3]);
    const [middle] = (await graph.windows("trigger", { device: "cuda:0" })).slice(3);
    const from = await graph.inference("trigger", { device: "cuda:0", from: middle?.startedAt as string });
    expect(from.counts.offered).toBeLessThanOrEqual(5000);
    expect(from.windows).toBeGreaterThanOrEqual(5);
  });

  it("show which ones are missing, whatever model answered in them", async () => {
    const graph = await recorded((prov) => {
      const stream = prov.stream("trigger", { model: prov.model({}), window: { events: 10 } });
      for (let event = 0; event < 55; event++) stream.record(0.5, 0.1, event);
      stream.close();
    });
    expect((await graph.inference("trigger")).missingWindows).toBe(0);
    const lost = (await graph.windows("trigger")).find(({ number }) => number === 3)?.id;
    const kept = (await graph.quads()).filter(({ subject }) => subject.value !== lost);
    const { embeddedStore } = (await import(
      "../../dist/src/store/embedded.js"
    )) as typeof import("../../src/store/embedded.ts");
    const store = embeddedStore({
      async *source() {
        yield Buffer.from(new Writer({ format: "N-Quads" }).quadsToString(kept.map(quadToRdfJs) as never));
      },
    });
    onTestFinished(() => store.close());
    const left = await (await open(store)).inference("trigger");
    expect([left.counts.offered, left.missingWindows, left.streams[0]?.missing]).toEqual([45, 1, [3]]);
  });

  it("are no steps of their run, and no runs", async () => {
    const graph = await recorded((prov) => {
      const model = prov.training("fit", () => ({ w: 1 }))();
      prov.run("serve", () => {
        const stream = prov.stream("trigger", { model, window: { events: 2 }, sample: 1 });
        for (let event = 0; event < 9; event++) stream.record(0.5, 0.1, event);
        stream.close();
        prov.inference("predict", (_: object) => 1)(model);
      });
    });
    const run = await graph.run("serve");
    expect(run.step.steps.map(({ name, kind }) => [name, kind])).toEqual([["trigger", "inference"]]);
    expect((await graph.runs()).map(({ name }) => name)).toEqual(["serve", "fit"]);
    expect((await graph.steps("serve")).map(({ name, kind, within }) => [name, kind, within])).toEqual([
      ["serve", "run", undefined],
      ["predict", "inference", "serve"],
      ["trigger", "inference", "serve"],
    ]);
    expect((await graph.inferences()).map(({ names, counts }) => [names, counts.offered])).toEqual([
      [["predict"], 1],
      [["trigger"], 9],
    ]);
  });

  it("and selected events lead from an alert to the data on which its model was trained, by one path", async () => {
    const graph = await recorded((prov) => {
      const rows = prov.dataset(prov.dataPreparation("load", () => [[1, 2]])(), { name: "strain" });
      const model = prov.training("fit", (_: object) => ({ w: 1 }))(rows);
      const parameters = { conditions: "O4a" };
      const stream = prov.stream("trigger", { model, thresholds: { tight: 0.9 }, parameters });
      stream.record(0.95, 0.06, 1187008882);
      stream.selected(1187008882, { scores: 0.95, threshold: 0.9, downstream: "S190425z" });
      stream.close();
    });
    const data = await graph.sparql`
      SELECT DISTINCT ?name WHERE {
        ?event provml:eventId 1187008882 ; prov:used/prov:wasGeneratedBy/prov:used ?data .
        ?data a provml:LearningDataSetReference ; rdfs:label ?name
      }`;
    expect(data.map(({ name }) => name)).toContain("strain");
    const around = await graph.sparql`
      SELECT ?name ?value WHERE {
        ?event provml:eventId 1187008882 ; dcterms:isPartOf*/prov:used ?parameter .
        ?parameter rdfs:label ?name ; prov:value ?value
      }`;
    expect(Object.fromEntries(around.map(({ name, value }) => [name, value]))).toMatchObject({
      threshold: 0.9,
      conditions: "O4a",
    });
  });

  it("are no part of what came of a model; selected events are", async () => {
    const graph = await recorded((prov) => {
      const model = prov.training("fit", () => ({ w: 1 }))();
      const stream = prov.stream("trigger", { model, window: { events: 2 }, sample: 1 });
      for (let event = 0; event < 9; event++) stream.record(0.5, 0.1, event);
      stream.selected(8, { downstream: { alert: 8 } });
      stream.close();
    });
    const [model] = await graph.models();
    const { nodes } = await graph.lineage(model?.id as string, { direction: "down" });
    expect(nodes.map(({ label }) => label).sort()).toEqual(
      expect.arrayContaining(["downstream", "trigger", "trigger 8"]),
    );
    expect(nodes.filter(({ label }) => /window|trigger [0-7]$/.test(label))).toEqual([]);
    const alert = nodes.find(({ label }) => label === "downstream")?.id as string;
    const up = await graph.lineage(alert);
    expect(up.nodes.map(({ label }) => label)).toEqual(expect.arrayContaining(["trigger 8", "fit"]));
  });

  it("with scores in different bins have no scores together, and all else", async () => {
    const graph = await recorded((prov) => {
      for (const bins of [2, 3]) {
        const stream = prov.stream("trigger", { model: prov.model({}), histogram: { low: 0, high: 1, bins } });
        stream.record(0.5, 0.1, 1);
        stream.close();
      }
    });
    const { counts, scores, latencies } = await graph.inference("trigger");
    expect([counts.offered, scores, latencies?.count]).toEqual([2, undefined, 2]);
  });

  it("of a name that nothing has, or of no time, are an error", async () => {
    const graph = await recorded((prov) => prov.inference("predict", () => 1)());
    await expect(graph.inference("trigger")).rejects.toMatchObject({ code: "not-found" });
    await expect(graph.inference("predict", { from: "soon" })).rejects.toMatchObject({ code: "bad-argument" });
  });

  it("are printed by provml inference, alone and all", async () => {
    const root = folder();
    const prov = recorder(root);
    const stream = prov.stream("trigger", { model: prov.model({}) });
    for (let event = 0; event < 100; event++) stream.record(event / 100, 0.06, event);
    stream.failed(100, new RangeError("no"));
    stream.close();
    await prov.close();
    const all = await provml(["inference"], { cwd: root });
    expect([all.code, all.stderr]).toEqual([0, ""]);
    expect(all.stdout).toMatch(/trigger +1 +1 +101 +100 +1 +0 +0 +0\.06\d* +0\.06/);
    const one = await provml(["inference", "trigger"], { cwd: root });
    expect(one.stdout).toMatch(/failed: RangeError +1\n/);
    expect(one.stdout).toMatch(/scores +0 to 0\.99, p50 0\.4\d*/);
    const { stdout } = await provml(["inference", "trigger", "--json"], { cwd: root });
    expect(JSON.parse(stdout)).toMatchObject({ windows: 1, counts: { offered: 101, failed: 1 } });
  });
});
