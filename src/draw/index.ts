/**
 * `provml/draw`: pictures of what `provml/query` answers, as text: pure functions, whose texts are the same for the same answers and need nothing beside them.
 */
export type { Curve, CurvesPanel } from "./curves/panel.ts";
export { type CurvesOptions, curvesSvg } from "./curves/svg.ts";
export type { ScaleKind } from "./curves/ticks.ts";
export { lineageDot } from "./lineage/dot.ts";
export { lineageMermaid } from "./lineage/mermaid.ts";
export {
  type Picture,
  type PictureAgent,
  type PictureEdge,
  type PictureNode,
  type PictureOptions,
  type PictureRelation,
  pictureOf,
} from "./lineage/picture.ts";
export { type LineageSvgOptions, lineageSvg } from "./lineage/svg.ts";
export { type ReportContent, reportHtml } from "./report/report.ts";
