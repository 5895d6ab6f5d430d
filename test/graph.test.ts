import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Parser, type Quad } from "n3";
import { beforeAll, describe, expect, it } from "vitest";
import { mls } from "../src/vocab/mls.ts";
import { prov } from "../src/vocab/prov.ts";
import { provml } from "../src/vocab/provml.ts";
import { dcterms, rdf, rdfs, xsd } from "../src/vocab/rdf.ts";
import { sharedExamples } from "./examples/recorded.ts";

/** What docs/graph.md says, held against what real programs wrote. */
const recorded = sharedExamples("penguins", "mnist", "decorators");
const VOCABULARY = new Set<string>(
  [prov, mls, provml, rdf, rdfs, xsd, dcterms].flatMap((terms) => Object.values(terms)),
);

let quads: Quad[];
let graph: Statements;

beforeAll(() => {
  quads = [...recorded.values()].flatMap(({ directory }) =>
    readdirSync(join(directory, "graph"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".nq"))
      .flatMap((name) => new Parser({ format: "N-Quads" }).parse(readFileSync(join(directory, "graph", name), "utf8"))),
  );
  graph = new Statements(quads);
});

describe("the graph of real programs", () => {
  it("has no blank node, and nothing in the default graph", () => {
    expect(quads.length).toBeGreaterThan(1000);
    const nodes = quads.flatMap(({ subject, object, graph }) => [subject, object, graph]);
    expect(nodes.filter(({ termType }) => termType === "BlankNode")).toEqual([]);
    expect(quads.filter(({ graph }) => graph.termType === "DefaultGraph")).toEqual([]);
  });

  it("uses terms of its vocabularies only, as properties, classes and datatypes", () => {
    const used = new Set<string>();
    for (const { predicate, object } of quads) {
      used.add(predicate.value);
      if (predicate.value === rdf.type) used.add(object.value);
      if (object.termType === "Literal") used.add(object.datatype.value);
    }
    expect([...used].filter((term) => !VOCABULARY.has(term))).toEqual([]);
  });

  it("describes every graph in the catalogue", () => {
    const catalogue = "https://w3id.org/prov-ml/id/catalogue";
    const others = new Set(quads.map(({ graph }) => graph.value).filter((name) => name !== catalogue));
    const executions = [...others].filter((name) => name.endsWith("/graph"));
    expect(executions).toHaveLength(3);
    expect([...others].filter((name) => !name.endsWith("/graph"))).toEqual([
      expect.stringMatching(/\/plan\.[0-9a-f]+-graph$/),
    ]);
    for (const name of executions) {
      expect(graph.types(name)).toEqual(expect.arrayContaining([prov.Bundle, prov.Entity]));
      expect(graph.values(name, dcterms.subject)).toEqual([name.replace(/graph$/, "execution")]);
      expect(graph.values(name, prov.generatedAtTime)).toHaveLength(1);
    }
    const described = quads.filter(({ graph }) => graph.value === catalogue).map(({ subject }) => subject.value);
    expect(new Set(described)).toEqual(others);
  });

  it("names everything below an execution so that it is a qualified name", () => {
    const ids = quads
      .flatMap(({ subject, object }) => [subject, object])
      .filter(({ termType }) => termType === "NamedNode");
    const below = new Set(ids.map(({ value }) => value).filter((iri) => /\/[0-9a-f-]{36}\//.test(iri)));
    expect(below.size).toBeGreaterThan(100);
    for (const iri of below)
      expect(iri).toMatch(/^https:\/\/w3id\.org\/prov-ml\/id\/[0-9a-f-]{36}\/[A-Za-z][A-Za-z0-9-]*$/);
  });

  it("knows of every run who, with what, where, on what data and to what end", () => {
    const runs = graph.ofType(mls.Run);
    expect(runs).toHaveLength(4);
    for (const run of runs) {
      const execution = run.replace(/[^/]+$/, "execution");
      const [software = ""] = graph.values(run, prov.wasAssociatedWith);
      expect(graph.types(software)).toEqual(expect.arrayContaining([prov.SoftwareAgent, provml.Software]));
      const [person = ""] = graph.values(software, prov.actedOnBehalfOf);
      expect(graph.types(person)).toContain(prov.Person);
      expect(graph.values(execution, prov.wasAssociatedWith)).toEqual([software]);
      const [host = ""] = graph.values(execution, prov.atLocation);
      expect(graph.types(host)).toContain(provml.Host);
      const used = graph.values(run, prov.used);
      const settings = used.filter((thing) => graph.types(thing).includes(provml.LearningHyperparameterValue));
      expect(settings.length).toBeGreaterThan(0);
      for (const setting of settings) expect(graph.values(setting, mls.hasValue)).toHaveLength(1);
      expect(used.filter((thing) => !settings.includes(thing)).length).toBeGreaterThan(0);
      const models = graph
        .ofType(provml.Model)
        .filter((thing) => graph.values(thing, prov.wasGeneratedBy).includes(run));
      expect(models.length).toBeGreaterThan(0);
      const judged = graph.ofType(provml.ModelEvaluation).flatMap((its) => graph.values(its, provml.evaluates));
      expect(models.filter((thing) => judged.includes(thing)).length).toBeGreaterThan(0);
      expect(graph.values(run, provml.status)).toEqual([provml.Completed]);
    }
  });

  it("has a plan for each run of a workflow that declared one, in the run and in its execution", () => {
    const planned = graph
      .ofType(mls.Run)
      .filter((run) => graph.values(run.replace(/[^/]+$/, "execution"), rdfs.label)[0] === "penguins");
    expect(planned).toHaveLength(2);
    for (const activity of [...planned, ...planned.map((run) => run.replace(/[^/]+$/, "execution"))]) {
      const plans = graph
        .values(activity, prov.qualifiedAssociation)
        .flatMap((node) => graph.values(node, prov.hadPlan));
      expect(plans).toHaveLength(1);
      expect(graph.types(plans[0] as string)).toContain(prov.Plan);
    }
  });

  it("ends everything that it started, and generates inside of that", () => {
    for (const activity of graph.ofType(prov.Activity)) {
      const [start, ...starts] = graph.times(activity, prov.startedAtTime);
      const [end, ...ends] = graph.times(activity, prov.endedAtTime);
      expect([starts, ends]).toEqual([[], []]);
      expect(end).toBeGreaterThanOrEqual(start as number);
    }
    let generations = 0;
    for (const entity of graph.ofType(prov.Entity)) {
      for (const activity of graph.values(entity, prov.wasGeneratedBy)) {
        const [time] = graph.generationTimes(entity, activity);
        if (time === undefined) continue;
        generations++;
        expect(time).toBeGreaterThanOrEqual(graph.times(activity, prov.startedAtTime)[0] as number);
        expect(time).toBeLessThanOrEqual(graph.times(activity, prov.endedAtTime)[0] as number);
      }
    }
    expect(generations).toBeGreaterThan(20);
  });

  it("uses nothing before it was generated, and nothing after the step has ended", () => {
    let uses = 0;
    for (const activity of graph.ofType(prov.Activity)) {
      for (const entity of graph.values(activity, prov.used)) {
        const [used] = graph.useTimes(activity, entity);
        const [end] = graph.times(activity, prov.endedAtTime);
        if (used !== undefined) expect(used).toBeLessThanOrEqual(end as number);
        for (const maker of graph.values(entity, prov.wasGeneratedBy)) {
          const [generated] = graph.generationTimes(entity, maker);
          if (generated === undefined) continue;
          uses++;
          // Without a time of its own a use happened somewhere in the step.
          expect(used ?? end).toBeGreaterThanOrEqual(generated);
        }
      }
    }
    expect(uses).toBeGreaterThan(10);
  });

  it("names content by its digest, and never uses, generates or labels it", () => {
    const contents = graph.ofType(provml.Content);
    expect(contents.length).toBeGreaterThanOrEqual(12);
    for (const content of contents) {
      const [hex = ""] = graph.values(content, provml.sha256);
      expect(content).toBe(`ni:///sha-256;${Buffer.from(hex, "hex").toString("base64url")}`);
      expect(graph.values(content, rdfs.label)).toEqual([]);
      expect(graph.values(content, prov.wasGeneratedBy)).toEqual([]);
      expect(graph.about(content)).toEqual([prov.specializationOf]);
    }
  });

  it("keeps the rows of its series out, and their sums in", () => {
    const series = graph.ofType(provml.MetricSeries);
    expect(series.length).toBeGreaterThanOrEqual(9);
    for (const one of series) {
      const [rows] = graph.values(one, provml.rowCount);
      expect(Number(rows)).toBeGreaterThan(0);
      expect(graph.values(one, provml.rowsDigest)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    }
  });
});

/** Statements by subject and property, whatever graph they stand in. */
class Statements {
  readonly #out = new Map<string, Map<string, Set<string>>>();
  readonly #in = new Map<string, Set<string>>();

  constructor(quads: readonly Quad[]) {
    for (const { subject, predicate, object } of quads) {
      const properties = this.#out.get(subject.value) ?? new Map<string, Set<string>>();
      this.#out.set(subject.value, properties);
      properties.set(predicate.value, (properties.get(predicate.value) ?? new Set()).add(object.value));
      if (object.termType !== "Literal") {
        this.#in.set(object.value, (this.#in.get(object.value) ?? new Set()).add(predicate.value));
      }
    }
  }

  values(subject: string, property: string): string[] {
    return [...(this.#out.get(subject)?.get(property) ?? [])];
  }

  types(subject: string): string[] {
    return this.values(subject, rdf.type);
  }

  ofType(type: string): string[] {
    return [...this.#out.keys()].filter((subject) => this.types(subject).includes(type));
  }

  /** The properties that point to a thing. */
  about(object: string): string[] {
    return [...(this.#in.get(object) ?? [])];
  }

  times(subject: string, property: string): number[] {
    return this.values(subject, property).map((text) => Date.parse(text));
  }

  generationTimes(entity: string, activity: string): number[] {
    const nodes = this.values(entity, prov.qualifiedGeneration);
    const own = nodes.filter((node) => this.values(node, prov.activity).includes(activity));
    return [...this.times(entity, prov.generatedAtTime), ...own.flatMap((node) => this.times(node, prov.atTime))];
  }

  useTimes(activity: string, entity: string): number[] {
    const nodes = this.values(activity, prov.qualifiedUsage);
    const own = nodes.filter((node) => this.values(node, prov.entity).includes(entity));
    return own.flatMap((node) => this.times(node, prov.atTime));
  }
}
