import type { Lineage, LineageEdge, LineageNode } from "../../query/index.ts";
import { foldsOf, isValue } from "./fold.ts";

/** A lineage as it is drawn, before anything is placed: things that are alike are one node. */
export interface Picture {
  readonly title: string;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

export interface PictureNode {
  readonly shape: "entity" | "activity" | "agent";
  /** Its name, and below it what it is and the little that is known of it. */
  readonly lines: readonly string[];
  /** All of it, for who points at it. */
  readonly title: string;
  /** Whether the lineage was asked of it. */
  readonly isRoot: boolean;
}

/** From a node to another by their places in the list, in the direction in which PROV states the relation. */
export interface PictureEdge {
  readonly from: number;
  readonly to: number;
  readonly relation: PictureRelation;
}

export type PictureRelation = LineageEdge["relation"] | "wasAssociatedWith";

/** Who stood behind activities of a lineage. */
export interface PictureAgent {
  readonly id: string;
  readonly label: string;
  /** The ids of the activities. */
  readonly of: readonly string[];
}

export interface PictureOptions {
  /** Whom to draw beside what the lineage holds. Default: nobody. */
  readonly agents?: readonly PictureAgent[];
  /** Default: `alike`, epochs, files and values that differ in numbers only as one node. */
  readonly fold?: "alike" | "nothing";
}

export function pictureOf(lineage: Lineage, { agents = [], fold = "alike" }: PictureOptions = {}): Picture {
  const folds = fold === "alike" ? foldsOf(lineage) : new Map<string, string>();
  const roots = new Set(lineage.roots);
  const groups = new Map<string, LineageNode[]>();
  for (const node of lineage.nodes) {
    const key = folds.get(node.id) ?? node.id;
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  const places = new Map<string, number>();
  const nodes: PictureNode[] = [];
  for (const [key, group] of groups) {
    places.set(key, nodes.length);
    nodes.push({ ...(group.length > 1 ? manyOf(group) : oneOf(group[0] as LineageNode)), isRoot: roots.has(key) });
  }
  const drawn = new Set<number>();
  const edges: PictureEdge[] = [];
  const most = groups.size + agents.length;
  const connect = (from: string, to: string, relation: PictureRelation) => {
    const [a, b] = [places.get(folds.get(from) ?? from), places.get(folds.get(to) ?? to)];
    if (a === undefined || b === undefined || a === b) return;
    const key = (a * most + b) * RELATIONS.length + RELATIONS.indexOf(relation); // exact up to ten million nodes
    if (drawn.has(key)) return;
    drawn.add(key);
    edges.push({ from: a, to: b, relation });
  };
  for (const { from, to, relation } of lineage.edges) connect(from, to, relation);
  for (const { id, label, of } of agents) {
    const key = `agent ${id}`;
    const known = of.filter((activity) => places.has(folds.get(activity) ?? activity));
    if (known.length === 0) continue;
    places.set(key, nodes.length);
    nodes.push({ shape: "agent", lines: [label || id], title: `${label}\n${id}`, isRoot: false });
    for (const activity of known) connect(activity, key, "wasAssociatedWith");
  }
  return { title: titleOf(lineage), nodes, edges };
}

const RELATIONS: readonly PictureRelation[] = [
  "wasGeneratedBy",
  "used",
  "wasDerivedFrom",
  "isPartOf",
  "sameContent",
  "wasAssociatedWith",
];

function titleOf({ roots, nodes, direction, isComplete }: Lineage): string {
  const root = nodes.find(({ id }) => id === roots[0]);
  const name = root?.label ?? roots[0] ?? "nothing";
  const what = direction === "up" ? `Where ${name} comes from` : `What came of ${name}`;
  return isComplete ? what : `${what} (cut off)`;
}

function oneOf(node: LineageNode): Omit<PictureNode, "isRoot"> {
  const { id, kind, label, path, sha256, commit, status, value, time, types } = node;
  const type = typeOf(node);
  const shown = [
    isValue(node) && value !== undefined ? `${label} = ${valueText(value)}` : label,
    type,
    type === "SourceCode" && commit !== undefined ? `commit ${commit.slice(0, 12)}` : undefined,
    path !== undefined && path !== label ? path : undefined,
    sha256 === undefined ? undefined : `sha256 ${sha256.slice(0, 12)}`,
    status === undefined || status === "completed" ? undefined : status,
  ];
  const title = [
    label,
    types.join(" "),
    path,
    sha256 && `sha256 ${sha256}`,
    commit && `commit ${commit}`,
    status,
    time,
    id,
  ];
  return { shape: kind, lines: shown.filter(isText), title: title.filter(isText).join("\n") };
}

/** How many names the tip of folded nodes has. */
const MOST_NAMES = 20;
/** How many values are written out. */
const MOST_VALUES = 8;

function manyOf(group: readonly LineageNode[]): Omit<PictureNode, "isRoot"> {
  const [first] = group as [LineageNode];
  const names = group.slice(0, MOST_NAMES).map(({ label, id }) => `${label}  ${id}`);
  const title = [...names, ...(group.length > MOST_NAMES ? [`… ${group.length} in all`] : [])].join("\n");
  if (!isValue(first))
    return { shape: first.kind, lines: [spanOf(group), `${group.length} × ${typeOf(first)}`], title };
  const values = group
    .filter(({ value }) => value !== undefined)
    .map(({ label, value }) => `${label} = ${valueText(value)}`);
  const series = group.filter(({ value }) => value === undefined).map(({ label }) => label);
  const lines = values.slice(0, MOST_VALUES);
  if (values.length > MOST_VALUES) lines.push(`… ${values.length} values`);
  if (series.length > 0) lines.push(`series of ${series.slice(0, MOST_VALUES).join(", ")}`);
  return { shape: first.kind, lines, title };
}

/** `epoch 0 … epoch 99`, in the order of the numbers. */
function spanOf(group: readonly LineageNode[]): string {
  const labels = [...new Set(group.map(({ label }) => label))].sort(ORDER.compare);
  return labels.length === 1 ? (labels[0] as string) : `${labels[0]} … ${labels.at(-1)}`;
}
const ORDER = new Intl.Collator("en", { numeric: true });

/** The most specific of its types, without its prefix. */
function typeOf({ types, kind }: LineageNode): string {
  const names = types.filter((name) => !/^(?:mls|prov):/.test(name)).map((name) => name.slice(name.indexOf(":") + 1));
  return names.find((name, _, all) => all.length === 1 || name !== "DataReference") ?? kind;
}

function valueText(value: LineageNode["value"]): string {
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isText(part: string | undefined): part is string {
  return part !== undefined && part !== "";
}
