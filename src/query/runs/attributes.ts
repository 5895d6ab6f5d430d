import { rdfs } from "../../vocab/rdf.ts";
import { type Facts, factsOf, iris } from "../facts.ts";
import { selectInBatches } from "../lookup.ts";
import type { Source } from "../source.ts";
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
  const facts = factsOf(await selectInBatches(source, wanted, ATTRIBUTES));
  return new Map(Array.from(facts, ([thing, its]) => [thing, attributesIn(its)]));
}

function attributesIn(facts: Facts): Attributes {
  const attributes: [string, PlainValue][] = [];
  for (const [property, terms] of facts) {
    const values = terms.map(recordedValue);
    if (property !== rdfs.label)
      attributes.push([localName(property), values.length === 1 ? (values[0] as PlainValue) : values]);
  }
  return recordOf(attributes.sort(([a], [b]) => (a < b ? -1 : 1)));
}
