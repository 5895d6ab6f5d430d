import type { PictureNode, PictureRelation } from "./picture.ts";

/** The shapes' colours as the drawings of the PROV family have them: entities yellow, activities blue, agents orange. */
export const FILLS: Readonly<Record<PictureNode["shape"], { readonly fill: string; readonly stroke: string }>> = {
  entity: { fill: "#FFFC87", stroke: "#808080" },
  activity: { fill: "#9FB1FC", stroke: "#0000FF" },
  agent: { fill: "#FED37F", stroke: "#A06A00" },
};

export interface RelationLook {
  readonly label: string;
  readonly colour: string;
  readonly isDashed: boolean;
}

/** How each relation is drawn; what nobody stated, or what is no flow of data, is dashed. */
export const RELATIONS: Readonly<Record<PictureRelation, RelationLook>> = {
  wasGeneratedBy: { label: "wasGeneratedBy", colour: "#1B7F3B", isDashed: false },
  used: { label: "used", colour: "#B3261E", isDashed: false },
  wasDerivedFrom: { label: "wasDerivedFrom", colour: "#7A4FBF", isDashed: false },
  sameContent: { label: "same bytes as", colour: "#0B7A8F", isDashed: true },
  isPartOf: { label: "isPartOf", colour: "#7C7C7C", isDashed: true },
  wasAssociatedWith: { label: "wasAssociatedWith", colour: "#C77700", isDashed: false },
};
