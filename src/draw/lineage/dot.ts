import { dotText } from "../text/escape.ts";
import { shortLine } from "../text/short.ts";
import { FILLS, RELATIONS } from "./look.ts";
import type { Picture, PictureNode } from "./picture.ts";

/** The picture in the DOT language of Graphviz: entities are ellipses, activities boxes, agents houses. */
export function lineageDot({ title, nodes, edges }: Picture): string {
  const lines = nodes.map(({ shape, lines, title, isRoot }, i) => {
    const { fill, stroke } = FILLS[shape];
    const [label, tip] = [lines, title.split("\n")].map(linesText);
    const width = isRoot ? " penwidth=2.5" : "";
    return `  n${i} [shape=${SHAPES[shape]} label="${label}" tooltip="${tip}" fillcolor="${fill}" color="${stroke}"${width}];`;
  });
  const arrows = edges.map(({ from, to, relation }) => {
    const { label, colour, isDashed } = RELATIONS[relation];
    return `  n${from} -> n${to} [label="${label}" color="${colour}" fontcolor="${colour}"${isDashed ? " style=dashed" : ""}];`;
  });
  return [
    "digraph lineage {",
    `  graph [rankdir=BT label="${linesText([title])}" labelloc=t fontname="Helvetica" bgcolor="white"];`,
    '  node [style=filled fontname="Helvetica" fontsize=11];',
    '  edge [fontname="Helvetica" fontsize=9];',
    ...lines,
    ...arrows,
    "}",
    "",
  ].join("\n");
}

function linesText(lines: readonly string[]): string {
  return lines.map((line) => dotText(shortLine(line))).join("\\n");
}

const SHAPES: Readonly<Record<PictureNode["shape"], string>> = { entity: "ellipse", activity: "box", agent: "house" };
