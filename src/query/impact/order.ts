import { timeOf } from "../facts.ts";
import type { Lineage } from "../lineage/lineage.ts";

/** A program's execution that is to be done again, and when it began. */
export interface Dated {
  readonly id: string;
  readonly startedAt?: string | undefined;
}

/**
 * Executions in an order in which each comes after those whose outcomes it used; what depends on neither comes in the order of time. Where two used of each
 * other, as programs do that ran side by side, the one that began first comes first.
 */
export function orderToRedo<T extends Dated>(executions: readonly T[], { nodes, edges }: Lineage): T[] {
  const executionOf = new Map(nodes.map(({ id, execution }) => [id, execution]));
  const waitsFor = new Map<string, Set<string>>(executions.map(({ id }) => [id, new Set()]));
  const leadsTo = new Map<string, Set<string>>(executions.map(({ id }) => [id, new Set()]));
  for (const { from, to } of edges) {
    const [later, earlier] = [executionOf.get(from), executionOf.get(to)];
    if (later === undefined || earlier === undefined || later === earlier) continue;
    if (!waitsFor.has(earlier)) continue;
    waitsFor.get(later)?.add(earlier);
    leadsTo.get(earlier)?.add(later);
  }
  const rest = [...executions].sort(byStart);
  const inOrder: T[] = [];
  const done = new Set<string>();
  while (rest.length > 0) {
    const ready = rest.findIndex(({ id }) => waitsFor.get(id)?.size === 0);
    const [next] = rest.splice(Math.max(ready, 0), 1);
    if (next === undefined) break;
    inOrder.push(next);
    done.add(next.id);
    for (const later of leadsTo.get(next.id) ?? []) waitsFor.get(later)?.delete(next.id);
  }
  return inOrder;
}

function byStart(a: Dated, b: Dated): number {
  return (timeOf(a.startedAt) ?? 0) - (timeOf(b.startedAt) ?? 0) || (a.id < b.id ? -1 : 1);
}
