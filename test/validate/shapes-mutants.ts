import type * as RDF from "@rdfjs/types";
import { Parser, Store } from "n3";
import type { IriTerm, Quad, Term } from "../../src/rdf/terms.ts";

const SH = "http://www.w3.org/ns/shacl#";
const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const UNKNOWN: IriTerm = { kind: "iri", value: "https://example.org/unknown" };

/** One constraint of a property shape, and one way to break it in a graph that meets it. */
export interface Mutant {
  readonly shape: string;
  readonly constraint: string;
  /** Things that the shape is about. */
  focusNodes(graph: readonly Quad[]): string[];
  /** The graph with this constraint broken for the thing, or undefined where it says nothing that could be broken. */
  broken(graph: readonly Quad[], focus: string): Quad[] | undefined;
}

/** A step of a path: a property, followed forwards or backwards. */
interface Step {
  readonly property: string;
  readonly isInverse: boolean;
}

/** Every constraint of every property shape in a SHACL document, as it can be broken. */
export function mutantsOf(turtle: string): Mutant[] {
  const shapes = new Store(new Parser().parse(turtle));
  const value = (subject: RDF.Term | string, name: string) =>
    shapes.getObjects(subject as never, `${SH}${name}`, null)[0];
  const mutants: Mutant[] = [];
  for (const shape of shapes.getSubjects(RDF_TYPE, `${SH}PropertyShape`, null)) {
    const steps = stepsOf(shapes, value(shape, "path") as RDF.Term);
    const around = shapes.getSubjects(`${SH}property`, shape, null);
    const focusNodes = (graph: readonly Quad[]) => around.flatMap((node) => targetsIn(shapes, node, graph));
    for (const { predicate, object } of shapes.getQuads(shape, null, null, null)) {
      const constraint = predicate.value.startsWith(SH) ? predicate.value.slice(SH.length) : "";
      const way = WAYS[constraint];
      if (way === undefined) continue;
      const broken = (graph: readonly Quad[], focus: string) => way({ graph, focus, steps, parameter: object, shapes });
      mutants.push({ shape: shape.value, constraint, focusNodes, broken });
    }
  }
  return mutants;
}

interface Breaking {
  readonly graph: readonly Quad[];
  readonly focus: string;
  readonly steps: readonly Step[];
  readonly parameter: RDF.Term;
  readonly shapes: Store;
}

type Way = (breaking: Breaking) => Quad[] | undefined;

/** How each constraint is broken. */
export const WAYS: Readonly<Record<string, Way>> = {
  minCount: without,
  qualifiedMinCount: without,
  maxCount: ({ graph, focus, steps, parameter }) => {
    const found = valueQuads(graph, focus, steps);
    if (found.length > Number(parameter.value)) return undefined;
    const extra = Array.from({ length: Number(parameter.value) + 1 - found.length }, (_, n) =>
      quadTo(focus, steps, { kind: "iri", value: `https://example.org/extra${n}` }, found[0]),
    );
    return [...graph, ...extra];
  },
  datatype: replaced((object) => ({ kind: "literal", value: object.value, type: `${XSD}anyURI` })),
  nodeKind: replaced((_, { value }) =>
    value === `${SH}IRI` ? { kind: "literal", value: "text", type: `${XSD}string` } : UNKNOWN,
  ),
  class: replaced(() => UNKNOWN),
  in: replaced(() => UNKNOWN),
  pattern: replaced((object) => ({ ...object, value: "?" })),
  minInclusive: replaced((object) => ({ ...object, value: "-1" })),
  minExclusive: replaced((object) => ({ ...object, value: "0" })),
  maxInclusive: replaced((object) => ({ ...object, value: "2" })),
  minLength: replaced((object) => ({ ...object, value: "" })),
  lessThanOrEquals: (breaking) => {
    const { graph, focus, parameter } = breaking;
    const bound = graph.some(
      ({ subject, predicate }) => subject.value === focus && predicate.value === parameter.value,
    );
    const later = (object: Term): Term => ({
      ...object,
      value: object.value.includes("T") ? "9999-01-01T00:00:00Z" : "1.0E300",
    });
    return bound ? replaced(later)(breaking) : undefined;
  },
  hasValue: ({ graph, focus, steps, parameter }) => {
    const rest = graph.filter(
      (quad) => !(valueQuads([quad], focus, steps).length > 0 && quad.object.value === parameter.value),
    );
    return rest.length < graph.length ? rest : undefined;
  },
  or: replaced((object) => (object.kind === "literal" ? { ...object, type: `${XSD}anyURI` } : UNKNOWN)),
};

function without({ graph, focus, steps }: Breaking): Quad[] | undefined {
  const found = new Set(valueQuads(graph, focus, steps));
  return found.size > 0 ? graph.filter((quad) => !found.has(quad)) : undefined;
}

/** The first value becomes another one. */
function replaced(change: (object: Term, parameter: RDF.Term) => Term): Way {
  return ({ graph, focus, steps, parameter }) => {
    const [first] = valueQuads(graph, focus, steps);
    if (first === undefined) return undefined;
    return graph.map((quad) => (quad === first ? { ...quad, object: change(quad.object, parameter) } : quad));
  };
}

function valueQuads(graph: readonly Quad[], focus: string, steps: readonly Step[]): Quad[] {
  return graph.filter(({ subject, predicate, object }) =>
    steps.some(
      ({ property, isInverse }) =>
        predicate.value === property && (isInverse ? object : subject).value === focus && object.kind !== "blank",
    ),
  );
}

function quadTo(focus: string, [step]: readonly Step[], value: IriTerm, like: Quad | undefined): Quad {
  const { property, isInverse } = step as Step;
  const self: IriTerm = { kind: "iri", value: focus };
  const predicate: IriTerm = { kind: "iri", value: property };
  if (isInverse) return { subject: value, predicate, object: self };
  // Another value of the same sort, so that the count alone is wrong.
  const object = like?.object.kind === "literal" ? { ...like.object, value: `${like.object.value}1` } : value;
  return { subject: self, predicate, object };
}

function stepsOf(shapes: Store, path: RDF.Term): Step[] {
  if (path.termType === "NamedNode") return [{ property: path.value, isInverse: false }];
  const [inverse] = shapes.getObjects(path as never, `${SH}inversePath`, null);
  if (inverse) return [{ property: inverse.value, isInverse: true }];
  const [either] = shapes.getObjects(path as never, `${SH}alternativePath`, null);
  const list: RDF.Term[] = either ? (shapes.extractLists()[either.value] ?? []) : [];
  return list.flatMap((member) => stepsOf(shapes, member));
}

/** What a node shape or an enclosing property shape applies a property shape to. */
function targetsIn(shapes: Store, node: RDF.Term, graph: readonly Quad[]): string[] {
  const objects = (name: string) =>
    shapes.getObjects(node as never, `${SH}${name}`, null).map((object) => object.value);
  const classes = objects("targetClass");
  const properties = objects("targetSubjectsOf");
  const found = graph.flatMap(({ subject, predicate, object }) =>
    (predicate.value === RDF_TYPE && classes.includes(object.value)) || properties.includes(predicate.value)
      ? [subject.value]
      : [],
  );
  const [path] = shapes.getObjects(node as never, `${SH}path`, null);
  if (path === undefined) return [...new Set(found)];
  return graph.flatMap(({ predicate, object }) => (predicate.value === path.value ? [object.value] : []));
}
