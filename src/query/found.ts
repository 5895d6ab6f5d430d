import { rdfs } from "../vocab/rdf.ts";
import { type Facts, factsAbout, present, valuesOf } from "./facts.ts";
import type { FlatStep } from "./runs/steps.ts";
import type { Thing } from "./things.ts";
import type { PlainValue } from "./values.ts";

/** Something that a call took, read, made, measured or consisted of. */
export interface Found {
  /** What it may be called, the usual name first. */
  readonly names: readonly string[];
  /** Of a thing that is no value. */
  readonly id?: string;
  readonly kind?: "dataset" | "model";
  readonly split?: string;
  readonly value?: PlainValue;
  /** Of a result that no program named: which one it is, from 0. */
  readonly position?: number;
  /** The section in which it was found. */
  readonly section?: number;
}

/** What one activity took, read, made and measured. */
export interface FoundLists {
  readonly parameters: readonly Found[];
  readonly inputs: readonly Found[];
  readonly outputs: readonly Found[];
  readonly measures: readonly Found[];
}

/** What a step, or the section of this number of it, took, read, made and measured. `labels` are all labels of each thing. */
export function foundIn(
  part: FlatStep,
  step: string,
  labels: ReadonlyMap<string, Facts>,
  section: number | undefined,
): FoundLists {
  const labelsOf = ({ id }: Thing) => valuesOf(factsAbout(labels, id), rdfs.label);
  const values = (record: Readonly<Record<string, PlainValue>>) =>
    Object.entries(record).flatMap(([name, value]): Found[] => (name === REST ? [] : [{ names: [name], value }]));
  const results = values(part.results).map((one) => ({ ...one, ...positionOf(one.names[0], step) }));
  const outputs = [...part.outputs.map((thing) => foundThing(thing, labelsOf(thing), step)), ...results];
  return {
    parameters: values(part.parameters),
    inputs: part.inputs.map((thing) => foundThing(thing, labelsOf(thing))),
    outputs: section === undefined ? outputs : outputs.map((one) => ({ ...one, section })),
    measures: values(part.measures),
  };
}

/** Whether an object that it took or returned had more values than capture records. */
export function isCut({ parameters, results, measures }: FlatStep): boolean {
  const records = [parameters, results, measures];
  return records.some((values) => Object.hasOwn(values, REST) || Object.keys(values).length >= MOST_VALUES);
}

/** The name under which capture says how many values it left out. */
const REST = "…";
/** How many values of one object capture records. */
const MOST_VALUES = 100;

/** A thing goes by its role, its label, its path, the file's name, and of `split.train` also by `train`. */
function foundThing({ id, label, kind, path, role, about }: Thing, labels: readonly string[], madeBy?: string): Found {
  const isNumbered = role !== undefined && NUMBER.test(role);
  const members = path === undefined ? labels.map((one) => /[^.]+$/.exec(one)?.[0]) : [];
  const file = path === undefined ? undefined : /[^/\\]+(?=[/\\]*$)/.exec(path)?.[0];
  const names = [...(isNumbered ? [label, role] : [role, label]), ...labels, ...members, file, path];
  const split =
    typeof about.split === "string" ? about.split : role !== undefined && SPLITS.has(role) ? role : undefined;
  const isNameless = madeBy !== undefined && path === undefined;
  return {
    id,
    names: [...new Set(names.filter((name) => name !== undefined))],
    ...present({
      split,
      kind: kind === "checkpoint" ? "model" : kind === "dataset" || kind === "model" ? kind : undefined,
    }),
    ...(isNameless ? positionOf(role ?? (labels.includes(madeBy) ? madeBy : label), madeBy) : {}),
  };
}

/** The whole result carries the step's name, and the members of a tuple their numbers: no program named them. */
function positionOf(name: string | undefined, step: string): { readonly position?: number } {
  if (name === step) return { position: 0 };
  return name !== undefined && NUMBER.test(name) ? { position: Number(name) } : {};
}

const NUMBER = /^\d+$/;
const SPLITS: ReadonlySet<string> = new Set(["train", "validation", "test"]);
