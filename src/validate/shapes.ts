import type * as RDF from "@rdfjs/types";
import { Parser } from "n3";
import type { Iri } from "../model/statement.ts";
import type { Quad } from "../rdf/terms.ts";
import { PROV_ML_SHAPES } from "../vocab/shapes.ts";
import { pathsOf, type Targets, targetsOf } from "./shapes-graph.ts";
import { TripleIndex, textOf } from "./shapes-index.ts";

/** What a shape found about one thing, as plain data. */
export interface ShapeResult {
  /** The shape that is not met, e.g. `https://w3id.org/prov-ml/shapes#Training-model`. */
  readonly shape: Iri;
  /** The thing that it is about: an IRI, or `_:label`. */
  readonly focusNode: Iri;
  /** The property as a SPARQL property path of absolute IRIs without brackets, e.g. `^http://www.w3.org/ns/prov#used`; absent where the thing as a whole is meant. */
  readonly path?: string;
  /** One sentence that a person understands. */
  readonly message: string;
  readonly severity: "violation" | "warning" | "info";
  /** The value that does not fit, as its lexical form, IRI or `_:label`; absent where one is missing. */
  readonly value?: string;
}

export interface ShapeOptions {
  /** SHACL Core shapes as Turtle; PROV-ML's own unless given. Shapes have IRIs, and targets of theirs are classes or properties. */
  readonly shapes?: string;
  /** After this many results no more is looked for; {@link SHAPE_RESULTS_SHOWN} unless given. */
  readonly limit?: number;
}

/** Whoever reads that many sees what is wrong; more would only cost memory. */
export const SHAPE_RESULTS_SHOWN = 1000;

const PROV_ML = "https://w3id.org/prov-ml#";
const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** Whether a graph speaks PROV-ML at all: a class or a property of it is used. What does not is not judged by its shapes. */
export function isProvMl(quads: Iterable<Quad>): boolean {
  for (const { predicate, object } of quads) {
    if (predicate.value.startsWith(PROV_ML)) return true;
    if (predicate.value === RDF_TYPE && object.kind === "iri" && object.value.startsWith(PROV_ML)) return true;
  }
  return false;
}

/**
 * Checks a graph against SHACL shapes; graph names are left out, so that what several graphs say together counts. Results come in the order of
 * shapes, then of things. No result: the graph is well-formed. Only warnings: it can be used, and something is missing, as it is while a run goes on.
 * Some 25,000 quads a second. Subclasses that the graph itself states do not count, since its author could make anything of anything by them.
 * @throws {Error} when the shapes cannot be parsed.
 */
export async function checkShapes(
  quads: Iterable<Quad>,
  { shapes = PROV_ML_SHAPES, limit = SHAPE_RESULTS_SHOWN }: ShapeOptions = {},
): Promise<ShapeResult[]> {
  const prepared = await prepare(shapes);
  const { validator, targets, paths } = prepared;
  const engine = validator.validationEngine;
  engine.maxErrors = limit; // of one thing: each result takes a dataset
  const data = new TripleIndex(quads);
  const results: ShapeResult[] = [];
  for (const [shape, its] of targets) {
    for (const target of focusNodes(data, its)) {
      const report = await validator.validateNode(data as unknown as RDF.DatasetCore, target, shape);
      if (report.conforms) continue;
      for (const { sourceShape, focusNode, severity, message, value } of report.results) {
        const path = paths.get(sourceShape.value);
        results.push({
          shape: sourceShape.value,
          focusNode: textOf(focusNode),
          ...(path === undefined ? {} : { path }),
          message: message[0]?.value ?? "",
          severity: severity.value.replace(/^.*#/, "").toLowerCase() as ShapeResult["severity"],
          ...(value ? { value: textOf(value) } : {}),
        });
      }
      engine.initReport(); // else results pile up in it, and at the limit it finds nothing more
      engine.violationsCount = 0;
      if (results.length >= limit) return results.slice(0, limit);
    }
  }
  validator.$data = validator.factory.clownface();
  idle = prepared;
  return results;
}

interface Prepared {
  readonly shapes: string;
  readonly validator: import("rdf-validate-shacl").default;
  readonly targets: ReadonlyMap<RDF.Term, Targets>;
  readonly paths: ReadonlyMap<string, string>;
}

/** Kept from one check to the next, since making it takes longer than checking a small graph. A check takes it away: it can do one at a time. */
let idle: Prepared | undefined;

async function prepare(shapes: string): Promise<Prepared> {
  const { default: Validator } = await import("rdf-validate-shacl"); // 60 ms to load
  const kept = idle;
  idle = undefined;
  if (kept?.shapes === shapes) return kept;
  const quads = new Parser({ blankNodePrefix: "_:shapes-" }).parse(shapes);
  const validator = new Validator(quads as unknown as RDF.DatasetCore);
  validator.validationEngine.maxNodeChecks = 0; // else a thing that 50 others point to is taken for good
  return { shapes, validator, targets: targetsOf(quads), paths: pathsOf(quads) };
}

function focusNodes(data: TripleIndex, { classes, subjectsOf, objectsOf }: Targets): Iterable<RDF.Term> {
  const found = new Map<string, RDF.Term>();
  const add = (term: RDF.Term) => found.set(textOf(term), term);
  for (const class_ of classes) for (const { subject } of data.instancesOf(class_)) add(subject);
  for (const property of subjectsOf) for (const { subject } of data.match(null, property)) add(subject);
  for (const property of objectsOf) for (const { object } of data.match(null, property)) add(object);
  return found.values();
}
