import { mermaidText } from "../text/escape.ts";
import { shortLine } from "../text/short.ts";
import { FILLS, RELATIONS } from "./look.ts";
import type { Picture, PictureNode } from "./picture.ts";

/** The picture as a flowchart of Mermaid, which shows as a drawing in Markdown on many sites: entities are rounded, activities boxes, agents trapezoids. */
export function lineageMermaid({ title, nodes, edges }: Picture): string {
  const lines = nodes.map(({ shape, lines, isRoot }, i) => {
    const [open, close] = BRACKETS[shape];
    const label = lines.map((line) => mermaidText(shortLine(line))).join("<br/>") || " "; // it takes no empty one
    return `  n${i}${open}"${label}"${close}:::${shape}${isRoot ? "Root" : ""}`;
  });
  const arrows = edges.map(({ from, to, relation }) => {
    const { label, isDashed } = RELATIONS[relation];
    return `  n${from} ${isDashed ? "-.->" : "-->"}|${mermaidText(label)}| n${to}`;
  });
  const classes = Object.entries(FILLS).flatMap(([shape, { fill, stroke }]) => [
    `  classDef ${shape} fill:${fill},stroke:${stroke},color:#000`,
    `  classDef ${shape}Root fill:${fill},stroke:${stroke},color:#000,stroke-width:3px`,
  ]);
  return [`%% ${mermaidText(shortLine(title))}`, "flowchart BT", ...lines, ...arrows, ...classes, ""].join("\n");
}

const BRACKETS: Readonly<Record<PictureNode["shape"], readonly [open: string, close: string]>> = {
  entity: ["([", "])"],
  activity: ["[", "]"],
  agent: ["[/", "\\]"],
};
