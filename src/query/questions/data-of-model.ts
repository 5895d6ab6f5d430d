import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { describe, factsAbout, present, valuesOf } from "../facts.ts";
import type { LineageSubject } from "../lineage/roots.ts";
import type { Source } from "../source.ts";
import { type DomainData, domainData } from "./domain-data.ts";
import { DATA_PARTS, type DataPart, type LearningData, learningOf } from "./learning-data.ts";
import { type DataStep, describeSteps, originsOf } from "./origins.ts";
import { findModel } from "./subjects.ts";

export interface Q4Parameters {
  /** The model, as in Q1. */
  readonly model: LineageSubject;
}

/** The data that went into the training, validation and test of a model. */
export interface Q4Answer {
  readonly model: { readonly id: string; readonly label: string };
  readonly data: readonly UsedData[];
}

/** One data set of a part, with the domain data behind it. */
export interface UsedData extends DomainData {
  readonly part: DataPart;
  readonly rowCount?: number;
  /** What wrote it, with its parameters: shares, ranges and seeds of a split among them. */
  readonly preparedBy: readonly DataStep[];
  /** The data that it came of and that nobody is known to have made: files as the domain has them, with what is said of them. */
  readonly sources: readonly DomainData[];
}

/** @throws {ProvenanceError} `not-found`, `ambiguous` */
export async function dataOfModel(source: Source, { model }: Q4Parameters): Promise<Q4Answer> {
  const state = await findModel(source, model);
  const { data } = await learningOf(source, state);
  const used: UsedData[] = [];
  for (const one of data) used.push(await usedData(source, one));
  used.sort((a, b) => DATA_PARTS.indexOf(a.part) - DATA_PARTS.indexOf(b.part));
  return { model: { id: state.id, label: state.label }, data: used };
}

async function usedData(source: Source, { part, thing, ids }: LearningData): Promise<UsedData> {
  const { sources, steps, edges } = await originsOf(source, ids, [provml.Model]);
  const near = new Set(ids);
  for (const { from, to, relation } of edges) if (relation === "sameContent" && near.has(from)) near.add(to);
  const generators = await describe(source, near, [prov.wasGeneratedBy]);
  const makers = new Set([...near].flatMap((id) => valuesOf(factsAbout(generators, id), prov.wasGeneratedBy)));
  const [own] = await domainData(source, [thing.id]);
  const rowCount = own?.metadata.rowCount;
  return {
    ...(own as DomainData),
    part,
    ...present({ rowCount: typeof rowCount === "number" ? rowCount : undefined }),
    preparedBy: await describeSteps(
      source,
      steps.filter((step) => makers.has(step)),
      () => "preparation",
    ),
    sources: await domainData(
      source,
      sources.filter((id) => !near.has(id)),
    ),
  };
}
