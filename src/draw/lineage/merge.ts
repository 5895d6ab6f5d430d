import type { Lineage } from "../../query/index.ts";

/** Several lineages of one direction as one: what they share is there once. */
export function mergedLineages([first, ...others]: readonly [Lineage, ...Lineage[]]): Lineage {
  const all = [first, ...others];
  const nodes = new Map(all.flatMap((one) => one.nodes.map((node) => [node.id, node] as const)));
  const edges = new Map(
    all.flatMap((one) => one.edges.map((edge) => [`${edge.from} ${edge.relation} ${edge.to}`, edge] as const)),
  );
  return {
    direction: first.direction,
    roots: [...new Set(all.flatMap(({ roots }) => roots))],
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    isComplete: all.every(({ isComplete }) => isComplete),
  };
}
