import type { Document } from "../src/model/document.ts";
import type { Statement } from "../src/model/statement.ts";
import { mulberry32 } from "./random.ts";

const EX = "http://example.org/runs/";
const PROV = "http://www.w3.org/ns/prov#";
const START = Date.UTC(2026, 0, 1);

/**
 * A valid document of about so many statements as training runs leave behind: activities with times that use what earlier ones generated,
 * each output with its generation and derivations (some with their usage and generation named), content that files are
 * specializations of, agents, plans, starts and ends. The same seed gives the same document.
 */
export function generatedDocument(statementCount: number, seed = 1): Document {
  const random = mulberry32(seed);
  const statements: Statement[] = [];
  const outputs: string[] = [];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const agents = Array.from({ length: 20 }, (_, i) => `${EX}agent${i}`);
  for (const id of agents) statements.push({ kind: "agent", id });
  statements.push({ kind: "entity", id: `${EX}plan`, attributes: [[`${PROV}type`, { iri: `${PROV}Plan` }]] });
  for (let run = 0; statements.length < statementCount; run++) {
    const activity = `${EX}run${run}`;
    const begun = START + run * 60_000;
    const time = (second: number) => new Date(begun + second * 1000).toISOString();
    statements.push({ kind: "activity", id: activity, startTime: time(0), endTime: time(59) });
    statements.push({ kind: "wasAssociatedWith", activity, agent: pick(agents), plan: `${EX}plan` });
    if (run % 3 === 0) statements.push({ kind: "wasStartedBy", id: `${activity}-start`, activity, time: time(0) });
    if (run % 3 === 1) statements.push({ kind: "wasEndedBy", activity, time: time(59) });
    const uses: { readonly entity: string; readonly usage: string }[] = [];
    for (let i = 0; i < 6; i++) {
      // Mostly of late: lineages are deep.
      const entity =
        outputs.length > 0 && i < 4
          ? (outputs.at(-1 - Math.floor(random() ** 3 * Math.min(outputs.length, 5000))) as string)
          : `${EX}input${run}-${i}`;
      if (i >= 4 || outputs.length === 0) statements.push({ kind: "entity", id: entity });
      const usage = `${activity}-use${i}`;
      statements.push({ kind: "used", id: usage, activity, entity, time: time(1 + i) });
      uses.push({ entity, usage });
    }
    const made: string[] = [];
    for (let i = 0; i < 4; i++) {
      const entity = `${EX}output${run}-${i}`;
      const generation = `${activity}-generation${i}`;
      statements.push({ kind: "entity", id: entity, attributes: [[`${PROV}label`, `output ${i} of run ${run}`]] });
      statements.push({ kind: "wasGeneratedBy", id: generation, entity, activity, time: time(20 + i) });
      const { entity: usedEntity, usage } = pick(uses);
      const named = { activity, generation, usage };
      statements.push({ kind: "wasDerivedFrom", generatedEntity: entity, usedEntity, ...(i % 2 === 0 ? named : {}) });
      if (i === 0)
        statements.push({ kind: "specializationOf", specificEntity: entity, generalEntity: `${EX}content${run}` });
      if (i === 1) statements.push({ kind: "wasAttributedTo", entity, agent: pick(agents) });
      if (i === 2)
        statements.push({ kind: "wasInvalidatedBy", entity: `${EX}input${run}-5`, activity, time: time(50) });
      made.push(entity);
    }
    outputs.push(...made);
  }
  return { prefixes: { ex: EX }, statements, bundles: [] };
}
