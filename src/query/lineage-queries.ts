import { iris } from "./facts.ts";
import { type Sparql, sparql } from "./sparql.ts";

/** Derivation and the relations of PROV-O that say it more closely. */
const DERIVATIONS = sparql`prov:wasDerivedFrom, prov:wasRevisionOf, prov:wasQuotedFrom, prov:hadPrimarySource`;

/**
 * What things came of and are part of, and when: their own times, and those of relations that have a node of their own.
 * VALUES stands in each branch, because the engine else looks at every triple.
 */
export const LINKS_FROM = (things: readonly string[]): Sparql => sparql`
SELECT ?s ?p ?o ?time ?role WHERE {
  {
    VALUES ?s { ${iris(things)} }
    ?s ?p ?o .
    FILTER(?p IN (
      prov:wasGeneratedBy, prov:used, ${DERIVATIONS}, dcterms:isPartOf, prov:specializationOf,
      prov:generatedAtTime, prov:startedAtTime, prov:endedAtTime
    ))
  } UNION {
    VALUES ?s { ${iris(things)} }
    ?s prov:qualifiedUsage ?node .
    ?node prov:entity ?o ; prov:atTime ?time
    OPTIONAL { ?node prov:hadRole ?role }
  } UNION {
    VALUES ?s { ${iris(things)} }
    ?s prov:qualifiedGeneration ?node .
    ?node prov:activity ?o ; prov:atTime ?time
  }
}`;

/** Windows of inferences, and events that nobody selected: too many for a walk, and nothing comes of them. */
const NO_INFERENCES = sparql`FILTER NOT EXISTS {
    ?s provml:windowNumber ?window
    FILTER NOT EXISTS { ?s provml:recordedAs "selected" }
  }`;

/** What came of things. */
export const LINKS_TO = (things: readonly string[]): Sparql => sparql`
SELECT ?s ?p ?o WHERE {
  VALUES ?o { ${iris(things)} }
  ?s ?p ?o .
  FILTER(?p IN (prov:wasGeneratedBy, prov:used, ${DERIVATIONS}))
  ${NO_INFERENCES}
}`;

/** The activities that are part of these. */
export const PARTS = (things: readonly string[]): Sparql => sparql`
SELECT ?s ?o WHERE {
  VALUES ?o { ${iris(things)} }
  ?s dcterms:isPartOf ?o ; a prov:Activity
  ${NO_INFERENCES}
}`;

/** Shorter contents, such as `[]` or `null`, are equal by coincidence. */
const TRIVIAL_CONTENT_BYTES = 8;

/** The entities of contents that are neither empty nor trivial. */
export const STATES_OF_CONTENTS = (contents: readonly string[]): Sparql => sparql`
SELECT ?s ?o WHERE {
  VALUES ?o { ${iris(contents)} }
  ?o a provml:Content .
  OPTIONAL { ?o provml:byteSize ?size }
  FILTER(!BOUND(?size) || ?size >= ${TRIVIAL_CONTENT_BYTES})
  ?s prov:specializationOf ?o
}`;

/** Which activities used things. */
export const USES = (things: readonly string[]): Sparql => sparql`
SELECT ?s ?o WHERE { VALUES ?o { ${iris(things)} } ?s prov:used ?o . ${NO_INFERENCES} }`;
