import type { Lineage, LineageNode } from "../../query/index.ts";

/** Things that are drawn as one: `key` is the same for all of them, and an id where a thing stands alone. */
export type Folds = ReadonlyMap<string, string>;

/** So many epochs, files or other things of one kind are drawn as one. */
const THINGS_FOLDED = 4;
/** Values and series stand together from the second on. */
const VALUES_FOLDED = 2;

/**
 * Which nodes of a lineage are drawn as one, in linear time: steps of one kind inside the same whole whose names differ in numbers only, as epochs do;
 * what such steps generated, and files that the same step used or generated, likewise; the values and series of a step. Runs and roots stand alone.
 */
export function foldsOf({ nodes, edges, roots }: Lineage): Folds {
  const alone = new Set(roots);
  const folds = new Map<string, string>();
  const near = neighboursOf(edges);
  const activities = nodes.filter(({ kind }) => kind === "activity");
  for (const level of levelsOf(activities, near.wholes)) {
    fold(level, folds, (node) => {
      const whole = near.wholes.get(node.id)?.[0];
      if (whole === undefined || alone.has(node.id) || node.types.includes("mls:Run")) return undefined;
      return { key: `step\n${groupOf(folds, whole)}\n${likenessOf(node)}`, least: THINGS_FOLDED };
    });
  }
  fold(
    nodes.filter(({ kind }) => kind === "entity"),
    folds,
    (node) => {
      const place = alone.has(node.id) ? undefined : placeOf(node, near, folds);
      if (place === undefined) return undefined;
      if (isValue(node)) return { key: `values\n${place}`, least: VALUES_FOLDED };
      return { key: `thing\n${place}\n${likenessOf(node)}`, least: THINGS_FOLDED };
    },
  );
  return folds;
}

/** A hyperparameter, measure or other value, or a series. */
export function isValue({ value, types }: LineageNode): boolean {
  return value !== undefined || types.includes("provml:MetricSeries");
}

interface Neighbours {
  readonly wholes: ReadonlyMap<string, readonly string[]>;
  readonly generators: ReadonlyMap<string, readonly string[]>;
  readonly users: ReadonlyMap<string, readonly string[]>;
}

function neighboursOf(edges: Lineage["edges"]): Neighbours {
  const [wholes, generators, users] = [1, 2, 3].map(() => new Map<string, string[]>()) as [Lists, Lists, Lists];
  for (const { from, to, relation } of edges) {
    if (relation === "isPartOf") add(wholes, from, to);
    else if (relation === "wasGeneratedBy") add(generators, from, to);
    else if (relation === "used") add(users, to, from);
  }
  return { wholes, generators, users };
}

type Lists = Map<string, string[]>;

function add(lists: Lists, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Wholes before their parts, so that the parts of folded steps fold as well. */
function levelsOf(activities: readonly LineageNode[], wholes: Neighbours["wholes"]): LineageNode[][] {
  const depths = new Map<string, number>();
  const levels: LineageNode[][] = [];
  for (const node of activities) {
    const path: string[] = [];
    let at: string | undefined = node.id;
    while (at !== undefined && !depths.has(at)) {
      depths.set(at, 0); // also ends a circle of parts
      path.push(at);
      at = wholes.get(at)?.[0];
    }
    let depth = at === undefined ? -1 : (depths.get(at) as number);
    for (const id of path.reverse()) depths.set(id, ++depth);
  }
  for (const node of activities) {
    const depth = depths.get(node.id) as number;
    const level = levels[depth];
    if (level) level.push(node);
    else levels[depth] = [node];
  }
  return levels.filter((level) => level !== undefined);
}

interface Wanted {
  readonly key: string;
  readonly least: number;
}

function fold(
  nodes: readonly LineageNode[],
  folds: Map<string, string>,
  wantedOf: (node: LineageNode) => Wanted | undefined,
) {
  const groups = new Map<string, { ids: string[]; least: number }>();
  for (const node of nodes) {
    const wanted = wantedOf(node);
    if (wanted === undefined) continue;
    const group = groups.get(wanted.key);
    if (group) group.ids.push(node.id);
    else groups.set(wanted.key, { ids: [node.id], least: wanted.least });
  }
  for (const [key, { ids, least }] of groups) if (ids.length >= least) for (const id of ids) folds.set(id, key);
}

function groupOf(folds: Folds, id: string): string {
  return folds.get(id) ?? id;
}

/** The step, or folded steps, that generated it, else the only one that used it. */
function placeOf({ id }: LineageNode, { generators, users }: Neighbours, folds: Folds): string | undefined {
  const [generator] = generators.get(id) ?? [];
  if (generator !== undefined) return `of ${groupOf(folds, generator)}`;
  const groups = new Set((users.get(id) ?? []).map((user) => groupOf(folds, user)));
  const [only] = groups;
  return groups.size === 1 ? `for ${only}` : undefined;
}

/** Its types, and its name without numbers. */
function likenessOf({ types, label }: LineageNode): string {
  return `${types.join(" ")}\n${label.replace(/\d+/g, "#")}`;
}
