import { contentDigest, PREFIXES, shortenName } from "../../model/names.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { dcterms } from "../../vocab/rdf.ts";
import { DELETED_PROPERTIES } from "../curation/deletions.ts";
import {
  describe,
  type Facts,
  factsAbout,
  hasType,
  iris,
  labelOf,
  present,
  textOf,
  typeNames,
  valuesOf,
} from "../facts.ts";
import { badOption, contentOf } from "../find.ts";
import { executionOfId } from "../ids.ts";
import { iriTerm, lookup, selectInBatches } from "../lookup.ts";
import { executionsOf } from "../runs/executions.ts";
import { type RunStatus, STATUS_PROPERTIES, statusesOf } from "../runs/status.ts";
import type { Source } from "../source.ts";
import { sparql } from "../sparql.ts";
import { heldValue, THING_PROPERTIES } from "../things.ts";
import type { PlainValue } from "../values.ts";
import { type LineageDirection, type LineageEdge, walk } from "./lineage-walk.ts";
import { type LineageSubject, rootsOf } from "./roots.ts";

export interface LineageOptions {
  /** `up`: what it came of. `down`: what came of it. Default: `up`. */
  readonly direction?: LineageDirection;
  /** How many relations to follow at most from where it starts. Default: as many as there are. */
  readonly depth?: number;
  /** Only what lies between: of a lineage up what came of this, of one down what led to it. Empty where nothing leads from one to the other. */
  readonly to?: LineageSubject;
}

export interface Lineage {
  readonly direction: LineageDirection;
  /** Where it starts: several entities where they are states of the same bytes. */
  readonly roots: readonly string[];
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** False where the depth cut it off. */
  readonly isComplete: boolean;
}

export interface LineageNode {
  readonly id: string;
  readonly kind: "entity" | "activity";
  readonly types: readonly string[];
  readonly label: string;
  /** When an entity was generated, or an activity began; xsd:dateTime. */
  readonly time?: string;
  /** Of a parameter, hyperparameter, measure or other value. */
  readonly value?: PlainValue;
  readonly path?: string;
  readonly sha256?: string;
  /** The execution that it belongs to, and the commit of its source. */
  readonly execution?: string;
  readonly commit?: string;
  /** Of an activity. */
  readonly status?: RunStatus;
  /** Of what was deleted, and is known by what stays of it: the types that it had. */
  readonly deletedTypes?: readonly string[];
}

/** When entities were generated, where the generation has a node of its own. */
const GENERATION_TIMES = lookup(
  (things) => sparql`
SELECT ?s ?time WHERE {
  VALUES ?s { ${iris(things)} }
  ?s prov:qualifiedGeneration ?node .
  ?node prov:atTime ?time
}`,
  [prov.qualifiedGeneration, prov.atTime],
  (index, thing) =>
    index
      .values(thing, prov.qualifiedGeneration)
      .flatMap(({ value }) => index.values(value, prov.atTime))
      .map((time) => ({ s: iriTerm(thing), time })),
);

/**
 * Where something came from, or what came of it, across executions: over generation, use, stated derivation, the activities around
 * and inside those, and from a file read to the generation of the same bytes before.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-option`
 */
export async function readLineage(
  source: Source,
  of: LineageSubject,
  { direction = "up", depth = Number.POSITIVE_INFINITY, to }: LineageOptions = {},
): Promise<Lineage> {
  if (direction !== "up" && direction !== "down") throw badOption("direction", direction, '"up" or "down"');
  if (typeof depth !== "number" || !(depth >= 0)) throw badOption("depth", depth, "a number of relations, 0 or more");
  const roots = await rootsOf(source, of);
  const { nodes, edges, isCut } = await walk(source, roots, direction, depth);
  if (to === undefined)
    return { direction, roots, nodes: await describeNodes(source, nodes), edges, isComplete: !isCut };
  const back = await walk(source, await rootsOf(source, to), direction === "up" ? "down" : "up", depth);
  const both = new Set(back.nodes);
  const found = new Set(nodes.filter((id) => both.has(id)));
  const between = edges.filter(({ from, to: other }) => found.has(from) && found.has(other));
  return {
    direction,
    roots: roots.filter((id) => found.has(id)),
    nodes: await describeNodes(source, [...found]),
    edges: between,
    isComplete: !(isCut || back.isCut),
  };
}

const NODE_PROPERTIES = [
  ...DELETED_PROPERTIES,
  ...THING_PROPERTIES,
  ...STATUS_PROPERTIES,
  prov.generatedAtTime,
  prov.startedAtTime,
];

async function describeNodes(source: Source, ids: readonly string[]): Promise<LineageNode[]> {
  const facts = await describe(source, ids, NODE_PROPERTIES);
  const activities = new Map([...facts].filter(([, its]) => hasType(its, prov.Activity)));
  const statuses = await statusesOf(source, activities);
  const executionIds = ids.map(executionOfId);
  const executions = await executionsOf(source, new Set(executionIds.filter((id) => id !== undefined)));
  const times = new Map<string, string>();
  for (const { s, time } of await selectInBatches(source, ids, GENERATION_TIMES))
    times.set(s?.value ?? "", time?.value ?? "");
  return ids.map((id, i) => {
    const its = factsAbout(facts, id);
    const content = contentOf(its);
    const execution = executionIds[i];
    return {
      id,
      kind: activities.has(id) ? "activity" : "entity",
      types: typeNames(its),
      label: labelOf(its, id),
      ...present({
        time: textOf(its, prov.generatedAtTime) ?? times.get(id) ?? textOf(its, prov.startedAtTime),
        value: heldValue(its),
        path: textOf(its, provml.path),
        sha256: content === undefined ? undefined : contentDigest(content),
        execution,
        commit: execution === undefined ? undefined : executions.get(execution)?.software?.commit,
        status: its.has(provml.isDeleted) ? undefined : statuses.get(id)?.status,
        deletedTypes: its.has(provml.isDeleted) ? deletedTypes(its) : undefined,
      }),
    };
  });
}

function deletedTypes(facts: Facts): string[] {
  return valuesOf(facts, dcterms.type)
    .map((type) => shortenName(type, PREFIXES) ?? type)
    .sort();
}
