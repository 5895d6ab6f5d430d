import { types } from "node:util";
import type { Brief, BriefValue } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import { definitionName } from "../model/names.ts";
import type { Activity } from "./activity.ts";
import { checkOptions } from "./checks.ts";
import { scalarValue } from "./values.ts";

export interface SeedOptions {
  /** What is random by it, e.g. `weights`, `shuffle`, `split`, `dropout`. Default: everything. */
  readonly of?: string;
}

const OPTIONS = new Set(["of"]);
/** Generators with a larger state are seeded from something shorter, which is the seed. */
const MOST_NUMBERS = 64;

/** @throws {ProvenanceError} `bad-argument` */
export function checkSeed(value: unknown, options: SeedOptions): void {
  checkOptions("seed()", options, OPTIONS);
  if (seedValue(value) === undefined) {
    throw new ProvenanceError(
      "bad-argument",
      `seed() takes a number, a text, or up to ${MOST_NUMBERS} numbers, not ${value === null ? "null" : typeof value}`,
    );
  }
  if (options.of !== undefined && (typeof options.of !== "string" || options.of === "")) {
    throw new ProvenanceError("bad-argument", 'seed(…, { of }) says in one word what is random by it, e.g. "shuffle"');
  }
}

/** States that an activity used a seed: a hyperparameter value of a kind of its own. */
export function stateSeed(activity: Activity, value: unknown, { of }: SeedOptions, out: Brief[]): void {
  const stated = seedValue(value);
  if (stated === undefined) return; // another one at the second look
  const name = of === undefined ? "seed" : `seed.${of}`;
  const definition = definitionName("hyperparameter", name);
  const id = activity.execution.id();
  const types = (...names: string[]): [string, BriefValue][] => names.map((type) => ["prov:type", { name: type }]);
  const attributes: [string, BriefValue][] = [
    ...types("provml:RandomSeed", "provml:LearningHyperparameterValue", "mls:HyperParameterSetting"),
    ["rdfs:label", name],
    ["mls:hasValue", stated],
    ["mls:specifiedBy", { name: definition }],
  ];
  if (of !== undefined) attributes.push(["provml:seedOf", of]);
  out.push({
    kind: "entity",
    id: definition,
    attributes: [...types("provml:LearningHyperparameter", "mls:HyperParameter"), ["rdfs:label", name]],
  });
  out.push({ kind: "entity", id, attributes });
  out.push({ kind: "used", activity: activity.name, entity: id });
}

function seedValue(value: unknown): BriefValue | undefined {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "string") return scalarValue(value);
  const numbers = numbersIn(value);
  return numbers && { value: `[${numbers.join(",")}]`, type: "rdf:JSON" };
}

/** The numbers of a short list of nothing else, each read once; undefined for all others, and for a list that cannot be read. */
function numbersIn(value: unknown): readonly (number | bigint)[] | undefined {
  try {
    if (!Array.isArray(value) && (!ArrayBuffer.isView(value) || types.isDataView(value))) return undefined;
    const list = value as ArrayLike<unknown>;
    const { length } = list;
    if (!(length > 0 && length <= MOST_NUMBERS)) return undefined;
    const numbers: (number | bigint)[] = [];
    for (let i = 0; i < length; i++) {
      const one = list[i];
      if (typeof one !== "bigint" && !(typeof one === "number" && Number.isFinite(one))) return undefined;
      numbers.push(one);
    }
    return numbers;
  } catch {
    return undefined; // a Proxy or a getter that throws
  }
}
