import { plainValue } from "../rdf/terms.ts";
import { countRows } from "./series/series.ts";
import { type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

const COUNTED = ["executions", "runs", "activities", "entities", "agents", "models", "series"] as const;

/** How many things of each kind there are; `rows` of all series, `triples` in the union of all graphs. */
export type Counts = Readonly<Record<(typeof COUNTED)[number] | "rows" | "triples", number>>;

/** Things by kind. Executions are counted whole, however many processes they had. */
const COUNTS: Readonly<Record<(typeof COUNTED)[number], Sparql>> = {
  executions: sparql`SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a provml:WorkflowExecution . FILTER NOT EXISTS { ?s dcterms:isPartOf ?whole } }`,
  runs: sparql`SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a mls:Run }`,
  activities: sparql`SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a prov:Activity }`,
  entities: sparql`SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a prov:Entity }`,
  agents: sparql`SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a prov:Agent }`,
  models: sparql`SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a provml:Model }`,
  series: sparql`SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a provml:MetricSeries }`,
};

export async function readCounts(source: Source): Promise<Counts> {
  const counts: [string, number][] = [];
  for (const what of COUNTED) {
    const [row] = await select(source, COUNTS[what]);
    counts.push([what, row?.n === undefined ? 0 : Number(plainValue(row.n))]);
  }
  counts.push(["rows", await countRows(source)], ["triples", await source.store.size()]);
  return Object.fromEntries(counts) as Counts;
}
