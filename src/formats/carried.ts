import type { Document } from "../model/document.ts";
import { isEqual } from "../model/equality.ts";
import type { Statement } from "../model/statement.ts";
import type { Notation } from "./notation.ts";

/**
 * What is left of a document that has passed through all of these notations: their losses, over and over until nothing more is lost (what one renames
 * another may merge), and the two sides of an alternate in one order: it means the same either way round (PROV-CONSTRAINTS 18), and a tool that writes
 * it otherwise in one notation says nothing else. Two documents are equal up to the notations when these are equal.
 */
export function carriedByAll(notations: readonly Notation[]): (document: Document) => Document {
  return (document) => {
    let left = withOrderedAlternates(document);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const before = left;
      let losses = 0;
      for (const { lose } of notations) {
        const lossy = lose(left);
        left = lossy.document;
        losses += lossy.losses.length;
      }
      if (losses === 0 || isEqual(before, left)) break;
    }
    return left;
  };
}

const MOST_ROUNDS = 5;

function withOrderedAlternates(document: Document): Document {
  const order = (statements: readonly Statement[]) =>
    statements.map((one) => (one.kind === "alternateOf" ? ordered(one) : one));
  const bundles = document.bundles.map((bundle) => ({ ...bundle, statements: order(bundle.statements) }));
  return { ...document, statements: order(document.statements), bundles };
}

function ordered(statement: Extract<Statement, { kind: "alternateOf" }>): Statement {
  const { alternate1, alternate2 } = statement;
  if (alternate1 === undefined || alternate2 === undefined || alternate1 <= alternate2) return statement;
  return { ...statement, alternate1: alternate2, alternate2: alternate1 };
}
