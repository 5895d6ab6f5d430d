import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { rdfs } from "../../vocab/rdf.ts";
import { describe, type Facts, factsAbout, factsOf, iris, present, valuesOf } from "../facts.ts";
import { contentOf } from "../find.ts";
import { compareIds } from "../ids.ts";
import { selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { localName, THING_PROPERTIES, thingOf } from "../things.ts";
import { type PlainValue, recordedValue } from "../values.ts";
import { statesAlike } from "./subjects.ts";

/** Data as its domain sees it: a file or another data set, with all that anybody said of it in any execution. */
export interface DomainData {
  /** One of the entities that are states of it. */
  readonly id: string;
  readonly label: string;
  readonly path?: string;
  readonly sha256?: string;
  /** Description, version, licence, source, row count and every other plain statement about it or about its content, by the property's local name. */
  readonly metadata: Readonly<Record<string, PlainValue>>;
  /** Its columns in their order, where they are recorded. */
  readonly columns?: readonly { readonly name: string; readonly elementType?: string; readonly unit?: string }[];
}

/** What is said of things in plain values, and of what they are licensed as and come from. */
const SAID = (things: readonly string[]): Sparql => sparql`
SELECT ?s ?p ?o WHERE {
  VALUES ?s { ${iris(things)} }
  ?s ?p ?o
  FILTER(isLiteral(?o) || ?p IN (dcterms:license, dcterms:source, provml:hasSchema))
}`;

const COLUMNS = (schemas: readonly string[]): Sparql => sparql`
SELECT ?schema ?name ?number ?type ?unit WHERE {
  VALUES ?schema { ${iris(schemas)} }
  ?column dcterms:isPartOf ?schema ; rdfs:label ?name .
  OPTIONAL { ?column provml:columnNumber ?number }
  OPTIONAL { ?column provml:elementType ?type }
  OPTIONAL { ?column provml:unit ?unit }
}`;

/** The data that entities are, each content once however many executions read it; in the order of their paths. */
export async function domainData(source: Source, entities: readonly string[]): Promise<DomainData[]> {
  const facts = await describe(source, entities, THING_PROPERTIES);
  const folded = new Map<string, string[]>();
  for (const id of [...entities].sort(compareIds)) {
    const key = contentOf(factsAbout(facts, id)) ?? id;
    folded.set(key, [...(folded.get(key) ?? []), id]);
  }
  const whole = new Map<string, readonly string[]>();
  for (const [key, ids] of folded) whole.set(key, key === ids[0] ? ids : await statesAlike(source, ids));
  const said = factsOf(
    await selectInBatches(
      source,
      [...whole].flatMap(([key, ids]) => [key, ...ids]),
      SAID,
    ),
  );
  const columns = await columnsOf(source, said);
  const found = Array.from(whole, ([key, ids]): DomainData => {
    const [id = key] = folded.get(key) ?? [];
    const { label, path, sha256 } = thingOf(id, factsAbout(facts, id));
    const all = [...new Set([key, ...ids])].sort(compareIds).map((one) => factsAbout(said, one));
    const schema = all.flatMap((its) => valuesOf(its, provml.hasSchema)).at(-1);
    const its = schema === undefined ? undefined : columns.get(schema);
    return { id, label, ...present({ path, sha256 }), metadata: metadataOf(all), ...present({ columns: its }) };
  });
  return found.sort((a, b) => compareText(a.path ?? a.label, b.path ?? b.label) || compareIds(a.id, b.id));
}

/** What was said later counts. */
function metadataOf(all: readonly Facts[]): Readonly<Record<string, PlainValue>> {
  const metadata: [string, PlainValue][] = [];
  for (const facts of all) {
    for (const [property, terms] of facts) {
      if (ELSEWHERE.has(property)) continue;
      const values = terms.map(recordedValue);
      metadata.push([localName(property), values.length === 1 ? (values[0] as PlainValue) : values]);
    }
  }
  return Object.fromEntries(metadata);
}

const ELSEWHERE: ReadonlySet<string> = new Set([
  rdfs.label,
  provml.path,
  provml.sha256,
  provml.hasSchema,
  prov.generatedAtTime,
]);

async function columnsOf(source: Source, said: ReadonlyMap<string, Facts>) {
  const schemas = [...said.values()].flatMap((facts) => valuesOf(facts, provml.hasSchema));
  const rows = [...(await selectInBatches(source, schemas, COLUMNS))];
  rows.sort((a, b) => Number(a.number?.value ?? 0) - Number(b.number?.value ?? 0));
  const columns = new Map<string, { name: string; elementType?: string; unit?: string }[]>();
  for (const { schema, name, type, unit } of rows) {
    const its = columns.get(schema?.value ?? "") ?? [];
    its.push({ name: name?.value ?? "", ...present({ elementType: type?.value, unit: unit?.value }) });
    columns.set(schema?.value ?? "", its);
  }
  return columns;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
