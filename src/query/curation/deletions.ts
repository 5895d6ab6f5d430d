import { provml } from "../../vocab/provml.ts";
import { dcterms } from "../../vocab/rdf.ts";
import { present } from "../facts.ts";
import { executionOfId } from "../ids.ts";
import { type Source, select } from "../source.ts";
import { sparql } from "../sparql.ts";

/** What stays known of why something is not there any more. */
export interface Deletion {
  readonly person?: string;
  /** xsd:dateTime. */
  readonly at?: string;
  readonly reason?: string;
}

/** What a thing is marked with that was deleted, and under which what it was stands. */
export const DELETED_PROPERTIES = [provml.isDeleted, dcterms.type] as const;

/** The deletion of the execution that a thing belongs to; of several the first. Undefined where it was not deleted. */
export async function deletionOf(source: Source, id: string): Promise<Deletion | undefined> {
  const execution = executionOfId(id);
  if (execution === undefined) return undefined;
  const rows = await select(
    source,
    sparql`
SELECT ?at ?person ?reason WHERE {
  ?graph dcterms:subject ${{ iri: execution }} ; provml:isDeleted true ; prov:wasInvalidatedBy ?act .
  OPTIONAL { ?act prov:endedAtTime ?at }
  OPTIONAL { ?act prov:wasAssociatedWith ?agent . ?agent rdfs:label ?person }
  OPTIONAL { ?act dcterms:description ?reason }
} ORDER BY ?at ?person ?reason LIMIT 1`,
  );
  const [row] = rows;
  return row && present({ person: row.person?.value, at: row.at?.value, reason: row.reason?.value });
}

/** Of the first of these things that were deleted, as part of a sentence; undefined where none was. */
export async function howDeleted(source: Source, ids: readonly string[]): Promise<string | undefined> {
  for (const id of ids) {
    const deletion = await deletionOf(source, id);
    if (deletion !== undefined) return deletedHow(deletion);
  }
  return undefined;
}

/** As part of a sentence: `deleted by Ada at …: because`. */
export function deletedHow({ person, at, reason }: Deletion): string {
  return `deleted${person === undefined ? "" : ` by ${person}`}${at === undefined ? "" : ` at ${at}`}${reason === undefined ? "" : `: ${reason}`}`;
}
