import { canonicalDouble } from "../../model/literals.ts";
import { isIri, PREFIXES } from "../../model/names.ts";
import type { Iri } from "../../model/statement.ts";
import { type BlankTerm, type IriTerm, literalTerm, type Quad, type Term } from "../../rdf/terms.ts";
import { isObject, type JsonObject } from "../json/value.ts";

const { rdf, xsd } = PREFIXES;

/** What becomes of what is no RDF. */
export interface Expanded {
  /** Refuses a name that is no absolute IRI. */
  refuse(name: string, what: string): never;
  ignored(reason: string): void;
  /** A text as the document has it. */
  shown(text: string): string;
}

/**
 * The quads of expanded JSON-LD (JSON-LD 1.1 API, section 8). Done here and not by the package jsonld, whose time grows with the square of the values of a node, and
 * which takes an `@id` such as `constructor` for a property of `Object.prototype`.
 */
export function quadsOfExpanded(expanded: readonly unknown[], told: Expanded): Quad[] {
  const quads: Quad[] = [];
  const labels = new Map<string, BlankTerm>();
  for (const item of expanded) nodeTerm(item, { quads, labels, told, graph: undefined });
  return quads;
}

interface Context {
  readonly quads: Quad[];
  /** The labels of the document and those given here; all are new, so that none is said twice. */
  readonly labels: Map<string, BlankTerm>;
  readonly told: Expanded;
  readonly graph: IriTerm | BlankTerm | undefined;
}

/** Adds what a node object says, and returns the term that it stands for. */
function nodeTerm(item: unknown, context: Context): IriTerm | BlankTerm {
  const { told } = context;
  if (!isObject(item)) return told.refuse(String(item), "a node of JSON-LD must be an object");
  const id = item["@id"];
  const subject = id === undefined ? blank(context) : resource(String(id), context);
  for (const type of listOf(item["@type"])) {
    const isMeant = isIri(told.shown(String(type))) || String(type).startsWith("_:");
    if (isMeant) add(context, subject, RDF_TYPE, resource(String(type), context));
    else told.ignored("a type that the context does not define has no meaning in JSON-LD and is left out");
  }
  for (const key of Object.keys(item)) {
    if (key === "@graph") {
      for (const one of listOf(item[key])) nodeTerm(one, { ...context, graph: subject });
    } else if (key === "@included") {
      for (const one of listOf(item[key])) nodeTerm(one, context);
    } else if (key === "@reverse") {
      reversed(item[key] as JsonObject, subject, context);
    } else if (!key.startsWith("@")) {
      const property = propertyTerm(key, context);
      if (property) for (const one of listOf(item[key])) addObject(context, subject, property, one);
    }
  }
  return subject;
}

function reversed(properties: JsonObject, object: IriTerm | BlankTerm, context: Context): void {
  for (const key of Object.keys(properties)) {
    const property = propertyTerm(key, context);
    if (property) for (const one of listOf(properties[key])) add(context, nodeTerm(one, context), property, object);
  }
}

function addObject(context: Context, subject: IriTerm | BlankTerm, property: IriTerm, value: unknown): void {
  add(context, subject, property, objectTerm(value, context));
}

function objectTerm(value: unknown, context: Context): Term {
  if (!isObject(value)) return nodeTerm(value, context);
  if (Object.hasOwn(value, "@value")) return valueTerm(value, context);
  if (Object.hasOwn(value, "@list")) return listTerm(listOf(value["@list"]), context);
  return nodeTerm(value, context);
}

function listTerm(items: readonly unknown[], context: Context): Term {
  let rest: IriTerm | BlankTerm = NIL;
  for (const item of items.toReversed()) {
    const cell = blank(context);
    add(context, cell, FIRST, objectTerm(item, context));
    add(context, cell, REST, rest);
    rest = cell;
  }
  return rest;
}

function valueTerm(value: JsonObject, { told }: Context): Term {
  const { "@value": plain, "@type": given, "@language": language } = value;
  if (value["@direction"] !== undefined) {
    told.ignored("the direction of a text (@direction) has no place in PROV and is left out");
  }
  if (given === "@json") return literalTerm(told.shown(sortedJson(plain)), { type: `${rdf}JSON` });
  const type = typeof given === "string" ? told.shown(given) : undefined;
  if (type !== undefined && !isIri(type)) return told.refuse(type, "a datatype must be an absolute IRI");
  if (typeof plain === "boolean") return literalTerm(String(plain), { type: type ?? `${xsd}boolean` });
  if (typeof plain === "number") return numberTerm(plain, type);
  const text = told.shown(String(plain));
  if (language === undefined) return literalTerm(text, type === undefined ? {} : { type });
  if (!LANGUAGE.test(String(language))) return told.refuse(String(language), "a language must be a language tag");
  return literalTerm(text, { language: String(language) });
}

/** JSON-LD 1.1 API, section 8.6: whole numbers are xsd:integer, others xsd:double in its canonical form. */
function numberTerm(value: number, type: Iri | undefined): Term {
  const isInteger = Number.isInteger(value) && Math.abs(value) < 1e21 && type !== `${xsd}double`;
  const lexical = isInteger ? BigInt(value).toString() : canonicalDouble(value);
  return literalTerm(lexical, { type: type ?? `${xsd}${isInteger ? "integer" : "double"}` });
}

const LANGUAGE = /^[A-Za-z]+(-[A-Za-z0-9]+)*$/;

/** JSON with the keys of objects in order (RFC 8785, whose numbers and strings are JSON.stringify's). */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`).join(",")}}`;
}

function propertyTerm(key: string, { told }: Context): IriTerm | undefined {
  const property = told.shown(key);
  if (isIri(property)) return iriTerm(property);
  if (!property.startsWith("_:")) return told.refuse(property, "a property must be an absolute IRI");
  told.ignored("a property that is a blank node is no RDF and is left out");
  return undefined;
}

function resource(text: string, context: Context): IriTerm | BlankTerm {
  const id = context.told.shown(text);
  if (id.startsWith("_:")) {
    const known = context.labels.get(id) ?? newBlank(context);
    context.labels.set(id, known);
    return known;
  }
  return isIri(id) ? iriTerm(id) : context.told.refuse(id, "a name must be an absolute IRI");
}

function blank(context: Context): BlankTerm {
  const term = newBlank(context);
  context.labels.set(` ${term.value}`, term);
  return term;
}

function newBlank({ labels }: Context): BlankTerm {
  return { kind: "blank", value: `b${labels.size}` };
}

function add({ quads, graph }: Context, subject: IriTerm | BlankTerm, predicate: IriTerm, object: Term): void {
  quads.push(graph ? { subject, predicate, object, graph } : { subject, predicate, object });
}

function iriTerm(value: Iri): IriTerm {
  return { kind: "iri", value };
}

const RDF_TYPE = iriTerm(`${rdf}type`);
const FIRST = iriTerm(`${rdf}first`);
const REST = iriTerm(`${rdf}rest`);
const NIL = iriTerm(`${rdf}nil`);

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
