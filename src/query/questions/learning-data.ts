import { definedName } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { rdf } from "../../vocab/rdf.ts";
import { describe, factsAbout, hasType, valuesOf } from "../facts.ts";
import { grouped } from "../grouped.ts";
import { selectInBatches } from "../lookup.ts";
import type { ModelState } from "../models/model-states.ts";
import { readEvaluations } from "../runs/measures.ts";
import { kept, type Source } from "../source.ts";
import { THING_PROPERTIES, type Thing, thingOf } from "../things.ts";
import { insideOf, sets, USED, USED_AS, wholesOf } from "./flows.ts";

/** Which part of learning some data was for. `other`: nobody said, and it was used around a training, not by one. */
export type DataPart = "train" | "validation" | "test" | "other";
export const DATA_PARTS: readonly DataPart[] = ["train", "validation", "test", "other"];

/** Data that a training or an evaluation used, with every entity of the same bytes among what they used. */
export interface LearningData {
  readonly part: DataPart;
  readonly thing: Thing;
  readonly ids: readonly string[];
}

/** What made a model, and what judged it. */
export interface Learning {
  /** The training or other step that generated it, what was inside that, and the steps around it up to the run. */
  readonly trainings: ReadonlySet<string>;
  readonly evaluations: ReadonlySet<string>;
  readonly data: readonly LearningData[];
}

/** What went into a model as training and validation data, and what it was tested with; as their roles say, else as the data itself does. */
export async function learningOf(source: Source, { id, sameAs }: ModelState): Promise<Learning> {
  const facts = await describe(source, [id], [prov.wasGeneratedBy]);
  const makers = valuesOf(factsAbout(facts, id), prov.wasGeneratedBy);
  const inside = await insideOf(source, makers);
  const around = [...(await wholesOf(source, makers)).values()].flatMap((wholes) => [...wholes]);
  const { byModel } = await kept(source, readEvaluations);
  const judgements = sameAs.flatMap((one) => byModel.get(one) ?? []);
  const evaluations = new Set(judgements.flatMap(({ step }) => step?.value ?? []));
  const types = await describe(source, [...inside, ...around, ...evaluations], [rdf.type]);
  const isWhole = (activity: string) => hasType(factsAbout(types, activity), provml.WorkflowExecution);
  const trainings = new Set([...inside, ...around].filter((activity) => !isWhole(activity)));
  for (const activity of evaluations) if (trainings.has(activity)) evaluations.delete(activity);

  const activities = [...trainings, ...evaluations];
  const used = sets(await selectInBatches(source, activities, USED), "s", "o");
  const roles = new Map<string, string>();
  for (const { s, o, role } of await selectInBatches(source, activities, USED_AS))
    roles.set(`${s?.value} ${o?.value}`, definedName(role?.value ?? "") ?? "");
  const things = await describe(
    source,
    [...used.values()].flatMap((its) => [...its]),
    THING_PROPERTIES,
  );
  const found: { readonly part: DataPart; readonly thing: Thing }[] = [];
  for (const [activity, its] of used) {
    const isInner = inside.has(activity);
    for (const entity of its) {
      const thing = thingOf(entity, factsAbout(things, entity), roles.get(`${activity} ${entity}`));
      if (!DATA_KINDS.has(thing.kind)) continue;
      found.push({ part: partOf(thing, evaluations.has(activity) ? "test" : isInner ? "train" : "other"), thing });
    }
  }
  const data = grouped(found, ({ part, thing }) => `${part} ${thing.sha256 ?? thing.id}`);
  const folded = Array.from(data.values(), (same): LearningData => {
    const [{ part, thing }] = same as [(typeof same)[0] & object];
    return { part, thing, ids: [...new Set(same.map((one) => one.thing.id))] };
  });
  // What was used by a step around the training says nothing where the training says it.
  const known = new Set(folded.flatMap(({ part, ids }) => (part === "other" ? [] : ids)));
  return {
    trainings,
    evaluations,
    data: folded.filter(({ part, ids }) => part !== "other" || !ids.some((one) => known.has(one))),
  };
}

const DATA_KINDS: ReadonlySet<string> = new Set(["dataset", "file", "data"]);

function partOf({ role, about }: Thing, otherwise: DataPart): DataPart {
  for (const said of [role, about.split]) if (PARTS.has(said as DataPart)) return said as DataPart;
  return otherwise;
}
const PARTS: ReadonlySet<DataPart> = new Set(["train", "validation", "test"]);
