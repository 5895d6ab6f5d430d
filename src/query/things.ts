import { ENTITY_TYPES, type EntityKind, STEP_TYPES, type StepKind } from "../model/ml.ts";
import { contentDigest, PREFIXES, shortenName } from "../model/names.ts";
import { mls } from "../vocab/mls.ts";
import { prov } from "../vocab/prov.ts";
import { provml } from "../vocab/provml.ts";
import { rdf, rdfs } from "../vocab/rdf.ts";
import { type Facts, labelOf, oneOf, present, textOf, valuesOf } from "./facts.ts";
import { contentOf } from "./find.ts";
import { type PlainValue, recordedValue } from "./values.ts";

/** What an entity is: the kinds that programs name, and those that provml makes of values and surroundings. */
export type ThingKind =
  | EntityKind
  | "value"
  | "hyperparameter"
  | "measure"
  | "series"
  | "stopping"
  | "environment"
  | "source"
  | "other";

/** An entity that steps use and generate. */
export interface Thing {
  readonly id: string;
  readonly label: string;
  readonly kind: ThingKind;
  /** Of a file: where it lay, relative to its execution's root directory where it was below. */
  readonly path?: string;
  readonly sha256?: string;
  /** What a program said of it, and what was seen: shape, element type, split, rows. */
  readonly about: Readonly<Record<string, PlainValue>>;
  /** What the step used it as or generated it as. */
  readonly role?: string;
}

const KINDS: readonly (readonly [ThingKind, string])[] = [
  ["hyperparameter", provml.LearningHyperparameterValue],
  ["measure", provml.ModelEvaluation],
  ["series", provml.MetricSeries],
  ["stopping", provml.EarlyStopping],
  ["environment", provml.Environment],
  ["source", provml.SourceCode],
  ...(["checkpoint", "model", "dataset", "file", "data"] as const).map(
    (kind) => [kind, iriOf(ENTITY_TYPES[kind][0] as string)] as const,
  ),
];

const STEP_KINDS: readonly (readonly [StepKind, string])[] = (Object.keys(STEP_TYPES) as StepKind[]).map(
  (kind) => [kind, iriOf(STEP_TYPES[kind][0] as string)] as const,
);

export function thingKind(facts: Facts): ThingKind {
  const types = valuesOf(facts, rdf.type);
  const kind = KINDS.find(([, type]) => types.includes(type))?.[0] ?? "other";
  return kind === "data" && facts.has(prov.value) ? "value" : kind;
}

export function stepKind(facts: Facts): StepKind {
  const types = valuesOf(facts, rdf.type);
  const kind = STEP_KINDS.find(([, type]) => types.includes(type))?.[0];
  return kind ?? (types.includes(mls.Run) ? "run" : "activity");
}

/** What a value entity holds. */
export function heldValue(facts: Facts): PlainValue | undefined {
  const term = oneOf(facts, mls.hasValue) ?? oneOf(facts, prov.value);
  return term && recordedValue(term);
}

export function thingOf(id: string, facts: Facts, role?: string): Thing {
  const content = contentOf(facts);
  const about = ABOUT.flatMap((property) => {
    const term = oneOf(facts, property);
    return term ? [[localName(property), recordedValue(term)] as const] : [];
  });
  return {
    id,
    label: labelOf(facts, id),
    kind: thingKind(facts),
    ...present({
      path: textOf(facts, provml.path),
      sha256: content === undefined ? undefined : contentDigest(content),
    }),
    about: Object.fromEntries(about),
    ...present({ role }),
  };
}

const ABOUT = [
  provml.valueType,
  provml.shape,
  provml.elementType,
  provml.split,
  provml.rowCount,
  provml.version,
  provml.stepNumber,
  provml.isVerified,
];

/** What must be known of entities for {@link thingOf} and {@link heldValue}. */
export const THING_PROPERTIES = [
  rdf.type,
  rdfs.label,
  provml.path,
  prov.specializationOf,
  prov.value,
  mls.hasValue,
  ...ABOUT,
];

export function localName(iri: string): string {
  return iri.slice(Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/")) + 1);
}

/** A qualified name where a usual prefix fits, else the IRI. */
export function shortName(iri: string): string {
  return shortenName(iri, PREFIXES) ?? iri;
}

function iriOf(name: string): string {
  const [prefix = "", local = ""] = name.split(":");
  return PREFIXES[prefix as keyof typeof PREFIXES] + local;
}
