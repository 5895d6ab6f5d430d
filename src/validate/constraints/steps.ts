import { type Events, NOTHING, ROLES, SEVERAL } from "./events.ts";
import { STATEMENTS_SHOWN } from "./findings.ts";
import { CODES, ID, type Instance, KINDS, statementOf, WIDTH } from "./instance.ts";
import { MISSING } from "./terms.ts";
import { shortName, termName } from "./words.ts";

/** One event before another, and why. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly code: number;
  /** The rows that say so. */
  readonly rows: readonly number[];
  readonly inferences: readonly number[];
}

export function sourcesOf({ rows }: Instance, steps: readonly Step[]): number[] {
  const sources = steps.slice(0, STATEMENTS_SHOWN).flatMap((step) => step.rows);
  return sources.filter((row) => row >= 0).map((row) => rows.sources[row] as number);
}

/**
 * The steps that edges in a row make for a reader. What leads over a hub of several events is one step of 31, 32, 39 or 40; what leads to or
 * from the hub itself holds for the single event too. What leads over an event that does not exist is a specialization of a specialization (19).
 */
export function stepsOf(instance: Instance, events: Events, edges: Iterable<number>): Step[] {
  const steps: { from: number; to: number; code: number; rows: number[]; inferences: number[] }[] = [];
  for (const edge of edges) {
    const [from, to, code] = [events.from[edge] as number, events.to[edge] as number, events.codes[edge] as number];
    let step = steps.at(-1);
    if (step !== undefined && isPassedOn(events, step, from, code)) {
      // Added to, never copied: a chain of specializations may be as long as the document.
      if (step.code === code && (code === 45 || code === 46)) step.inferences.push(19);
      if (isLink(step.code)) step.code = code;
      step.to = to;
    } else {
      step = { from, to, code, rows: [], inferences: [] };
      steps.push(step);
    }
    step.rows.push(events.reasons[edge] as number, events.witness[from] as number, events.witness[to] as number);
    for (const inference of inferencesOf(instance, events, edge)) step.inferences.push(inference);
  }
  return steps;
}

/** Whether a node is a mere station: a hub that an event reaches or is reached from, or an event that does not exist. */
function isPassedOn({ stated, witness }: Events, last: Step, node: number, code: number): boolean {
  if (last.to !== node) return false;
  return witness[node] === -1 || (stated[node] === SEVERAL && (isLink(last.code) || isLink(code)));
}

/** Whether a constraint says that several events are at once. */
export function isLink(code: number): boolean {
  return code === 31 || code === 32 || code === 39 || code === 40;
}

/** The inferences that an edge owes itself to: the events at its ends may follow from other statements, and so may the edge. */
function inferencesOf(
  { rows }: Instance,
  { from, to, witness, stated, codes, reasons }: Events,
  edge: number,
): number[] {
  const found: number[] = [];
  for (const node of [from[edge] as number, to[edge] as number]) {
    const row = witness[node] as number;
    if (row === -1) continue;
    if (stated[node] === NOTHING) found.push(INFERRED_BY[KINDS[rows.kinds[row] as number] as string] ?? 7);
    else if (rows.inferences[row] !== 0) found.push(rows.inferences[row] as number);
  }
  const kind = rows.kinds[reasons[edge] as number];
  if (codes[edge] === 47 && kind === CODES.actedOnBehalfOf) found.push(14);
  if (codes[edge] === 34 && kind === CODES.wasStartedBy) found.push(9);
  if (codes[edge] === 34 && kind === CODES.wasEndedBy) found.push(10);
  return found;
}

/** By the kind of a statement, the inference by which it tells of an event that no statement states. */
const INFERRED_BY: Readonly<Record<string, number>> = {
  entity: 7,
  activity: 8,
  wasStartedBy: 9,
  wasEndedBy: 10,
  wasAttributedTo: 13,
};

/** An event as a sentence names it: `the generation ex:g1 of ex:e1`. */
export function eventName(instance: Instance, { roles, terms, stated }: Events, node: number): string {
  const role = ROLES[roles[node] as number] as string;
  const row = stated[node] as number;
  const id = row < 0 ? MISSING : (instance.rows.cells[row * WIDTH + ID] as number);
  const name = id === MISSING ? undefined : instance.terms.name(id);
  const label = name === undefined ? "" : ` ${shortName(name, instance.prefixes)}`;
  if (role !== "usage") return `the ${role}${label} of ${termName(instance, terms[node] as number)}`;
  const { entity } = (statementOf(instance, row).kind === "used" ? statementOf(instance, row) : {}) as {
    entity?: string;
  };
  const used =
    entity === undefined
      ? termName(instance, instance.rows.cells[row * WIDTH + 1] as number)
      : shortName(entity, instance.prefixes);
  return `the usage${label} of ${used} by ${termName(instance, terms[node] as number)}`;
}
