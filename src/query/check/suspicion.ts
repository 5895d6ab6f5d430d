import { type Sparql, sparql } from "../sparql.ts";

/** What may be wrong with what an execution did, beside departures from a plan. */
export const SUSPICIONS = {
  leak: "the same content was used to train a model and to judge it",
  "dead-end": "something was used of which nobody recorded or declared where it came from",
  "digest-unverified": "the digest of a file could not be verified: it changed while it was read, or was never fetched",
  "digest-missing": "a file has no digest, or none yet",
  "run-unfinished": "a run has no end",
} as const;

export type SuspicionKind = keyof typeof SUSPICIONS;

/** Something that a check suspects of an execution. */
export interface Suspicion {
  readonly kind: SuspicionKind;
  readonly execution: string;
  readonly text: string;
  readonly step?: string;
  readonly calls?: readonly string[];
  readonly things?: readonly string[];
}

/** `?activity` is any, or one inside of an execution. */
export function activitiesWithin(execution: string | undefined): Sparql {
  return execution === undefined ? sparql`` : sparql`?activity dcterms:isPartOf* ${{ iri: execution }} .`;
}
