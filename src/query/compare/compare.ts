import { ProvenanceError } from "../../model/error.ts";
import { provml } from "../../vocab/provml.ts";
import { describe, factsAbout, hasType, labelOf, present } from "../facts.ts";
import { LinksReader } from "../lineage/lineage-links.ts";
import { executionsAround } from "../runs/executions.ts";
import { latestMeasures, readEvaluations } from "../runs/measures.ts";
import type { Run } from "../runs/runs.ts";
import { kept, type Source } from "../source.ts";
import { heldValue, THING_PROPERTIES } from "../things.ts";
import { type PlainValue, recordOf } from "../values.ts";
import { type Ingredients, ingredientsOf } from "./ingredients.ts";
import { type Parting, readParting } from "./parting.ts";
import { contentText, isSame, keyOf, keyText } from "./same.ts";
import { findSubjects, type Subject } from "./subjects.ts";
import { type Surroundings, surroundingsOf } from "./surroundings.ts";

/** What runs are compared by, in the order in which it is told. */
export const ASPECTS = [
  "hyperparameters",
  "parameters",
  "seeds",
  "data",
  "source",
  "software",
  "environment",
  "measures",
] as const;
export type Aspect = (typeof ASPECTS)[number];

export interface CompareOptions {
  /** `different`: only what is not the same for all of them. `all`: everything. Default: `different`. */
  readonly fields?: "different" | "all";
}

/** Runs side by side. */
export interface RunComparison {
  /** What they are told of by: an aspect, and a name in it. */
  readonly fields: readonly ComparedField[];
  /** In the order in which they were named. */
  readonly runs: readonly ComparedRun[];
  /** Of two: where their lineages part. */
  readonly parting?: Parting;
}

export interface ComparedField {
  readonly aspect: Aspect;
  readonly name: string;
  readonly isSame: boolean;
}

/** One run, with the values of the fields that it has. */
export interface ComparedRun extends Readonly<Record<Aspect, Readonly<Record<string, PlainValue>>>> {
  /** As it was named. */
  readonly asked: string;
  readonly id: string;
  readonly name: string;
  readonly workflow: string;
  readonly status: Run["status"];
  readonly startedAt?: string;
  /** The model that it was named by; its measures are then the model's. */
  readonly model?: { readonly id: string; readonly label: string };
}

/**
 * Two runs or more side by side: hyperparameters, parameters of steps, seeds, inputs by digest and role, the source, packages with their versions, the
 * machine, and measures; and of two the first thing in their lineages that is not the same.
 * @throws {ProvenanceError} `bad-argument`, `bad-option`, `not-found`, `ambiguous`
 */
export async function readComparison(
  source: Source,
  names: readonly string[],
  { fields: wanted = "different" }: CompareOptions = {},
): Promise<RunComparison> {
  if (!Array.isArray(names) || names.length < 2)
    throw new ProvenanceError("bad-argument", 'compare() takes two names or more, e.g. compare(["fit-1", "fit-2"])');
  if (wanted !== "different" && wanted !== "all")
    throw new ProvenanceError("bad-option", `fields is ${JSON.stringify(wanted)}; give "different" or "all"`);
  const subjects = await findSubjects(source, names);
  const rows = await rowsOf(source, subjects);
  const fields = fieldsOf(rows).filter(({ isSame }) => wanted === "all" || !isSame);
  const [one, other, ...more] = subjects;
  const parting = one && other && more.length === 0 ? await readParting(source, [one, other]) : undefined;
  return {
    fields,
    runs: subjects.map((subject, i) => ({ ...identityOf(subject), ...narrowed(rows[i] as Row, fields) })),
    ...present({ parting }),
  };
}

type Row = Readonly<Record<Aspect, Readonly<Record<string, PlainValue>>>>;

async function rowsOf(source: Source, subjects: readonly Subject[]): Promise<Row[]> {
  const ids = [...new Set(subjects.map(({ run }) => run.id))];
  const ingredients = await ingredientsOf(source, ids);
  const surroundings = await surroundingsOf(source, ids);
  const seeds = await seedsAround(source, ids);
  const { byModel } = await kept(source, readEvaluations);
  return subjects.map(({ run, model }) => {
    const its = ingredients.get(run.id) as Ingredients;
    const found = model?.sameAs.flatMap((id) => byModel.get(id) ?? []) ?? [];
    const seedNames = new Set([...its.seeds, ...(seeds.get(run.id) ?? [])].map(([name]) => name));
    const [plain, random] = partition(Object.entries(run.hyperparameters), ([name]) => !seedNames.has(name));
    return {
      hyperparameters: recordOf(plain),
      parameters: gathered(its.parameters),
      seeds: gathered([...random, ...its.seeds, ...(seeds.get(run.id) ?? [])]),
      data: gathered(its.inputs.map((thing) => [keyOf(thing), contentText(thing)])),
      ...(surroundings.get(run.id) as Surroundings),
      measures: recordOf([...Object.entries(run.measures), ...latestMeasures(found)]),
    };
  });
}

/** The random seeds that whole executions used, outside of steps. */
async function seedsAround(source: Source, runs: readonly string[]): Promise<Map<string, [string, PlainValue][]>> {
  const around = await executionsAround(source, runs);
  const links = new LinksReader(source);
  await links.load([...around.values()].flat());
  const usedBy = (run: string) => (around.get(run) ?? []).flatMap((execution) => [...links.of(execution).used]);
  const facts = await describe(source, runs.flatMap(usedBy), THING_PROPERTIES);
  return new Map(
    runs.map((run) => {
      const seeds = usedBy(run).filter((thing) => hasType(factsAbout(facts, thing), provml.RandomSeed));
      return [run, seeds.map((id) => [labelOf(factsAbout(facts, id), id), heldValue(factsAbout(facts, id)) ?? null])];
    }),
  );
}

/** In order of names, as stores give things in any; a name that several have stands once, with all their values in order. */
function gathered(entries: readonly (readonly [string, PlainValue])[]): Readonly<Record<string, PlainValue>> {
  const values = new Map<string, PlainValue[]>();
  for (const [name, value] of entries) {
    const known = values.get(name) ?? [];
    if (!known.some((one) => isSame(one, value))) known.push(value);
    values.set(name, known);
  }
  const byName = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return recordOf(
    byName.map(([name, its]) => [name, its.length === 1 ? (its[0] as PlainValue) : inOrder(its)] as const),
  );
}

function inOrder(values: readonly PlainValue[]): PlainValue[] {
  return [...values].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : keyText(a) < keyText(b) ? -1 : 1,
  );
}

function fieldsOf(rows: readonly Row[]): ComparedField[] {
  return ASPECTS.flatMap((aspect) => {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row[aspect])))];
    return names.map((name) => {
      const values = rows.map((row) => (Object.hasOwn(row[aspect], name) ? row[aspect][name] : undefined));
      return { aspect, name, isSame: values.every((value) => isSame(value, values[0])) };
    });
  });
}

/** Of each aspect the values that are told. */
function narrowed(row: Row, fields: readonly ComparedField[]): Row {
  const aspects = ASPECTS.map((aspect) => {
    const names = fields.filter((field) => field.aspect === aspect && Object.hasOwn(row[aspect], field.name));
    return [aspect, recordOf(names.map(({ name }) => [name, row[aspect][name] as PlainValue]))] as const;
  });
  return recordOf(aspects) as unknown as Row;
}

function identityOf({ asked, run, model }: Subject) {
  const { id, name, workflow, status, startedAt } = run;
  const known = model && { id: model.id, label: model.label };
  return { asked, id, name, workflow, status, ...present({ startedAt, model: known }) };
}

function partition<T>(list: readonly T[], isFirst: (one: T) => boolean): [first: T[], second: T[]] {
  const first = list.filter(isFirst);
  return [first, list.filter((one) => !isFirst(one))];
}
