import type { Document } from "../model/document.ts";
import { statementsOf } from "../model/document.ts";
import { PROVML } from "../model/names.ts";
import { formalAttributes, RELATIONS } from "../model/relations.ts";
import type { Statement } from "../model/statement.ts";
import { documentQuads } from "../rdf/document-quads.ts";
import { type CheckOptions, type ConstraintReport, checkConstraints } from "./constraints/check.ts";
import { checkShapes, type ShapeOptions, type ShapeResult } from "./shapes.ts";

export type ValidateOptions = CheckOptions & ShapeOptions;

export interface ValidationReport {
  /** No constraint and no shape is violated; warnings may be there. */
  readonly isValid: boolean;
  readonly constraints: ConstraintReport;
  /** What the PROV-ML shapes found; absent when the document is not PROV-ML, and is not judged by them. */
  readonly shapes?: readonly ShapeResult[];
}

/**
 * Validates a document: all of PROV-CONSTRAINTS, what stands outside bundles and each bundle by itself (section 7.2), and then, if it is
 * PROV-ML, its shapes over all bundles together.
 */
export async function validate(document: Document, options: ValidateOptions = {}): Promise<ValidationReport> {
  const constraints = checkConstraints(document, options.limit === undefined ? {} : { limit: options.limit });
  if (!speaksProvMl(document)) return { isValid: constraints.total === 0, constraints };
  const shapes = await checkShapes(documentQuads(sayable(document)), options);
  const isViolated = shapes.some(({ severity }) => severity === "violation");
  return { isValid: constraints.total === 0 && !isViolated, constraints, shapes };
}

/** What PROV-O can say: statements with all mandatory arguments. The others are violations already. */
function sayable({ prefixes, statements, bundles }: Document): Document {
  const isSayable = (statement: Statement) => {
    const { required, identified } = RELATIONS[statement.kind];
    const values = statement as unknown as Readonly<Record<string, unknown>>;
    const isWhole = formalAttributes(statement.kind).every(([name], n) => n >= required || values[name] !== undefined);
    return isWhole && (identified || (statement.id === undefined && !statement.attributes?.length));
  };
  const said = bundles.map((bundle) => ({ ...bundle, statements: bundle.statements.filter(isSayable) }));
  return { prefixes, statements: statements.filter(isSayable), bundles: said };
}

function speaksProvMl(document: Document): boolean {
  for (const statement of statementsOf(document)) if (namesProvMl(statement)) return true;
  return false;
}

function namesProvMl({ attributes = [] }: Statement): boolean {
  return attributes.some(
    ([name, value]) =>
      name.startsWith(PROVML) || (typeof value === "object" && "iri" in value && value.iri.startsWith(PROVML)),
  );
}
