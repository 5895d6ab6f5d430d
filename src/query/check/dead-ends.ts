import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms, rdf, rdfs } from "../../vocab/rdf.ts";
import { describe, type Facts, factsAbout, groupBy, hasType, labelOf, textOf } from "../facts.ts";
import { contentOf } from "../find.ts";
import { compareIds } from "../ids.ts";
import { walk } from "../lineage/lineage-walk.ts";
import { executionsOf } from "../runs/executions.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { entryScriptsOf } from "../whence/entry-scripts.ts";
import { activitiesWithin, type Suspicion } from "./suspicion.ts";

/**
 * What activities used that nobody generated and that was derived from nothing: files, and what else has bytes that are known. Values in memory of no
 * known origin are what programs are made of, and no dead end.
 */
const ORIGINLESS = (execution: string | undefined): Sparql => sparql`
SELECT DISTINCT ?thing ?activity WHERE {
  ${activitiesWithin(execution)}
  ?activity prov:used ?thing .
  { ?thing provml:path ?path } UNION { ?thing prov:specializationOf ?content FILTER(STRSTARTS(STR(?content), "ni:")) }
  FILTER NOT EXISTS { ?thing prov:wasGeneratedBy ?maker }
  FILTER NOT EXISTS { ?thing prov:wasDerivedFrom ?earlier }
}`;

/** Others that stand for the same contents. */
const ALIKE = (contents: readonly string[]): Sparql => sparql`
SELECT ?thing ?content WHERE { VALUES ?content { ${contents.map((iri) => ({ iri }))} } ?thing prov:specializationOf ?content }`;

/**
 * Where lineages end without anybody having declared a source. A source is declared by describing it: as a data set (`prov.dataset`), or by where
 * it came from, its licence, description or version.
 */
export async function findDeadEnds(source: Source, execution: string | undefined): Promise<Suspicion[]> {
  const users = new Map<string, string[]>();
  for (const { thing, activity } of await select(source, ORIGINLESS(execution))) {
    if (!thing || !activity) continue;
    const known = users.get(thing.value);
    if (known) known.push(activity.value);
    else users.set(thing.value, [activity.value]);
  }
  const scripts = new Set((await entryScriptsOf(source, [...users.values()].flat())).values());
  const facts = await describe(source, users.keys(), PROPERTIES);
  const open = [...users.keys()].filter((id) => !scripts.has(id) && !isSource(factsAbout(facts, id))).sort(compareIds);
  const declared = await declaredContents(
    source,
    open.flatMap((id) => contentOf(factsAbout(facts, id)) ?? []),
  );
  const ends: string[] = [];
  for (const id of open) {
    const content = contentOf(factsAbout(facts, id));
    if (content !== undefined && declared.has(content)) continue;
    // Somebody may have generated the same bytes before.
    if (content === undefined || (await walk(source, [id], "up", 1)).edges.length === 0) ends.push(id);
  }
  const firsts = new Map(ends.map((id) => [id, users.get(id)?.sort(compareIds)[0] ?? ""]));
  const around = await executionsOf(source, firsts.values());
  const steps = await describe(source, firsts.values(), [rdfs.label]);
  return ends.map((id) => {
    const activity = firsts.get(id) ?? "";
    const its = factsAbout(facts, id);
    const name = textOf(its, provml.path) ?? labelOf(its, id);
    const step = labelOf(factsAbout(steps, activity), activity);
    return {
      kind: "dead-end",
      execution: around.get(activity)?.id ?? "",
      step,
      calls: users.get(id) ?? [],
      things: [id],
      text: `${step} used ${name}, and nobody recorded or declared where it came from; prov.dataset(…, { source }) declares it`,
    };
  });
}

/** Models of programs begin as code, and models and data that are known by more than a name were declared by somebody. */
function isSource(its: Facts): boolean {
  if (DECLARING.some((property) => its.has(property)) || hasType(its, provml.LearningDataSetReference)) return true;
  return (
    hasType(its, provml.Environment) ||
    hasType(its, provml.SourceCode) ||
    (hasType(its, provml.Model) && !its.has(provml.path))
  );
}

async function declaredContents(source: Source, contents: readonly string[]): Promise<Set<string>> {
  const all = [...new Set(contents)];
  const declared = new Set<string>();
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const rows = await select(source, ALIKE(all.slice(from, from + AT_ONCE)));
    const facts = await describe(
      source,
      rows.map(({ thing }) => thing?.value ?? ""),
      PROPERTIES,
    );
    for (const [content, alike] of groupBy(rows, "content"))
      if (alike.some(({ thing }) => isSource(factsAbout(facts, thing?.value ?? "")))) declared.add(content);
  }
  return declared;
}

const AT_ONCE = 1000;
const DECLARING = [dcterms.source, dcterms.license, dcterms.description, provml.version, prov.hadPrimarySource];
const PROPERTIES = [rdf.type, rdfs.label, provml.path, prov.specializationOf, ...DECLARING];
