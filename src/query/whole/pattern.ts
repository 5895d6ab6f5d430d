/** A place in a pattern: the number of a term, or of a variable, counted from -1 down. */
export type Place = number;

/** A SELECT over plain patterns. */
export interface PatternQuery {
  /** The names of the variables, the first that of -1. */
  readonly variables: readonly string[];
  readonly selected: readonly Place[];
  readonly isDistinct: boolean;
  readonly limit: number;
  readonly where: Group;
}

/** Parts that are joined in this order, and what must hold of each solution. */
export interface Group {
  readonly parts: readonly Part[];
  readonly conditions: readonly Condition[];
}

export type Part =
  | { readonly kind: "triples"; readonly patterns: readonly TriplePattern[] }
  | { readonly kind: "values"; readonly variable: Place; readonly terms: readonly number[] }
  | { readonly kind: "union"; readonly groups: readonly Group[] }
  | { readonly kind: "optional"; readonly group: Group };

export interface TriplePattern {
  readonly subject: Place;
  readonly property: Place;
  readonly object: Place;
  /** `*` and `+`: the property any number of times. */
  readonly path?: "*" | "+";
}

export type Condition =
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "call"; readonly name: string; readonly of: readonly Condition[] }
  | { readonly kind: "exists"; readonly group: Group };

/** What a pattern says that is not told here. */
export class Untold extends Error {}

/** The variables that a group may bind, and terms among them. */
export function variablesIn({ parts }: Group): Place[] {
  return parts.flatMap((part): readonly Place[] => {
    switch (part.kind) {
      case "triples":
        return part.patterns.flatMap(({ subject, property, object }) => [subject, property, object]);
      case "values":
        return [part.variable];
      case "union":
        return part.groups.flatMap(variablesIn);
      case "optional":
        return variablesIn(part.group);
      default:
        return part satisfies never;
    }
  });
}

/** The variables that a condition reads; what EXISTS binds is its own. */
export function readBy(condition: Condition): Place[] {
  switch (condition.kind) {
    case "place":
      return condition.place < 0 ? [condition.place] : [];
    case "call":
      return condition.of.flatMap(readBy);
    case "exists":
      return [];
    default:
      return condition satisfies never;
  }
}
