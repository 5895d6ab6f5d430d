import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { rdf, rdfs } from "../../vocab/rdf.ts";
import { describe, factsAbout, hasType, labelOf, textOf, valuesOf } from "../facts.ts";
import { contentOf } from "../find.ts";
import { compareIds } from "../ids.ts";
import { executionsOf } from "../runs/executions.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { activitiesWithin, type Suspicion } from "./suspicion.ts";

/** The files that activities used or generated. */
const FILES = (execution: string | undefined): Sparql => sparql`
SELECT DISTINCT ?thing ?activity WHERE {
  ${activitiesWithin(execution)}
  { ?activity prov:used ?thing } UNION { ?thing prov:wasGeneratedBy ?activity }
  ?thing provml:path ?path
}`;

/** Files without a digest that holds. What lies elsewhere and was never fetched is known by a revision or an entity tag. */
export async function findUnverified(source: Source, execution: string | undefined): Promise<Suspicion[]> {
  const users = new Map<string, string>();
  for (const { thing, activity } of await select(source, FILES(execution)))
    if (thing && activity) users.set(thing.value, activity.value);
  const facts = await describe(source, users.keys(), PROPERTIES);
  const suspicions: Suspicion[] = [];
  const suspected = [...users.keys()].filter((id) => {
    const its = factsAbout(facts, id);
    if (its.has(provml.revision) || its.has(provml.entityTag) || hasType(its, provml.SourceCode)) return false;
    return contentOf(its) === undefined || valuesOf(its, provml.isVerified).includes("false");
  });
  const around = await executionsOf(
    source,
    suspected.map((id) => users.get(id) ?? ""),
  );
  for (const id of suspected.sort(compareIds)) {
    const its = factsAbout(facts, id);
    const isUnverified = its.has(provml.isVerified);
    const path = textOf(its, provml.path) ?? labelOf(its, id);
    const why = textOf(its, rdfs.comment);
    suspicions.push({
      kind: isUnverified ? "digest-unverified" : "digest-missing",
      execution: around.get(users.get(id) ?? "")?.id ?? "",
      calls: [users.get(id) ?? ""],
      things: [id],
      text: isUnverified
        ? `the content of ${path} was not verified${why === undefined ? "" : `: ${why}`}`
        : `${path} has no digest: it is large and waits for provml flush, or was gone before`,
    });
  }
  return suspicions;
}

const PROPERTIES = [
  rdf.type,
  rdfs.label,
  rdfs.comment,
  provml.path,
  provml.isVerified,
  provml.revision,
  provml.entityTag,
  prov.specializationOf,
];
