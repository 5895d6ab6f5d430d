import type { Document } from "../../model/document.ts";
import type { Prefixes } from "../../model/names.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { checkImpossible } from "./check-impossible.ts";
import { checkOrder } from "./check-order.ts";
import { checkUniqueness } from "./check-uniqueness.ts";
import { readDeclarations, readSpecializations } from "./declarations.ts";
import { readEvents } from "./events.ts";
import { createFindings, type Findings, type Violation } from "./findings.ts";
import { checkForm } from "./form.ts";
import { readInstance } from "./instance.ts";
import { unify } from "./unification.ts";

/** How many violations a check puts into words unless asked for more. */
export const VIOLATIONS_SHOWN = 1000;

export interface CheckOptions {
  /** How many violations, and how many suspicions, to put into words; the rest is counted. {@link VIOLATIONS_SHOWN} unless given. */
  readonly limit?: number;
}

/** What PROV-CONSTRAINTS says of a document. It is valid when `total` is 0. */
export interface ConstraintReport {
  /** In the order of the document's instances, then of kinds of rules, then of statements. */
  readonly violations: readonly Violation[];
  /** How many there are, those beyond the limit included. */
  readonly total: number;
  /** Times that contradict the order of events. They make nothing invalid: clocks differ (PROV-CONSTRAINTS 5.2). */
  readonly suspicions: readonly Violation[];
  readonly suspicionTotal: number;
}

/**
 * Checks a document by all of PROV-CONSTRAINTS: what stands outside bundles, and each bundle by itself (section 7.2). Also reports what PROV-DM does not
 * allow in the first place: absent mandatory arguments, times that are no xsd:dateTime.
 *
 * The result is that of the normal form (section 6), which is never built: its closures grow with the square of a document and
 * worse. Each part says why what it does instead comes to the same. Time and memory grow with the number of statements, about linearly.
 */
export function checkConstraints(
  document: Document,
  { limit = VIOLATIONS_SHOWN }: CheckOptions = {},
): ConstraintReport {
  const findings = createFindings(limit);
  const suspicions = createFindings(limit);
  for (const { id, prefixes, statements } of instancesOf(document))
    checkInstance(statements, prefixes, id, findings, suspicions);
  return {
    violations: findings.shown,
    total: findings.total,
    suspicions: suspicions.shown,
    suspicionTotal: suspicions.total,
  };
}

function checkInstance(
  statements: readonly Statement[],
  prefixes: Prefixes,
  bundle: Iri | undefined,
  findings: Findings,
  suspicions: Findings,
): void {
  const instance = readInstance(statements, prefixes, bundle);
  const unified = unify(instance);
  checkForm(unified, findings);
  checkUniqueness(unified, findings);
  const specializations = readSpecializations(unified);
  const declared = readDeclarations(unified, specializations);
  checkOrder(instance, readEvents(unified, declared, specializations), findings, suspicions);
  checkImpossible(unified, declared, specializations, findings);
}

/** A document is a map from names to instances: bundles of one name are one. */
function instancesOf({ prefixes, statements, bundles }: Document) {
  const instances = new Map<Iri, { readonly id: Iri; readonly prefixes: Prefixes; readonly statements: Statement[] }>();
  for (const { id, prefixes: own = {}, statements } of bundles) {
    const known = instances.get(id);
    if (known === undefined)
      instances.set(id, { id, prefixes: { ...own, ...prefixes, ...own }, statements: [...statements] });
    else for (const statement of statements) known.statements.push(statement);
  }
  return [{ id: undefined, prefixes, statements }, ...instances.values()];
}
