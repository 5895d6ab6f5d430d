/** An edge from a place to a place. What it points to came before, and stands above. */
export interface Arc {
  readonly from: number;
  readonly to: number;
}

/**
 * The layer of each node, 0 at the top, in linear time: one below the lowest of what it points to. What points nowhere stands right above
 * the first that points to it. Arcs that close a circle do not count.
 */
export function layersOf(count: number, arcs: readonly Arc[]): Int32Array {
  const heads = targetsOf(count, arcs);
  const { order, isBack } = depthFirst(count, heads);
  const layers = new Int32Array(count);
  const nearest = new Int32Array(count).fill(-1);
  for (const node of order) {
    for (let i = heads.start[node] as number; i < (heads.start[node + 1] as number); i++) {
      const target = heads.to[i] as number;
      if (!isBack[i]) layers[node] = Math.max(layers[node] as number, (layers[target] as number) + 1);
    }
  }
  const hasTarget = new Uint8Array(count);
  for (const node of order) {
    for (let i = heads.start[node] as number; i < (heads.start[node + 1] as number); i++) {
      if (isBack[i]) continue;
      hasTarget[node] = 1;
      const [target, layer] = [heads.to[i] as number, layers[node] as number];
      if (nearest[target] === -1 || layer < (nearest[target] as number)) nearest[target] = layer;
    }
  }
  for (let node = 0; node < count; node++)
    if (!hasTarget[node] && nearest[node] !== -1) layers[node] = (nearest[node] as number) - 1;
  return layers;
}

/** The targets of node n: `to[start[n]]` to `to[start[n + 1] - 1]`. */
interface Targets {
  readonly start: Int32Array;
  readonly to: Int32Array;
}

function targetsOf(count: number, arcs: readonly Arc[]): Targets {
  const start = new Int32Array(count + 1);
  for (const { from } of arcs) start[from + 1]!++;
  for (let i = 0; i < count; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const to = new Int32Array(arcs.length);
  for (const arc of arcs) to[next[arc.from]!++] = arc.to;
  return { start, to };
}

/** Each node after all that it points to; an arc to a node that is still open goes back. No recursion: chains are long. */
function depthFirst(count: number, { start, to }: Targets): { order: Int32Array; isBack: Uint8Array } {
  const order = new Int32Array(count);
  const isBack = new Uint8Array(to.length);
  const state = new Uint8Array(count); // 0 new, 1 open, 2 done
  const next = start.slice();
  const stack: number[] = [];
  let done = 0;
  for (let first = 0; first < count; first++) {
    if (state[first] !== 0) continue;
    stack.push(first);
    state[first] = 1;
    while (stack.length > 0) {
      const node = stack.at(-1) as number;
      if ((next[node] as number) === (start[node + 1] as number)) {
        state[node] = 2;
        order[done++] = node;
        stack.pop();
        continue;
      }
      const arc = next[node]!++;
      const target = to[arc] as number;
      if (state[target] === 1) isBack[arc] = 1;
      else if (state[target] === 0) {
        state[target] = 1;
        stack.push(target);
      }
    }
  }
  return { order, isBack };
}
