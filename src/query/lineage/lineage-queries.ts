import type { Term } from "../../rdf/terms.ts";
import type { SolutionRow } from "../../store/store.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms, rdf } from "../../vocab/rdf.ts";
import { iris } from "../facts.ts";
import { iriTerm, lookup, orNothing } from "../lookup.ts";
import { sparql } from "../sparql.ts";
import type { TripleIndex } from "../triple-index.ts";

/**
 * Derivation and the relations of PROV-O that say it more closely. Downwards a revision is not followed: who corrects a thing is not wrong because it
 * was; where the earlier one was an input, that is stated as well.
 */
const TAKEN = [prov.wasDerivedFrom, prov.wasQuotedFrom, prov.hadPrimarySource];
const DERIVATIONS = [...TAKEN, prov.wasRevisionOf];
const TAKEN_LISTED = sparql`prov:wasDerivedFrom, prov:wasQuotedFrom, prov:hadPrimarySource`;
const DERIVATIONS_LISTED = sparql`${TAKEN_LISTED}, prov:wasRevisionOf`;

const LINKS = [
  prov.wasGeneratedBy,
  prov.used,
  ...DERIVATIONS,
  dcterms.isPartOf,
  prov.specializationOf,
  prov.generatedAtTime,
  prov.startedAtTime,
  prov.endedAtTime,
];

/**
 * What things came of and are part of, and when: their own times, and those of relations that have a node of their own.
 * VALUES stands in each branch, because the engine else looks at every triple.
 */
export const LINKS_FROM = lookup(
  (things) => sparql`
SELECT ?s ?p ?o ?time ?role WHERE {
  {
    VALUES ?s { ${iris(things)} }
    ?s ?p ?o .
    FILTER(?p IN (
      prov:wasGeneratedBy, prov:used, ${DERIVATIONS_LISTED}, dcterms:isPartOf, prov:specializationOf,
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
}`,
  [...LINKS, prov.qualifiedUsage, prov.qualifiedGeneration, prov.entity, prov.activity, prov.atTime, prov.hadRole],
  (index, thing) => {
    const s = iriTerm(thing);
    const rows: SolutionRow[] = [];
    index.visit(thing, LINKS_AND_NODES, (property, value) => {
      const p = LINK_TERMS.get(property);
      if (p) rows.push({ s, p, o: value });
      else if (property === prov.qualifiedUsage) usages(index, s, value.value, rows);
      else generations(index, s, value.value, rows);
    });
    return rows;
  },
);
const LINKS_AND_NODES = [...LINKS, prov.qualifiedUsage, prov.qualifiedGeneration];
const LINK_TERMS: ReadonlyMap<string, Term> = new Map(LINKS.map((property) => [property, iriTerm(property)]));

function usages(index: TripleIndex, s: Term, node: string, rows: SolutionRow[]): void {
  for (const o of index.values(node, prov.entity)) {
    for (const time of index.values(node, prov.atTime)) {
      for (const role of orNothing(index.values(node, prov.hadRole))) rows.push({ s, o, time, ...(role && { role }) });
    }
  }
}

function generations(index: TripleIndex, s: Term, node: string, rows: SolutionRow[]): void {
  for (const o of index.values(node, prov.activity))
    for (const time of index.values(node, prov.atTime)) rows.push({ s, o, time });
}

/** Windows of inferences, and events that nobody selected: too many for a walk, and nothing comes of them. */
const NO_INFERENCES = sparql`FILTER NOT EXISTS {
    ?s provml:windowNumber ?window
    FILTER NOT EXISTS { ?s provml:recordedAs "selected" }
  }`;
const INFERENCES = [provml.windowNumber, provml.recordedAs];

function isFollowed(index: TripleIndex, thing: string): boolean {
  if (!index.has(thing, provml.windowNumber)) return true;
  return index.values(thing, provml.recordedAs).some(({ value }) => value === "selected");
}

/** What came of things. */
export const LINKS_TO = lookup(
  (things) => sparql`
SELECT ?s ?p ?o WHERE {
  VALUES ?o { ${iris(things)} }
  ?s ?p ?o .
  FILTER(?p IN (prov:wasGeneratedBy, prov:used, ${TAKEN_LISTED}))
  ${NO_INFERENCES}
}`,
  [prov.wasGeneratedBy, prov.used, ...TAKEN, ...INFERENCES],
  function* (index, thing): Generator<SolutionRow, void, void> {
    const o = iriTerm(thing);
    for (const property of [prov.wasGeneratedBy, prov.used, ...TAKEN]) {
      for (const s of index.subjects(property, thing)) {
        if (isFollowed(index, s.value)) yield { s, p: iriTerm(property), o };
      }
    }
  },
);

/** The activities that are part of these. */
export const PARTS = lookup(
  (things) => sparql`
SELECT ?s ?o WHERE {
  VALUES ?o { ${iris(things)} }
  ?s dcterms:isPartOf ?o ; a prov:Activity
  ${NO_INFERENCES}
}`,
  [dcterms.isPartOf, rdf.type, ...INFERENCES],
  function* (index, thing): Generator<SolutionRow, void, void> {
    for (const s of index.subjects(dcterms.isPartOf, thing)) {
      if (index.says(s.value, rdf.type, prov.Activity) && isFollowed(index, s.value)) yield { s, o: iriTerm(thing) };
    }
  },
);

/** Shorter contents, such as `[]` or `null`, are equal by coincidence. */
const TRIVIAL_CONTENT_BYTES = 8;

/** The entities of contents that are neither empty nor trivial. */
export const STATES = lookup(
  (contents) => sparql`
SELECT ?s ?o WHERE {
  VALUES ?o { ${iris(contents)} }
  ?o a provml:Content .
  OPTIONAL { ?o provml:byteSize ?size }
  FILTER(!BOUND(?size) || ?size >= ${TRIVIAL_CONTENT_BYTES})
  ?s prov:specializationOf ?o
}`,
  [rdf.type, provml.byteSize, prov.specializationOf],
  (index, content) => statesOf(index, content),
);

/** Those of them that somebody generated: what was read by thousands is generated by few. */
export const GENERATED_STATES = lookup(
  (contents) => sparql`
SELECT DISTINCT ?s ?o WHERE {
  VALUES ?o { ${iris(contents)} }
  ?o a provml:Content .
  OPTIONAL { ?o provml:byteSize ?size }
  FILTER(!BOUND(?size) || ?size >= ${TRIVIAL_CONTENT_BYTES})
  ?s prov:specializationOf ?o ; prov:wasGeneratedBy ?activity
}`,
  [rdf.type, provml.byteSize, prov.specializationOf, prov.wasGeneratedBy],
  (index, content) => statesOf(index, content, prov.wasGeneratedBy),
);

function statesOf(index: TripleIndex, content: string, having?: string): SolutionRow[] {
  if (!index.says(content, rdf.type, provml.Content)) return [];
  const sizes = index.values(content, provml.byteSize);
  if (sizes.length > 0 && !sizes.some(({ value }) => Number(value) >= TRIVIAL_CONTENT_BYTES)) return [];
  const o = iriTerm(content);
  return index.subjects(prov.specializationOf, content, having).map((s) => ({ s, o }));
}

/** Which activities used things. */
export const USES = lookup(
  (things) => sparql`
SELECT ?s ?o WHERE { VALUES ?o { ${iris(things)} } ?s prov:used ?o . ${NO_INFERENCES} }`,
  [prov.used, ...INFERENCES],
  function* (index, thing): Generator<SolutionRow, void, void> {
    for (const s of index.subjects(prov.used, thing)) if (isFollowed(index, s.value)) yield { s, o: iriTerm(thing) };
  },
);
