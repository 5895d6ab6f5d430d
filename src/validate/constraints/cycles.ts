import { compress } from "./compress.ts";
import { IntList } from "./int-list.ts";

/** A graph as two lists of the nodes that its edges lead from and to. */
export interface Graph {
  readonly nodes: number;
  readonly edges: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

export interface Components {
  /** By node, the number of its strongly connected component. An edge leads to a component of the same or a lower number. */
  readonly component: Int32Array;
  readonly count: number;
  /** The nodes in ascending order of their components. */
  readonly order: Int32Array;
}

/** A graph with its edges by where they start: those of a node are `edgesOf[starts[node]]` to `edgesOf[starts[node + 1]]`, exclusive. */
export interface IndexedGraph extends Graph {
  readonly starts: Int32Array;
  readonly edgesOf: Int32Array;
}

export function indexGraph(graph: Graph): IndexedGraph {
  const { starts, edges } = compress(graph.nodes, graph.from, graph.edges);
  return { ...graph, starts, edgesOf: edges };
}

/** Strongly connected components by Tarjan's algorithm, with a stack of its own: chains are as long as documents. */
export function findComponents({ nodes, to, starts, edgesOf }: IndexedGraph): Components {
  const component = new Int32Array(nodes).fill(-1);
  const index = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const next = starts.slice();
  const order = new IntList(Math.max(1, nodes));
  const [path, open] = [new IntList(), new IntList()];
  let visited = 0;
  let count = 0;
  for (let root = 0; root < nodes; root++) {
    if (index[root] === -1) enter(root);
    while (path.length > 0) {
      const node = path.items[path.length - 1] as number;
      if ((next[node] as number) < (starts[node + 1] as number)) {
        const target = to[edgesOf[next[node] as number] as number] as number;
        next[node] = (next[node] as number) + 1;
        if (index[target] === -1) enter(target);
        else if (component[target] === -1) low[node] = Math.min(low[node] as number, index[target] as number);
      } else leave(path.pop());
    }
  }

  function enter(node: number): void {
    index[node] = low[node] = visited++;
    path.push(node);
    open.push(node);
  }

  function leave(node: number): void {
    if (path.length > 0) {
      const parent = path.items[path.length - 1] as number;
      low[parent] = Math.min(low[parent] as number, low[node] as number);
    }
    if (low[node] !== index[node]) return;
    let member: number;
    do {
      member = open.pop();
      component[member] = count;
      order.push(member);
    } while (member !== node);
    count++;
  }

  return { component, count, order: order.items.subarray(0, nodes) };
}

/** How many steps the search for a shorter cycle takes at most in all. */
const SEARCH_STEPS = 5_000_000;

/**
 * For each component that holds one of the given edges, a short cycle through such an edge: its edges in order, that edge first. The cycle is the
 * shortest through its edge, and of all such edges of the component unless that would take too long.
 */
export function shortCycles(graph: IndexedGraph, { component, count }: Components, through: Int32Array): IntList[] {
  const { nodes, from, to } = graph;
  const best: (IntList | undefined)[] = [];
  const place = new Int32Array(count).fill(-1);
  const seen = new Int32Array(nodes).fill(-1);
  const via = new Int32Array(nodes);
  const queue = new Int32Array(nodes);
  let steps = 0;
  for (const edge of through) {
    const home = component[from[edge] as number] as number;
    if (component[to[edge] as number] !== home) continue;
    if (place[home] === -1) place[home] = best.push(undefined) - 1;
    const at = place[home] as number;
    const known = best[at];
    if (known !== undefined && (steps > SEARCH_STEPS || known.length <= 2)) continue;
    const found = search(edge, home);
    if (found !== undefined && (known === undefined || found.length < known.length)) best[at] = found;
  }
  return best as IntList[];

  /** Breadth first, from where the edge leads to where it started. */
  function search(edge: number, home: number): IntList | undefined {
    const [start, goal] = [to[edge] as number, from[edge] as number];
    let [head, tail] = [0, 0];
    seen[start] = edge;
    via[start] = edge;
    queue[tail++] = start;
    while (head < tail) {
      const node = queue[head++] as number;
      if (node === goal) return cycleTo(goal, edge);
      for (let i = graph.starts[node] as number; i < (graph.starts[node + 1] as number); i++) {
        steps++;
        const step = graph.edgesOf[i] as number;
        const target = to[step] as number;
        if (component[target] !== home || seen[target] === edge) continue;
        seen[target] = edge;
        via[target] = step;
        queue[tail++] = target;
      }
    }
    return undefined;
  }

  function cycleTo(goal: number, edge: number): IntList {
    const backwards: number[] = [];
    for (let node = goal; ; ) {
      const step = via[node] as number;
      backwards.push(step);
      if (step === edge) break;
      node = from[step] as number;
    }
    const cycle = new IntList(backwards.length);
    for (let i = backwards.length - 1; i >= 0; i--) cycle.push(backwards[i] as number);
    return cycle;
  }
}
