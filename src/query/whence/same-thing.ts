import type { Lineage, LineageNode } from "../lineage/lineage.ts";

/** What the edges of a lineage say of its nodes. */
export class Links {
  readonly #of = new Map<string, { relation: string; to: string }[]>();

  constructor({ edges }: Lineage) {
    for (const { from, to, relation } of edges) {
      const known = this.#of.get(from);
      if (known) known.push({ relation, to });
      else this.#of.set(from, [{ relation, to }]);
    }
  }

  to(id: string, ...relations: readonly string[]): string[] {
    return (this.#of.get(id) ?? []).filter(({ relation }) => relations.includes(relation)).map(({ to }) => to);
  }

  isFirst(id: string): boolean {
    return this.to(id, "wasGeneratedBy", "wasDerivedFrom", "sameContent").length === 0;
  }

  /** These, what has their bytes, and of a model the one that was written there: nearest first. */
  statesOf(roots: readonly string[], byId: ReadonlyMap<string, LineageNode>): string[] {
    const states = new Set(roots);
    for (const id of states) {
      for (const same of this.to(id, "sameContent")) states.add(same);
      const node = byId.get(id);
      // A file was written of one model in memory; what that came of in turn is another one.
      if (node?.path === undefined || !isModel(node)) continue;
      for (const from of this.to(id, "wasDerivedFrom")) {
        const earlier = byId.get(from);
        if (earlier && isModel(earlier) && earlier.path === undefined) states.add(from);
      }
    }
    return [...states];
  }
}

/** Whether it is a file or an earlier reading of another one of these models, which stands for both. */
export function isStateOf(
  id: string,
  links: Links,
  byId: ReadonlyMap<string, LineageNode>,
  models: readonly LineageNode[],
): boolean {
  return models.some((other) => other.id !== id && links.statesOf([other.id], byId).includes(id));
}

export function isModel({ types }: LineageNode): boolean {
  return types.includes("provml:Model");
}
