import { provml } from "../../vocab/provml.ts";
import { rdf } from "../../vocab/rdf.ts";
import { describe, factsAbout } from "../facts.ts";
import type { LineageSubject } from "../lineage/roots.ts";
import type { ModelState } from "../models/model-states.ts";
import type { Source } from "../source.ts";
import { stepKind } from "../things.ts";
import { type DomainData, domainData } from "./domain-data.ts";
import { learningOf } from "./learning-data.ts";
import { type DataStep, describeSteps, type Origins, originsOf } from "./origins.ts";
import { findModel } from "./subjects.ts";

export interface Q5Parameters {
  /** The model, as in Q1. */
  readonly model: LineageSubject;
}

/** The raw data behind a model, with what its domain says of it, and the steps between, over all workflows. */
export interface Q5Answer {
  readonly model: { readonly id: string; readonly label: string };
  /** What nobody is known to have made. `byModel`: it is behind the model only because that goes on from an earlier one. */
  readonly raw: readonly (DomainData & { readonly byModel: boolean })[];
  /** From curation to learning, the earliest first; the same content joins workflows. */
  readonly steps: readonly DataStep[];
}

/** @throws {ProvenanceError} `not-found`, `ambiguous` */
export async function dataBehindModel(source: Source, { model }: Q5Parameters): Promise<Q5Answer> {
  const state = await findModel(source, model);
  const { data } = await learningOf(source, state);
  const learning = data.filter(({ part }) => part !== "test").flatMap(({ ids }) => ids);
  const own = await originsOf(source, learning, [provml.Model]);
  const all = await originsOf(source, [state.id]);
  const mine = new Set((await domainData(source, own.sources)).map(keyOf));
  const raw = await domainData(source, [...new Set([...own.sources, ...all.sources])]);
  return {
    model: { id: state.id, label: state.label },
    raw: raw.map((one) => ({ ...one, byModel: !mine.has(keyOf(one)) })),
    steps: await stepsBetween(source, state, all),
  };
}

function keyOf({ sha256, id }: DomainData): string {
  return sha256 ?? id;
}

/** Trainings and what made models are learning, what made the data that they used is preparation, and what came before is curation. */
async function stepsBetween(source: Source, state: ModelState, { steps, edges }: Origins): Promise<DataStep[]> {
  const phases = await phasesOf(source, steps, edges);
  return await describeSteps(
    source,
    steps,
    (step) => phases.get(step) ?? (step === state.run ? "learning" : "curation"),
  );
}

export async function phasesOf(source: Source, steps: readonly string[], edges: Origins["edges"]) {
  const facts = await describe(source, steps, [rdf.type]);
  const models = await describe(
    source,
    edges.flatMap(({ from, relation }) => (relation === "wasGeneratedBy" ? [from] : [])),
    [rdf.type],
  );
  const phases = new Map<string, DataStep["phase"]>();
  const isModel = (id: string) =>
    (factsAbout(models, id).get(rdf.type) ?? []).some(({ value }) => value === provml.Model);
  for (const step of steps) if (LEARNING.has(stepKind(factsAbout(facts, step)))) phases.set(step, "learning");
  for (const { from, to, relation } of edges)
    if (relation === "wasGeneratedBy" && isModel(from)) phases.set(to, "learning");
  const used = new Set(
    edges.flatMap(({ from, to, relation }) => (relation === "used" && phases.get(from) === "learning" ? [to] : [])),
  );
  for (const { from, to, relation } of edges) if (SAME.has(relation) && used.has(from)) used.add(to);
  for (const { from, to, relation } of edges)
    if (relation === "wasGeneratedBy" && used.has(from) && !phases.has(to)) phases.set(to, "preparation");
  return phases;
}

const LEARNING: ReadonlySet<string> = new Set(["training", "run", "evaluation"]);
const SAME: ReadonlySet<string> = new Set(["sameContent", "wasDerivedFrom"]);
