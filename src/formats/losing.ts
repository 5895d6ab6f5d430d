import { withoutIdleIds } from "../model/anonymous.ts";
import type { Bundle, Document } from "../model/document.ts";
import { formalAttributes } from "../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../model/statement.ts";
import { isDateTime, isNameType } from "./literal-value.ts";
import type { Loss, Lossy } from "./notation.ts";

/**
 * What a notation makes of a statement: the same one where it carries all of it, undefined where it carries nothing. Each reason for a loss is
 * added to `found`.
 */
export type Carry<Reason extends string> = (statement: Statement, found: Set<Reason>) => Statement | undefined;

/** The reasons that every notation has which writes qualified names for IRIs, without the name of the notation. */
export const NAME_REASONS = {
  time: "carries no time that is not an xsd:dateTime",
  type: "reads a text of the type xsd:QName or prov:QUALIFIED_NAME as a name; it becomes a plain string",
  bundles: "states each bundle once; bundles of one name become one",
} as const;
export type NameReason = keyof typeof NAME_REASONS;

/** A loss function: what `carry` leaves of each statement, and bundles of one name made one. */
export function losing<Reason extends string>(
  document: Document,
  title: string,
  reasons: Readonly<Record<Reason | NameReason, string>>,
  carry: Carry<Reason | NameReason>,
): Lossy {
  const losses: Loss[] = [];
  const left = (statements: readonly Statement[], bundle?: Iri) => {
    const found = new Set<Reason | NameReason>();
    const where = bundle === undefined ? {} : { bundle };
    let isChanged = false;
    const kept = statements.flatMap((statement) => {
      const carried = carry(statement, found) ?? [];
      if (found.size === 0) return carried;
      isChanged = true;
      for (const reason of found) losses.push({ reason: `${title} ${reasons[reason]}`, statement, ...where });
      found.clear();
      return carried;
    });
    return isChanged ? kept : statements;
  };
  const statements = left(document.statements);
  const bundles = new Map<Iri, Bundle>();
  for (const bundle of document.bundles) {
    const before = bundles.get(bundle.id);
    if (before) losses.push({ reason: `${title} ${reasons.bundles}`, bundle: bundle.id });
    const kept = left(bundle.statements, bundle.id);
    bundles.set(bundle.id, before ? united(before, kept) : { ...bundle, statements: kept });
  }
  if (losses.length === 0) return { document, losses };
  // What was lost may have been the only thing that referred to an anonymous id.
  return { document: withoutIdleIds({ ...document, statements, bundles: [...bundles.values()] }), losses };
}

function united(bundle: Bundle, more: readonly Statement[]): Bundle {
  return { ...bundle, statements: [...bundle.statements, ...more] };
}

/** Carries times and values as notations with qualified names can: see {@link NAME_REASONS}. */
export function carryNames(statement: Statement, found: Set<NameReason>): Statement {
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  let changed: Record<string, unknown> | undefined;
  const change = (name: string, value: unknown) => {
    changed ??= { ...values };
    if (value === undefined) delete changed[name];
    else changed[name] = value;
  };
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = values[name];
    if (value === undefined) continue;
    if (kind === "time" && !isDateTime(value as string)) {
      found.add("time");
      change(name, undefined);
    } else if (kind === "key" && isNamelike(value as Value)) {
      change(name, plain(value as Value, found));
    } else if (kind === "keySet" && (value as readonly Value[]).some(isNamelike)) {
      change(
        name,
        (value as readonly Value[]).map((one) => plain(one, found)),
      );
    } else if (kind === "keyEntitySet" && (value as readonly KeyEntityPair[]).some(({ key }) => isNamelike(key))) {
      const pairs = value as readonly KeyEntityPair[];
      change(
        name,
        pairs.map(({ key, entity }) => ({ key: plain(key, found), entity })),
      );
    }
  }
  if (statement.attributes?.some(([, value]) => isNamelike(value))) {
    change(
      "attributes",
      statement.attributes.map(([name, value]): Attribute => [name, plain(value, found)]),
    );
  }
  return (changed as Statement | undefined) ?? statement;
}

function isNamelike(value: Value): boolean {
  return typeof value === "object" && "type" in value && isNameType(value.type);
}

function plain(value: Value, found: Set<NameReason>): Value {
  if (!isNamelike(value)) return value;
  found.add("type");
  return (value as { value: string }).value;
}
