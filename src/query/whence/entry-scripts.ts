import { prov } from "../../vocab/prov.ts";
import { iris } from "../facts.ts";
import { iriTerm, lookup, selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";

const ROLE = "/role.entryScript";

/** What activities used as the script that they were started with. */
const ENTRY_SCRIPTS = lookup(
  (activities) => sparql`
SELECT ?s ?script WHERE {
  VALUES ?s { ${iris(activities)} }
  ?s prov:qualifiedUsage ?usage .
  ?usage prov:entity ?script ; prov:hadRole ?role .
  FILTER(STRENDS(STR(?role), ${ROLE}))
}`,
  [prov.qualifiedUsage, prov.hadRole, prov.entity],
  (index, activity) =>
    index
      .values(activity, prov.qualifiedUsage)
      .filter(({ value: usage }) => index.values(usage, prov.hadRole).some(({ value }) => value.endsWith(ROLE)))
      .flatMap(({ value: usage }) => index.values(usage, prov.entity))
      .map((script) => ({ s: iriTerm(activity), script })),
);

/** The scripts that these activities were started with: code, no data. */
export async function entryScriptsOf(source: Source, activities: Iterable<string>): Promise<Map<string, string>> {
  const rows = await selectInBatches(source, activities, ENTRY_SCRIPTS);
  return new Map(rows.map(({ s, script }) => [s?.value ?? "", script?.value ?? ""]));
}
