import type { Lineage, LineageEdge } from "../query/index.ts";

/** From a thing to the next one on the way that a lineage goes. */
export interface Branch {
  readonly id: string;
  readonly relation: LineageEdge["relation"];
  /** Goes from a whole to its part on the way up, or from a part to its whole on the way down. */
  readonly isReversed: boolean;
  /** Nothing follows. */
  readonly isLeaf: boolean;
}

type Branches = Map<string, Omit<Branch, "isLeaf">[]>;

/**
 * The branches of each thing. Activities inside or around others are followed in the direction of the lineage; in the other one only
 * to those that lead on and to which nothing else leads, such as the trainings inside a run that made a model.
 */
export function branchesOf({ direction, roots, edges }: Lineage): Map<string, Branch[]> {
  const next: Branches = new Map();
  const back: Branches = new Map();
  for (const { from, to, relation } of edges) {
    const [at, id] = direction === "up" ? [from, to] : [to, from];
    add(next, at, { id, relation, isReversed: false });
    if (relation === "isPartOf") add(back, id, { id: at, relation, isReversed: true });
  }
  const reached = new Set<string>();
  const open = [...roots];
  while (open.length > 0) {
    reach(open.splice(0), next, reached);
    for (const [at, branches] of back) {
      if (!reached.has(at)) continue;
      for (const branch of branches) {
        if (reached.has(branch.id) || !leadsOn(branch.id, next, back)) continue;
        add(next, at, branch);
        next.set(branch.id, flowsOf(branch.id, next));
        reach([branch.id], next, reached);
        open.push(branch.id);
      }
    }
  }
  return new Map(
    Array.from(next, ([at, branches]) => [at, branches.map((branch) => ({ ...branch, isLeaf: !next.has(branch.id) }))]),
  );
}

function add(branches: Branches, at: string, branch: Omit<Branch, "isLeaf">): void {
  const known = branches.get(at);
  if (known) known.push(branch);
  else branches.set(at, [branch]);
}

/** All but the activities around or inside it. */
function flowsOf(id: string, next: Branches): Omit<Branch, "isLeaf">[] {
  return (next.get(id) ?? []).filter(({ relation }) => relation !== "isPartOf");
}

/** Whether it, or what is inside or around it, used or generated something on the way. */
function leadsOn(id: string, next: Branches, back: Branches): boolean {
  const seen = new Set([id]);
  for (const at of seen) {
    if (flowsOf(at, next).length > 0) return true;
    for (const branch of back.get(at) ?? []) seen.add(branch.id);
  }
  return false;
}

function reach(from: readonly string[], next: Branches, reached: Set<string>): void {
  const stack = [...from];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    for (const branch of next.get(id) ?? []) stack.push(branch.id);
  }
}
