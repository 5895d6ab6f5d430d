/** Edges by where they start: counted, then put in place. Edges of one start keep their order. */
export function compress(nodes: number, from: Int32Array, count: number): { starts: Int32Array; edges: Int32Array } {
  const starts = new Int32Array(nodes + 1);
  for (let edge = 0; edge < count; edge++)
    starts[(from[edge] as number) + 1] = (starts[(from[edge] as number) + 1] as number) + 1;
  for (let node = 0; node < nodes; node++) starts[node + 1] = (starts[node + 1] as number) + (starts[node] as number);
  const next = starts.slice();
  const edges = new Int32Array(count);
  for (let edge = 0; edge < count; edge++) {
    const node = from[edge] as number;
    edges[next[node] as number] = edge;
    next[node] = (next[node] as number) + 1;
  }
  return { starts, edges };
}
