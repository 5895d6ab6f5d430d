import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { rdf } from "../../vocab/rdf.ts";
import { describe, factsAbout, hasType, valuesOf } from "../facts.ts";
import type { Lineage } from "../lineage/lineage.ts";
import type { Source } from "../source.ts";

/**
 * The activities that used the test data, or what came of it, together with a model that came of the training data; undefined where it judged only models that did not come of
 * that, as the parts of a cross-validation do. Where nobody recorded any model beside it, the data is suspicious as such: no activities.
 */
export async function judgesOf(
  source: Source,
  ofTrain: Lineage,
  ofTest: Lineage,
  test: string,
): Promise<string[] | undefined> {
  const trained = new Set(ofTrain.nodes.filter(isModel).map(({ id }) => id));
  const users = usersOf(ofTest, test);
  const isOne = ofTrain.roots.includes(test);
  const used = await describe(source, users, [prov.used, rdf.type]);
  const things = await describe(
    source,
    users.flatMap((user) => valuesOf(factsAbout(used, user), prov.used)),
    [rdf.type],
  );
  const made = new Map<string, string[]>();
  for (const { from, to, relation } of ofTrain.edges)
    if (relation === "wasGeneratedBy" && trained.has(from)) made.set(to, [...(made.get(to) ?? []), from]);
  let isJudging = false;
  const judges: string[] = [];
  for (const user of users) {
    const its = factsAbout(used, user);
    const isTraining = hasType(its, provml.TrainingExecution);
    // What trains one model on it, and judges another one with it, is no leak by itself.
    if (isTraining && isOne) continue;
    const beside = valuesOf(its, prov.used).filter((thing) => hasType(factsAbout(things, thing), provml.Model));
    const models = [...beside, ...(isTraining ? (made.get(user) ?? []) : [])];
    isJudging ||= models.length > 0;
    if (models.some((model) => trained.has(model))) judges.push(user);
  }
  return judges.length > 0 || !isJudging ? judges : undefined;
}

/** The activities that used a thing, or what came of it otherwise than by a model, and those around them. */
function usersOf({ nodes, edges }: Lineage, thing: string): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const next = new Map<string, string[]>();
  const add = (from: string, to: string) => next.set(from, [...(next.get(from) ?? []), to]);
  for (const { from, to, relation } of edges) {
    if (relation !== "isPartOf") add(to, from);
    else if (!byId.get(to)?.types.includes("provml:WorkflowExecution")) add(from, to);
  }
  const reached = new Set([thing]);
  for (const at of reached) {
    for (const id of next.get(at) ?? []) {
      const node = byId.get(id);
      if (node !== undefined && !isModel(node) && !node.types.includes("provml:WorkflowExecution")) reached.add(id);
    }
  }
  return [...reached].filter((id) => byId.get(id)?.kind === "activity");
}

function isModel({ types }: Lineage["nodes"][number]): boolean {
  return types.includes("provml:Model");
}
