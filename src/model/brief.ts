import { doublesOf } from "./doubles.ts";
import { ProvenanceError } from "./error.ts";
import { dateTime, doubleValue } from "./literals.ts";
import { type DefinitionKind, definitionName, expandName, PREFIXES, type Prefixes } from "./names.ts";
import { namePlan, type Plan } from "./plan.ts";
import { planStatements } from "./plan-statements.ts";
import { formalAttributes, isElementKind, isKind, isNameKind, type Kind, RELATIONS } from "./relations.ts";
import { type BriefEvents, eventStatements } from "./sampled-events.ts";
import type { Attribute, Statement, Value } from "./statement.ts";

/**
 * A qualified name as frames hold it: `prov:type`, `x:wa1b2-7` (`x:` is the execution's namespace, `id:` the base's), or `<absolute IRI>`.
 */
export type Name = string;

export type BriefValue =
  | string
  | number
  | boolean
  | { readonly name: Name }
  | { readonly value: string; readonly type: Name }
  | { readonly value: string; readonly language: string };

/** A statement as frames hold it: qualified names for IRIs, milliseconds since 1970 for times. */
export interface BriefStatement {
  readonly kind: Kind;
  readonly id?: Name;
  readonly attributes?: readonly (readonly [Name, BriefValue])[];
  readonly graph?: Name;
  /** The formal attributes of the kind, under their PROV-DM names: names, and times in milliseconds. */
  readonly [formal: string]: unknown;
}

/**
 * Many statements of one pattern in one: the values that a step took (`hyperparameters` of a training, `parameters` of any other step), the values it returned
 * (`outputs`), or the measures it found (`measures`). Each value becomes an entity `<id>-<n>` and its relation to the activity.
 */
export interface BriefList extends ListHead {
  readonly values: Readonly<Record<string, BriefValue>>;
}

/** A list whose values are all numbers: one double for each name, as {@link doublesText} writes them. It stands for the same statements. */
export interface BriefNumbers extends ListHead {
  readonly names: readonly string[];
  readonly doubles: string;
}

interface ListHead {
  readonly kind: "hyperparameters" | "parameters" | "outputs" | "measures";
  readonly id: Name;
  readonly activity: Name;
  /** When the values came about; milliseconds since 1970. */
  readonly time?: number;
  /** Of measures: the model that they judge. */
  readonly of?: Name;
  readonly graph?: Name;
}

/**
 * A file that the flusher is to digest: the entity, and the state in which the bytes count. It becomes no statement; the
 * flusher records what it found as statements of its own.
 */
export interface BriefDigest {
  readonly kind: "digest";
  readonly id: Name;
  readonly path: string;
  readonly mediaType: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/**
 * A directory that the flusher is to digest: the entity, and when it was used or generated. What has changed since does not count. It
 * becomes no statement, as {@link BriefDigest}.
 */
export interface BriefTree {
  readonly kind: "tree";
  readonly id: Name;
  readonly path: string;
  /** Milliseconds since 1970, by the clock that the file system has. */
  readonly time: number;
  readonly inode: number;
  /** What the program itself found, when it was asked to; then only the manifest is wanted. */
  readonly sha256?: string;
}

/** The plan that an execution is held to, whole. The flusher writes its graph once, however many executions bring it. */
export interface BriefPlan {
  readonly kind: "plan";
  readonly plan: Plan;
}

export type Brief = BriefStatement | BriefList | BriefNumbers | BriefEvents | BriefDigest | BriefTree | BriefPlan;

/** The prefixes of a segment: the fixed ones, its execution's namespace and its base. */
export function briefPrefixes(base: string, execution: string): Prefixes {
  return { ...PREFIXES, x: execution, id: base };
}

/**
 * The PROV-DM statements that a brief one stands for. Pure: the same brief statement always gives the same statements, but that definitions of
 * values which are among `stated` are left out, and others are added to it: most lists of a program define the same few.
 * @throws {ProvenanceError} `unreadable` when it is not of a known shape, `bad-iri` for a bad name, `bad-plan`.
 */
export function expand(brief: Brief, prefixes: Prefixes, stated?: Set<string>): Statement[] {
  try {
    const { kind } = brief;
    if (isListKind(kind)) return expandList(brief as BriefList | BriefNumbers, LISTS[kind], prefixes, stated);
    if (kind === "digest" || kind === "tree") return [];
    if (kind === "plan") return expandPlan(brief as BriefPlan, prefixes);
    if (kind === "events") return eventStatements(brief as BriefEvents).flatMap((one) => expand(one, prefixes));
    if (isKind(kind)) return [expandStatement(brief as BriefStatement, prefixes)];
  } catch (error) {
    throw error instanceof ProvenanceError ? error : unreadable("it is not of the shape of its kind", error);
  }
  throw unreadable(`unknown kind ${JSON.stringify(brief.kind)}`);
}

function isListKind(kind: string): kind is BriefList["kind"] {
  return Object.hasOwn(LISTS, kind);
}

function expandPlan({ plan }: BriefPlan, prefixes: Prefixes): Statement[] {
  return planStatements(namePlan(plan)).flatMap((brief) => expand(brief, prefixes));
}

function expandStatement(brief: BriefStatement, prefixes: Prefixes): Statement {
  const statement: Record<string, unknown> = { kind: brief.kind };
  if (brief.id !== undefined) statement.id = expandName(brief.id, prefixes);
  else if (isElementKind(brief.kind)) throw unreadable(`${brief.kind} without an id`);
  let required: number = RELATIONS[brief.kind].required;
  for (const [name, type] of formalAttributes(brief.kind)) {
    const given = brief[name];
    if (required-- > 0 && given === undefined) throw unreadable(`${brief.kind} without ${name}`);
    if (given === undefined) continue;
    if (isNameKind(type)) statement[name] = expandName(String(given), prefixes);
    else if (type === "time") statement[name] = typeof given === "number" ? dateTime(given) : String(given);
    else throw unreadable(`${brief.kind}: frames hold no dictionaries`);
  }
  if (brief.attributes) {
    statement.attributes = brief.attributes.map(([name, value]) => [
      expandName(name, prefixes),
      expandValue(value, prefixes),
    ]);
  }
  if (brief.graph !== undefined) statement.graph = expandName(brief.graph, prefixes);
  return statement as unknown as Statement;
}

function expandValue(value: BriefValue, prefixes: Prefixes): Value {
  if (typeof value !== "object") return value;
  if (value === null) throw unreadable("a value is null");
  if ("name" in value) return { iri: expandName(value.name, prefixes) };
  if (typeof value.value !== "string") throw unreadable("a value has no text");
  if ("type" in value) return { value: value.value, type: expandName(value.type, prefixes) };
  if (typeof value.language !== "string") throw unreadable("a value has no type and no language");
  return value;
}

interface ListShape {
  readonly types: readonly string[];
  /** The definition that each value is specified by, independent of any plan. */
  readonly definition?: { readonly kind: DefinitionKind; readonly types: readonly string[] };
  readonly property: string;
  readonly relation: "used" | "wasGeneratedBy";
  readonly double?: true;
}

const LISTS: Readonly<Record<BriefList["kind"], ListShape>> = {
  hyperparameters: {
    types: ["provml:LearningHyperparameterValue", "mls:HyperParameterSetting"],
    definition: { kind: "hyperparameter", types: ["provml:LearningHyperparameter", "mls:HyperParameter"] },
    property: "mls:hasValue",
    relation: "used",
  },
  parameters: { types: ["provml:AttributeValue"], property: "prov:value", relation: "used" },
  outputs: { types: ["provml:AttributeValue"], property: "prov:value", relation: "wasGeneratedBy" },
  measures: {
    types: ["provml:ModelEvaluation", "mls:ModelEvaluation"],
    definition: { kind: "measure", types: ["provml:EvaluationMeasure", "mls:EvaluationMeasure"] },
    property: "mls:hasValue",
    relation: "wasGeneratedBy",
    double: true,
  },
};

function expandList(
  brief: BriefList | BriefNumbers,
  shape: ListShape,
  prefixes: Prefixes,
  stated?: Set<string>,
): Statement[] {
  const full = (name: Name) => expandName(name, prefixes);
  const types = (names: readonly string[]): Attribute[] => names.map((n) => [full("prov:type"), { iri: full(n) }]);
  const activity = full(brief.activity);
  const values = listedValues(brief);
  if (values.length === 0) return [];
  // What all values have is made once: lists are most of what a program states.
  const { definition: defined } = shape;
  const id = full(brief.id);
  const graph = brief.graph === undefined ? {} : { graph: full(brief.graph) };
  const time = brief.time === undefined ? {} : { time: dateTime(brief.time) };
  const [label, property, specifiedBy] = [full("rdfs:label"), full(shape.property), full("mls:specifiedBy")];
  const classes = types(shape.types);
  const of: Attribute[] = brief.of === undefined ? [] : [[full("provml:evaluates"), { iri: full(brief.of) }]];
  const statements: Statement[] = [];
  let n = 0;
  for (const [name, given] of values) {
    const isDouble = typeof given === "number" && (shape.double || !isExactInJson(given));
    const value = isDouble ? doubleValue(given) : expandValue(given, prefixes);
    const attributes: Attribute[] = [...classes, [label, name], [property, value]];
    if (defined) {
      const definition = full(definitionName(defined.kind, name));
      attributes.push([specifiedBy, { iri: definition }]);
      const key = brief.graph === undefined ? definition : `${definition} ${brief.graph}`;
      if (stated?.has(key) !== true) {
        stated?.add(key);
        const own: Attribute[] = [...types(defined.types), [label, name]];
        statements.push({ kind: "entity", id: definition, attributes: own, ...graph });
      }
    }
    const entity = `${id}-${++n}`;
    statements.push({ kind: "entity", id: entity, attributes: attributes.concat(of), ...graph });
    statements.push({ kind: shape.relation, activity, entity, ...time, ...graph });
  }
  return statements;
}

/** The values of a list by name, in whichever form it is. */
export function listedValues(list: BriefList | BriefNumbers): readonly (readonly [name: string, value: BriefValue])[] {
  if (!("doubles" in list)) return Object.entries(list.values);
  const { names } = list;
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string")) throw unreadable("its names are none");
  const doubles = doublesOf(list.doubles, names.length);
  if (doubles === undefined) throw unreadable(`it does not hold one double for each of its ${names.length} names`);
  return names.map((name, i) => [name, doubles[i] as number]);
}

/** JSON has no word for NaN and the infinities, and loses the sign of -0. */
export function isExactInJson(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function unreadable(what: string, cause?: unknown): ProvenanceError {
  const message = `a statement cannot be read: ${what}; was it written by a newer version of provml?`;
  return new ProvenanceError("unreadable", message, cause === undefined ? {} : { cause });
}
