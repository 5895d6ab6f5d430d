import { formalAttributes, isNameKind, RELATIONS } from "../../model/relations.ts";
import type { Findings } from "./findings.ts";
import { type Instance, KINDS, statementOf, WIDTH } from "./instance.ts";
import { MISSING } from "./terms.ts";
import { readDateTime } from "./times.ts";
import type { Unified } from "./unification.ts";
import { cut, statementText } from "./words.ts";

/** Reports what PROV-DM does not allow in the first place. */
export function checkForm(unified: Unified, findings: Findings): void {
  checkMandatory(unified, findings);
  checkTimeForms(unified.instance, findings);
}

/**
 * A mandatory argument that is absent (PROV-DM 5.1-5.6). What another statement with the same id names is not absent: the two are one statement,
 * so this is judged after unification.
 */
function checkMandatory({ instance, rowOf }: Unified, findings: Findings): void {
  const { kinds, cells, inferences, sources, count } = instance.rows;
  for (let row = 0; row < count; row++) {
    if (rowOf(row) !== row || inferences[row] !== 0) continue;
    const kind = KINDS[kinds[row] as number] as (typeof KINDS)[number];
    const statement = statementOf(instance, row);
    if (statement.kind !== kind) continue; // the members of an insertion into a dictionary
    const columns = formalAttributes(kind);
    for (let column = 0; column < RELATIONS[kind].required; column++) {
      const [name, type] = columns[column] as (typeof columns)[number];
      const cell = cells[row * WIDTH + column] as number;
      const isNamed = cell !== MISSING && instance.terms.name(cell) !== undefined;
      if (isNameKind(type) ? isNamed : (statement as unknown as Record<string, unknown>)[name] !== undefined) continue;
      findings.add(instance, () => ({
        constraint: "mandatory-argument",
        sources: [sources[row] as number],
        sentence: `${statementText(statement, instance.prefixes)} lacks its ${name}, which is mandatory.`,
      }));
    }
  }
}

/** A time that is no xsd:dateTime (PROV-DM 5.7.3). */
function checkTimeForms(instance: Instance, findings: Findings): void {
  const { statements, prefixes } = instance;
  statements.forEach((statement, index) => {
    const values = statement as unknown as Readonly<Record<string, unknown>>;
    for (const [name, type] of formalAttributes(statement.kind)) {
      const value = values[name];
      if (type !== "time" || value === undefined || readDateTime(value as string) !== undefined) continue;
      findings.add(instance, () => ({
        constraint: "time-value",
        sources: [index],
        sentence: `The ${name} ${JSON.stringify(cut(value as string))} of ${statementText(statement, prefixes)} is not an xsd:dateTime.`,
      }));
    }
  });
}
