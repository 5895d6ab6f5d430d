import { beforeAll, describe, expect, it } from "vitest";
import { readStatements } from "../../src/rdf/read-statements.ts";
import type { Quad } from "../../src/rdf/terms.ts";
import { checkConstraints } from "../../src/validate/constraints/check.ts";
import { checkShapes, isProvMl, type ShapeResult } from "../../src/validate/shapes.ts";
import { PROV_ML_SHAPES } from "../../src/vocab/shapes.ts";
import { cpuMs } from "../cpu-time.ts";
import { sharedExamples } from "../examples/recorded.ts";
import { definedTerms, NAMESPACE, readOntology } from "../ontology/read.ts";
import { parseQuads, quadsOf } from "./quads-of.ts";
import { describedIn } from "./shapes-described.ts";
import { mutantsOf, WAYS } from "./shapes-mutants.ts";
import {
  calledIn,
  framesOf,
  killedIn,
  modelledIn,
  planned,
  quadsIn,
  rankedIn,
  remarkedIn,
  reproducedIn,
  resumedIn,
  servedIn,
  temporary,
  troubledIn,
} from "./shapes-recorded.ts";
import { surroundedIn } from "./shapes-surrounded.ts";

const SHAPES = "https://w3id.org/prov-ml/shapes#";
const recorded = sharedExamples("penguins", "mnist", "decorators");
const [killedFolder, troubledFolder, calledFolder, servedFolder] = [temporary(), temporary(), temporary(), temporary()];
const [resumedFolder, rankedFolder, modelledFolder] = [temporary(), temporary(), temporary()];

const [describedFolder, surroundedFolder] = [temporary(), temporary()];
const [remarkedFolder, reproducedFolder] = [temporary(), temporary()];

let graphs: ReadonlyMap<string, Quad[]>;
beforeAll(async () => {
  graphs = new Map([
    ["killed", await killedIn(killedFolder)],
    ["troubled", await troubledIn(troubledFolder)],
    ["called", await calledIn(calledFolder)],
    ["served", await servedIn(servedFolder)],
    ["resumed", await resumedIn(resumedFolder)],
    ["ranked", await rankedIn(rankedFolder)],
    ["modelled", await modelledIn(modelledFolder)],
    ["planned", planned()],
    ["surrounded", await surroundedIn(surroundedFolder)],
    ["described", await describedIn(describedFolder)],
    ["remarked", await remarkedIn(remarkedFolder)],
    ["reproduced", await reproducedIn(reproducedFolder)],
    ...[...recorded].map(([name, { directory }]) => [name as string, quadsIn(directory)] as const),
  ]);
});

const graphOf = (name: string) => graphs.get(name) as Quad[];
const named = ({ shape, severity }: ShapeResult) => `${severity} ${shape.replace(SHAPES, "")}`;

const SH = "http://www.w3.org/ns/shacl#";
const PREFIXES = `@prefix x: <https://example.org/> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix mls: <http://www.w3.org/ns/mls#> .
  @prefix provml: <https://w3id.org/prov-ml#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
  @prefix dcterms: <http://purl.org/dc/terms/> . @prefix sh: <${SH}> .\n`;
const turtle = (text: string) => parseQuads(PREFIXES + text);

describe("the graphs of real programs", () => {
  it.each(["penguins", "mnist", "decorators", "called", "planned", "described", "served", "resumed"])(
    "are well-formed and lack nothing: %s",
    async (name) => {
      expect(await checkShapes(graphOf(name))).toEqual([]);
    },
  );

  it.each([
    "penguins",
    "mnist",
    "decorators",
    "called",
    "planned",
    "described",
    "killed",
    "troubled",
    "served",
    "resumed",
  ])("are valid PROV: %s", (name) => {
    expect(checkConstraints(readStatements(graphOf(name), {}).document)).toMatchObject({
      violations: [],
      suspicions: [],
    });
  });

  it("lack the end of what was killed, and nothing that makes them wrong", async () => {
    const results = await checkShapes(graphOf("killed"));
    expect(results.map(named)).toEqual(["warning Execution-end", "warning Step-end", "warning Training-model"]);
    expect(results[1]).toMatchObject({
      path: "http://www.w3.org/ns/prov#endedAtTime",
      message: expect.stringContaining("still runs, or it was interrupted"),
    });
  });

  it("lack what a failed training and an empty evaluation could not give, and say that statements were lost", async () => {
    const results = await checkShapes(graphOf("troubled"));
    expect(results.map(named)).toEqual([
      "warning Training-model",
      "warning Evaluation-model",
      "warning Evaluation-data",
      "warning Evaluation-result",
      "warning DataSet-role",
      "warning Loss-none",
    ]);
  });
});

it("finds nothing wrong with what a process has stated after any of its writes, whenever it is killed", async () => {
  const { frames, prefixes } = await framesOf(async (prov) => {
    const rows = prov.dataset(prov.dataPreparation("load", () => [[1, 2]])(), { split: "train" });
    const model = prov.training("fit", (_rows: object, { rate }: { rate: number }) => {
      for (const epoch of prov.current().epochs(2)) epoch.log({ loss: rate / (epoch.number + 1) });
      prov.current().section("fold", 1, (fold) => fold.generated({ w: 1 }, { kind: "checkpoint" }));
      return { w: 2 };
    })(rows, { rate: 0.5 });
    prov.evaluation("test", (_model: object, _rows: object) => ({ accuracy: 0.5 }))(model, rows);
    const stream = prov.stream("trigger", { model, sample: 1, window: { events: 2 } });
    for (let event = 0; event < 3; event++) stream.record(0.5, 1, event);
    stream.selected(2, { input: rows, downstream: { alert: 2 } });
    stream.close();
  });
  expect(frames.length).toBeGreaterThan(8);
  for (const [written] of frames.entries()) {
    const results = await checkShapes(quadsOf(frames.slice(0, written + 1).flat(), prefixes));
    const wrong = results.filter(({ severity }) => severity === "violation");
    expect([written, wrong]).toEqual([written, []]);
  }
});

describe("a graph", () => {
  it("is judged by the shapes of PROV-ML only where it speaks PROV-ML", () => {
    expect(isProvMl(graphOf("decorators"))).toBe(true);
    expect(isProvMl(turtle("x:a a prov:Activity ; prov:used x:b ."))).toBe(false);
    expect(isProvMl(turtle("x:a a prov:Activity, provml:TrainingExecution ."))).toBe(true);
    expect(isProvMl(turtle("x:a provml:status x:b ."))).toBe(true);
  });

  it("may be in pieces: what several graphs state together counts, and once", async () => {
    const content = (more: string) => `x:a a prov:Entity, provml:Content ; provml:byteSize 1 ${more}`;
    const sha256 = `; provml:sha256 "${"0".repeat(64)}" .`;
    expect((await checkShapes(turtle(content(".")))).map(named)).toEqual(["violation Content-sha256"]);
    expect(await checkShapes(turtle(`x:g { ${content(".")} } x:h { ${content(sha256)} }`))).toEqual([]);
  });

  it("may have blank nodes, under their own labels", async () => {
    const [result] = await checkShapes(
      turtle("_:shapes-b0_n1 a prov:Entity, provml:Model ; prov:wasDerivedFrom x:m ."),
    );
    expect(result).toMatchObject({
      shape: `${SHAPES}Named-label`,
      focusNode: expect.stringMatching(/^_:shapes-b0_n1$/),
    });
  });

  it("that points to one wrong thing a hundred times is told so a hundred times", async () => {
    const values = Array.from({ length: 100 }, (_, i) => `x:v${i} mls:specifiedBy x:unknown .`).join(" ");
    const shapes = `${PREFIXES} x:Shape a sh:NodeShape ; sh:targetSubjectsOf mls:specifiedBy ; sh:property x:Of .
      x:Of sh:path mls:specifiedBy ; sh:node [ sh:class provml:EvaluationMeasure ] .`;
    expect(await checkShapes(turtle(values), { shapes })).toHaveLength(100);
    expect(await checkShapes(turtle(values), { shapes, limit: 7 })).toHaveLength(7);
  });

  it("with more wrong values than one asks for is left at that", async () => {
    const agents = Array.from({ length: 2000 }, (_, i) => `x:b${i}`).join(", ");
    const graph = turtle(`x:a a provml:WorkflowExecution ; prov:wasAssociatedWith ${agents} . x:c a provml:Model .`);
    expect(await checkShapes(graph)).toHaveLength(1000);
    const all = await checkShapes(graph, { limit: 5000 });
    expect(all.filter(({ shape }) => shape === `${SHAPES}Execution-software`)).toHaveLength(2000);
    expect(all.filter(({ focusNode }) => focusNode === "https://example.org/c").map(named)).toContain(
      "violation Entity-type",
    );
  });

  it("is checked by itself, whatever is checked meanwhile", async () => {
    const model = (name: string) => turtle(`x:${name} a prov:Entity, provml:Model ; prov:wasDerivedFrom x:m .`);
    const results = await Promise.all(["a", "b", "c"].map((name) => checkShapes(model(name))));
    expect(results.map((its) => its.map(({ focusNode }) => focusNode.slice(-1)))).toEqual([["a"], ["b"], ["c"]]);
    expect((await checkShapes(model("d"))).map(({ focusNode }) => focusNode.slice(-1))).toEqual(["d"]);
  });

  it("cannot make the check endless or lenient by classes below each other", async () => {
    const graph =
      turtle(`provml:Model rdfs:subClassOf provml:Checkpoint . provml:Checkpoint rdfs:subClassOf provml:Model .
      x:Thing rdfs:subClassOf provml:Model . x:e provml:evaluates x:t . x:t a x:Thing .
      x:e a prov:Entity, provml:ModelEvaluation ; rdfs:label "e" ; mls:hasValue 1 ; mls:specifiedBy x:m ; prov:wasGeneratedBy x:a .
      x:m a prov:Entity, provml:EvaluationMeasure ; rdfs:label "m" .`);
    expect((await checkShapes(graph)).map(named)).toEqual(["violation ModelEvaluation-modelType"]);
  });

  it("of a hundred thousand quads is checked in seconds", async () => {
    const [one] = [graphOf("penguins")];
    const copies = Array.from({ length: Math.ceil(100_000 / one.length) }, (_, n) =>
      one.map((quad) => copied(quad, n)),
    ).flat();
    const started = cpuMs();
    expect(await checkShapes(copies)).toEqual([]);
    expect(cpuMs() - started).toBeLessThan(25_000); // 3 s on an idle machine
  });
});

/** The quad as another execution would state it. */
function copied({ subject, predicate, object }: Quad, n: number): Quad {
  const other = <T extends { kind: string; value: string }>(term: T): T =>
    term.kind === "iri" ? { ...term, value: term.value.replace(/(\/id\/[0-9a-f-]{36})\//, `$1${n}/`) } : term;
  return { subject: other(subject), predicate, object: other(object) };
}

describe("the shapes", () => {
  const mutants = mutantsOf(PROV_ML_SHAPES);
  const shapes = turtle(PROV_ML_SHAPES);
  const propertyShapes = shapes.flatMap(({ subject, object }) =>
    object.value === `${SH}PropertyShape` ? [subject.value] : [],
  );

  it("say in a sentence what each of them wants", () => {
    expect(propertyShapes.length).toBeGreaterThan(80);
    for (const shape of propertyShapes) {
      const messages = shapes.filter(
        ({ subject, predicate }) => subject.value === shape && predicate.value === `${SH}message`,
      );
      expect(messages.map(({ object }) => object.value)).toEqual([expect.stringMatching(/^[A-Z].*\.$/)]);
    }
  });

  it("are broken below by each constraint that they have", () => {
    const others = ["path", "message", "severity", "qualifiedValueShape", "property", "not"];
    const known = [...Object.keys(WAYS), ...others].map((name) => SH + name);
    const used = shapes.filter(
      ({ subject, predicate }) => propertyShapes.includes(subject.value) && predicate.value.startsWith(SH),
    );
    expect(used.filter(({ predicate }) => !known.includes(predicate.value))).toEqual([]);
    const broken = new Set(mutants.map(({ shape }) => shape));
    expect(propertyShapes.filter((shape) => !broken.has(shape))).toEqual([`${SHAPES}Loss-none`]);
  });

  it("use no term that the ontology does not define, and are about every execution that it does", () => {
    const defined = definedTerms(readOntology("prov-ml.ttl"));
    const used = shapes.flatMap(({ object }) => (object.value.startsWith(NAMESPACE) ? [object.value] : []));
    expect(used.filter((iri) => !defined.has(iri))).toEqual([]);
    const executions = [...defined].filter((iri) => /Execution$/.test(iri));
    const targets = shapes.filter(
      ({ subject, predicate }) => subject.value === `${SHAPES}Activity` && predicate.value === `${SH}targetClass`,
    );
    expect(targets.map(({ object }) => object.value).sort()).toEqual(executions.sort());
  });
});

const mutants = mutantsOf(PROV_ML_SHAPES);

describe("a recorded graph with one piece removed or broken", () => {
  it.each(mutants)("fails for that reason: $shape $constraint", async ({ shape, focusNodes, broken }) => {
    for (const [name, graph] of [...graphs].sort(([, a], [, b]) => a.length - b.length)) {
      for (const focus of focusNodes(graph)) {
        const isFoundIn = (results: readonly ShapeResult[]) =>
          results.some((result) => result.shape === shape && result.focusNode === focus);
        const mutant = broken(graph, focus);
        if (mutant === undefined || isFoundIn(await unbroken(name))) continue;
        const severity = SEVERITIES.get(shape) ?? "violation";
        const results = await checkShapes(mutant);
        expect(results).toContainEqual(expect.objectContaining({ shape, focusNode: focus, severity }));
        return;
      }
    }
    expect.fail("no recorded graph has anything to break");
  });

  it("lacks how something ended that has an end", async () => {
    const graph = graphOf("decorators").filter(({ predicate }) => !predicate.value.endsWith("#status"));
    expect(new Set((await checkShapes(graph)).map(named))).toEqual(new Set(["warning Outcome"]));
  });

  it("fails where an execution has neither a start nor executions as parts", async () => {
    const graph = graphOf("decorators").filter(({ predicate }) => !predicate.value.endsWith("startedAtTime"));
    const results = (await checkShapes(graph)).map(named);
    expect(results).toContain("violation Execution");
  });
});

const results = new Map<string, Promise<ShapeResult[]>>();

/** What is found in a graph as it was recorded. */
function unbroken(name: string): Promise<ShapeResult[]> {
  const known = results.get(name) ?? checkShapes(graphOf(name));
  results.set(name, known);
  return known;
}

const SEVERITIES = new Map(
  [...PROV_ML_SHAPES.matchAll(/^shape:(\S+) a sh:PropertyShape ;[^.]*?sh:severity sh:(\w+)/gm)].map(
    ([, name, severity]) => [`${SHAPES}${name}`, severity?.toLowerCase()],
  ),
);
