import { executionOfId } from "../ids.ts";
import type { OriginStep } from "./origins.ts";

/** A step of one lineage, and the one of the other that did the same; or a step that has none. */
export interface StepPair {
  readonly first?: OriginStep;
  readonly second?: OriginStep;
}

/**
 * Which steps of two lineages did the same: first those that are the same step, or that the caller says; then those of one step of a plan, those of one
 * workflow and name, and last those of one kind in executions that are side by side or of one workflow; each from the results back, so that of a chain that
 * one of them has longer the beginning is left over. In the order of the first lineage; what only the second one has, stands before what came after it there.
 */
export function aligned(
  first: readonly OriginStep[],
  second: readonly OriginStep[],
  given: readonly (readonly [first: string, second: string])[],
): StepPair[] {
  const partners = new Map<OriginStep, OriginStep>();
  const taken = new Set<OriginStep>();
  const pair = (one: OriginStep | undefined, other: OriginStep | undefined) => {
    if (one === undefined || other === undefined || partners.has(one) || taken.has(other)) return;
    partners.set(one, other);
    taken.add(other);
  };
  const seconds = new Map(second.map((step) => [step.id, step]));
  for (const step of first) pair(step, seconds.get(step.id));
  for (const [one, other] of given)
    pair(
      first.find(({ id }) => id === one),
      seconds.get(other),
    );
  const homes = new Map(given.map(([one, other]) => [other, one]));
  for (const keyOf of KEYS) {
    const waiting = new Map<string, OriginStep[]>();
    for (const step of second) {
      const key = taken.has(step) ? undefined : keyOf(step, homes);
      if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), step]);
    }
    for (const step of [...first].reverse()) {
      const key = partners.has(step) ? undefined : keyOf(step, NO_HOMES);
      if (key !== undefined) pair(step, waiting.get(key)?.pop());
    }
  }
  return merged(first, second, partners, taken);
}

type Homes = ReadonlyMap<string, string>;
const NO_HOMES: Homes = new Map();

const KEYS: readonly ((step: OriginStep, homes: Homes) => string | undefined)[] = [
  ({ plan }) => plan,
  ({ workflow, name, kind }) => JSON.stringify([workflow, name, kind]),
  ({ id, kind }, homes) => {
    const execution = executionOfId(id) ?? "";
    return JSON.stringify([homes.get(execution) ?? execution, kind]);
  },
  ({ workflow, kind }) => JSON.stringify([workflow, kind]),
];

function merged(
  first: readonly OriginStep[],
  second: readonly OriginStep[],
  partners: ReadonlyMap<OriginStep, OriginStep>,
  taken: ReadonlySet<OriginStep>,
): StepPair[] {
  const pairs: StepPair[] = [];
  let at = 0;
  const leftOver = (until: number) => {
    for (; at < until; at++) {
      const step = second[at] as OriginStep;
      if (!taken.has(step)) pairs.push({ second: step });
    }
  };
  const places = new Map(second.map((step, place) => [step, place]));
  for (const step of first) {
    const partner = partners.get(step);
    if (partner !== undefined) leftOver(places.get(partner) as number);
    pairs.push(partner === undefined ? { first: step } : { first: step, second: partner });
  }
  leftOver(second.length);
  return pairs;
}
