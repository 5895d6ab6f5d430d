import { idOf } from "../../rdf/nodes.ts";
import { PROV_O, RDF_TYPE, type RelationKind } from "../../rdf/prov-o.ts";
import type { Quad } from "../../rdf/terms.ts";
import { UNQUALIFIED } from "../json-ld/contexts.ts";
import { CONTEXT_PREFIXES } from "./terms.ts";

/**
 * PROV-JSONLD qualifies what PROV-O does not: an alternate, a specialization or a membership is a node there. Such a node becomes the triple that PROV-O has
 * for it; the rest of what is said of the node stays.
 */
export function qualifiedPlainly(quads: readonly Quad[]): readonly Quad[] {
  if (!quads.some(({ predicate }) => predicate.value.startsWith(CONTEXT_PREFIXES.provext))) return quads;
  const owners = new Map<string, Quad[]>();
  for (const quad of quads) {
    if (!KIND_BY_PROPERTY.has(quad.predicate.value) || quad.object.kind === "literal") continue;
    const node = keyOf(quad, idOf(quad.object));
    const known = owners.get(node);
    if (known) known.push(quad);
    else owners.set(node, [quad]);
  }
  return quads.flatMap((quad) => {
    const { predicate, object } = quad;
    if (KIND_BY_PROPERTY.has(predicate.value)) return [];
    if (predicate.value === RDF_TYPE && object.value.startsWith(CONTEXT_PREFIXES.provext)) return [];
    const kind = KIND_BY_TARGET.get(predicate.value);
    if (kind === undefined) return [quad];
    return (owners.get(keyOf(quad, idOf(quad.subject))) ?? []).map(({ subject }) => ({
      ...quad,
      subject,
      predicate: { kind: "iri" as const, value: PROV_O[kind].property },
    }));
  });
}

const KIND_BY_PROPERTY = kindsBy("property");
const KIND_BY_TARGET = kindsBy("target");

function kindsBy(end: "property" | "target"): ReadonlyMap<string, RelationKind> {
  return new Map(Object.entries(UNQUALIFIED).map(([kind, ends]) => [ends[end], kind as RelationKind]));
}

function keyOf({ graph }: Quad, node: string): string {
  return `${graph ? idOf(graph) : ""} ${node}`;
}
