import { rdfs } from "../../vocab/rdf.ts";
import { type Facts, factsOf, iris } from "../facts.ts";
import { selectInBatches } from "../lookup.ts";
import { kept, type Source } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { localName } from "../things.ts";
import { type PlainValue, recordedValue, recordOf } from "../values.ts";

/** What entities that say something about the whole execution say. */
const ATTRIBUTES = (things: readonly string[]): Sparql => sparql`
SELECT ?s ?p ?o WHERE { VALUES ?s { ${iris(things)} } ?s ?p ?o . FILTER(isLiteral(?o)) }`;

export type Attributes = Readonly<Record<string, PlainValue>>;

/** The literals of environments and states of the source, by the last parts of the properties' names; values that come several times as lists. */
export async function attributesOf(
  source: Source,
  things: Iterable<string | undefined>,
): Promise<ReadonlyMap<string, Attributes>> {
  const wanted = Array.from(things).filter((thing) => thing !== undefined);
  const known = await kept(source, nothingYet);
  const unknown = wanted.filter((thing) => !known.has(thing));
  const facts = factsOf(await selectInBatches(source, unknown, ATTRIBUTES));
  for (const [thing, its] of facts) known.set(thing, attributesIn(its));
  return known;
}

/** What has been read so far. */
async function nothingYet(): Promise<Map<string, Attributes>> {
  return new Map();
}

function attributesIn(facts: Facts): Attributes {
  const attributes: [string, PlainValue][] = [];
  for (const [property, terms] of facts) {
    const values = [...terms].sort((a, b) => (a.value < b.value ? -1 : 1)).map(recordedValue); // a graph has no order
    if (property !== rdfs.label)
      attributes.push([localName(property), values.length === 1 ? (values[0] as PlainValue) : values]);
  }
  return recordOf(attributes.sort(([a], [b]) => (a < b ? -1 : 1)));
}
