import { createHash } from "node:crypto";
import { ProvenanceError } from "../model/error.ts";
import { literalOf } from "../model/literals.ts";
import { PREFIXES } from "../model/names.ts";
import { formalAttributes, RELATIONS } from "../model/relations.ts";
import type { Attribute, ElementStatement, Iri, Statement, Value } from "../model/statement.ts";
import { iriText, literalText } from "./nquads.ts";
import {
  ELEMENTS,
  PROV_O,
  PROV_TYPE,
  type QualifiedMapping,
  RDF_TYPE,
  RESERVED_ATTRIBUTES,
  type RelationMapping,
} from "./prov-o.ts";

/**
 * Appends the quads of a statement in PROV-O: canonical N-Quads lines without their line ends, no blank node. Pure: the
 * same statement always gives the same lines. They stand in the statement's own graph, or else in `graph`.
 * @throws {ProvenanceError} `bad-iri` for an IRI that no N-Quads line may hold; `bad-argument` for a statement that
 * PROV-DM does not allow. Nothing is appended then.
 */
export function appendQuads(statement: Statement, graph: Iri, out: string[]): void {
  const length = out.length;
  try {
    const graphIri = statement.graph ?? graph;
    const end = graphEnd(graphIri);
    if (isElement(statement)) appendElement(statement, end, out);
    else appendRelation(statement, graphIri, end, out);
  } catch (error) {
    out.length = length;
    throw error;
  }
}

function isElement(statement: Statement): statement is ElementStatement {
  return Object.hasOwn(ELEMENTS, statement.kind);
}

function appendElement(statement: ElementStatement, end: string, out: string[]): void {
  const { class: class_, properties } = ELEMENTS[statement.kind];
  const subject = iriText(statement.id, `the id of ${statement.kind}`);
  out.push(`${subject} ${A} <${class_}>${end}`);
  for (const name in properties) {
    const time = formal(statement, name);
    if (time !== undefined) out.push(`${subject} <${properties[name]}> ${timeText(time)}${end}`);
  }
  if (statement.attributes) appendAttributes(subject, statement.attributes, end, out);
}

type RelationStatement = Exclude<Statement, ElementStatement>;

function appendRelation(statement: RelationStatement, graph: Iri, end: string, out: string[]): void {
  const mapping: RelationMapping = PROV_O[statement.kind];
  if (mapping.key !== undefined || mapping.qualified?.keys)
    throw new ProvenanceError("bad-argument", `${statement.kind} has no mapping to RDF yet`);
  checkShape(statement);
  const subject = iriText(formal(statement, mapping.subject) as string, place(statement, mapping.subject));
  const other = formal(statement, mapping.object);
  const object = other === undefined ? undefined : iriText(other, place(statement, mapping.object));
  if (object) out.push(`${subject} <${mapping.property}> ${object}${end}`);
  for (const name in mapping.properties) {
    const value = formal(statement, name);
    if (value === undefined) continue;
    out.push(`${subject} <${mapping.properties[name]}> ${iriText(value, place(statement, name))}${end}`);
  }
  if (!mapping.qualified) return;

  const own = statement.id !== undefined || (statement.attributes?.length ?? 0) > 0;
  if (!own && mapping.timeShortcut !== undefined && onlyTime(statement, mapping.qualified)) {
    out.push(`${subject} <${mapping.timeShortcut}> ${timeText(formal(statement, "time") as string)}${end}`);
  } else if (own || object === undefined || anyFurther(statement, mapping.qualified)) {
    appendQualified(statement, mapping.qualified, { graph, end, subject, object }, out);
  }
}

/** PROV-DM's own limits: the leading formal attributes are mandatory, and some relations carry nothing of their own. */
function checkShape(statement: RelationStatement): void {
  const { required, identified } = RELATIONS[statement.kind];
  const names = formalAttributes(statement.kind);
  for (let i = 0; i < required; i++) {
    const name = (names[i] as readonly [string, string])[0];
    if (formal(statement, name) === undefined) {
      throw new ProvenanceError("bad-argument", `${statement.kind}: ${name} is missing, and PROV-DM demands it`);
    }
  }
  if (!identified && (statement.id !== undefined || statement.attributes?.length)) {
    throw new ProvenanceError(
      "bad-argument",
      `${statement.kind}: PROV-DM gives it neither an id nor attributes; drop them`,
    );
  }
}

function onlyTime(statement: RelationStatement, { further }: QualifiedMapping): boolean {
  if (formal(statement, "time") === undefined) return false;
  for (const name in further) if (name !== "time" && formal(statement, name) !== undefined) return false;
  return true;
}

function anyFurther(statement: RelationStatement, { further }: QualifiedMapping): boolean {
  for (const name in further) if (formal(statement, name) !== undefined) return true;
  return false;
}

interface Ends {
  readonly graph: Iri;
  readonly end: string;
  readonly subject: string;
  readonly object: string | undefined;
}

function appendQualified(statement: RelationStatement, mapping: QualifiedMapping, ends: Ends, out: string[]): void {
  const { graph, end, subject, object } = ends;
  const link = `${subject} <${mapping.property}> `;
  const about = [` ${A} <${mapping.influence}>${end}`]; // what follows the node's name in each of its lines
  if (object) about.push(` <${mapping.target}> ${object}${end}`);
  for (const name in mapping.further) {
    const value = formal(statement, name);
    if (value === undefined) continue;
    const text = name === "time" ? timeText(value) : iriText(value, place(statement, name));
    about.push(` <${mapping.further[name]}> ${text}${end}`);
  }
  if (statement.attributes) appendAttributes("", statement.attributes, end, about);
  const { id } = statement;
  const node = id === undefined ? `<${graph}-q${digest(link, about)}>` : iriText(id, `the id of ${statement.kind}`);
  out.push(link + node + end);
  for (const line of about) out.push(node + line);
}

/** Equal relations get equal names in whatever order their attributes come, so stating one twice adds nothing. */
function digest(link: string, about: readonly string[]): string {
  const content = [link, ...[...new Set(about)].sort()].join("\n");
  return createHash("sha256").update(content).digest("hex").slice(0, 32);
}

function appendAttributes(subject: string, attributes: readonly Attribute[], end: string, out: string[]): void {
  for (const [name, value] of attributes) {
    if (name === PROV_TYPE && typeof value === "object" && "iri" in value) {
      out.push(`${subject} ${A} ${iriText(value.iri, "a prov:type")}${end}`);
    } else out.push(`${subject} ${propertyText(name)} ${valueText(value, name)}${end}`);
  }
}

function valueText(value: Value, name: Iri): string {
  if (typeof value === "object" && "iri" in value) return iriText(value.iri, `the value of ${name}`);
  return literalText(literalOf(value));
}

const A = `<${RDF_TYPE}>`;
const DATE_TIME = `${PREFIXES.xsd}dateTime`;

function timeText(time: string): string {
  return literalText({ lexical: String(time).toWellFormed(), type: DATE_TIME });
}

/** Attribute names are few, so each is checked once; bounded, since they come from outside. */
const properties = new Map<Iri, string>();
const MOST_PROPERTIES = 1024;

function propertyText(name: Iri): string {
  let text = properties.get(name);
  if (text === undefined) {
    text = iriText(RESERVED_ATTRIBUTES[name] ?? name, "the name of an attribute");
    if (properties.size >= MOST_PROPERTIES) properties.clear();
    properties.set(name, text);
  }
  return text;
}

let lastGraph: Iri | undefined;
let lastEnd = "";

/** What ends every line of a graph. Statements come graph by graph, so only a change is checked. */
function graphEnd(graph: Iri): string {
  if (graph !== lastGraph) {
    lastEnd = ` ${iriText(graph, "the graph of a statement")} .`;
    lastGraph = graph;
  }
  return lastEnd;
}

/** A formal attribute by its PROV-DM name. */
function formal(statement: Statement, name: string): string | undefined {
  return (statement as unknown as Readonly<Record<string, string | undefined>>)[name];
}

function place(statement: Statement, name: string): string {
  return `${name} of ${statement.kind}`;
}
