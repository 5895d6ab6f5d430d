import { lineageDot } from "../draw/lineage/dot.ts";
import { lineageMermaid } from "../draw/lineage/mermaid.ts";
import { type Picture, type PictureAgent, pictureOf } from "../draw/lineage/picture.ts";
import { lineageSvg } from "../draw/lineage/svg.ts";
import type { Graph, Lineage } from "../query/index.ts";
import { sparql } from "../query/sparql.ts";
import type { CommandInput } from "./command.ts";
import { writeOut } from "./written.ts";

export function isDrawn({ options: { svg, dot, mermaid } }: CommandInput): boolean {
  return svg !== undefined || dot === true || mermaid === true;
}

/** The lineage with the people behind it. */
export async function lineagePicture(graph: Graph, lineage: Lineage, { options }: CommandInput): Promise<Picture> {
  const fold = options["no-fold"] === true ? "nothing" : "alike";
  return pictureOf(lineage, { agents: await peopleOf(graph, lineage.nodes), fold });
}

export async function printPicture(picture: Picture, { options: { svg, dot } }: CommandInput): Promise<void> {
  if (svg !== undefined) await writeOut([lineageSvg(picture)], String(svg));
  else process.stdout.write(dot === true ? lineageDot(picture) : lineageMermaid(picture));
}

/** Software acts for people; they stand behind whole executions, and where these are not drawn, behind runs. */
const PEOPLE = sparql`
SELECT DISTINCT ?activity ?person ?name WHERE {
  ?activity prov:wasAssociatedWith ?software .
  ?software prov:actedOnBehalfOf ?person .
  ?person rdfs:label ?name
  FILTER EXISTS { { ?activity a provml:WorkflowExecution } UNION { ?activity a mls:Run } }
}
ORDER BY ?name ?person ?activity`;

export async function peopleOf(graph: Graph, nodes: Lineage["nodes"]): Promise<PictureAgent[]> {
  const drawn = new Map(nodes.map((node) => [node.id, node]));
  const people = new Map<string, { id: string; label: string; of: string[] }>();
  for (const { activity, person, name } of await graph.select(PEOPLE)) {
    const node = drawn.get(String(activity));
    const isWithin = node?.execution !== undefined && node.execution !== node.id && drawn.has(node.execution);
    if (node === undefined || isWithin) continue;
    const id = String(person);
    const known = people.get(id) ?? { id, label: String(name), of: [] };
    people.set(id, known);
    known.of.push(node.id);
  }
  return [...people.values()];
}
