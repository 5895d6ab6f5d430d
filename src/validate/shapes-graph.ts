import type * as RDF from "@rdfjs/types";

const SH = "http://www.w3.org/ns/shacl#";
const RDF_NS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/** What a shape is about (SHACL section 2.1.3), node targets aside. */
export interface Targets {
  readonly classes: RDF.Term[];
  readonly subjectsOf: RDF.Term[];
  readonly objectsOf: RDF.Term[];
}

const TARGETS: Readonly<Record<string, keyof Targets>> = {
  [`${SH}targetClass`]: "classes",
  [`${SH}targetSubjectsOf`]: "subjectsOf",
  [`${SH}targetObjectsOf`]: "objectsOf",
};

/** The shapes that have targets, in the order of the file. */
export function targetsOf(shapes: readonly RDF.Quad[]): Map<RDF.Term, Targets> {
  const byName = new Map<string, [RDF.Term, Targets]>();
  for (const { subject, predicate, object } of shapes) {
    const kind = TARGETS[predicate.value];
    if (kind === undefined) continue;
    const [, targets] = byName.get(subject.value) ?? [];
    if (targets) targets[kind].push(object);
    else byName.set(subject.value, [subject, { classes: [], subjectsOf: [], objectsOf: [], [kind]: [object] }]);
  }
  return new Map(byName.values());
}

/** The path of each property shape that has an IRI, as text (SHACL section 2.3.1). */
export function pathsOf(shapes: readonly RDF.Quad[]): Map<string, string> {
  const objects = new Map<string, RDF.Term>();
  for (const { subject, predicate, object } of shapes) objects.set(`${subject.value} ${predicate.value}`, object);
  const object = (subject: RDF.Term, property: string) => objects.get(`${subject.value} ${property}`);
  const text = (path: RDF.Term): string => {
    if (path.termType === "NamedNode") return path.value;
    const inverse = object(path, `${SH}inversePath`);
    if (inverse) return `^${text(inverse)}`;
    const either = object(path, `${SH}alternativePath`);
    return either ? list(either).join("|") : list(path).join("/");
  };
  const list = (node: RDF.Term): string[] => {
    const first = object(node, `${RDF_NS}first`);
    const rest = object(node, `${RDF_NS}rest`);
    return first ? [text(first), ...(rest ? list(rest) : [])] : [];
  };
  const paths = new Map<string, string>();
  for (const { subject, predicate, object } of shapes) {
    if (predicate.value === `${SH}path` && subject.termType === "NamedNode") paths.set(subject.value, text(object));
  }
  return paths;
}
