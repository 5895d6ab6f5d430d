import type { Plan, PlannedStep, PlannedThing, PlannedValue } from "../../model/plan.ts";
import type { Found } from "../found.ts";
import type { Call } from "../runs/calls.ts";

/** What a plan names in a list, whichever list it is. */
export type Entry = PlannedValue & PlannedThing;

/** The lists of a planned step, in the words of both sides. */
export const ASPECTS = ["parameters", "inputs", "outputs", "measures", "sections"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** What one call has of what a list names, and what it has beside. */
export interface Matches {
  readonly entries: ReadonlyMap<Entry, readonly Found[]>;
  /** The entry by which a thing is judged: it may fit several. */
  readonly judgedBy: ReadonlyMap<Found, Entry>;
  readonly others: readonly Found[];
}

export function entriesOf(step: PlannedStep, aspect: Aspect): Entry[] {
  return (step[aspect] ?? []).map((entry) => (typeof entry === "string" ? { name: entry } : (entry as Entry)));
}

/** What the plan calls a thing that a step made, by the thing's id. */
export type Aliases = ReadonlyMap<string, string>;

const NO_ALIASES: Aliases = new Map();

export function matchesOf(
  entries: readonly Entry[],
  call: Call,
  aspect: Aspect,
  aliases: Aliases = NO_ALIASES,
): Matches {
  const matched = new Map<Entry, Found[]>(entries.map((entry) => [entry, []]));
  const judgedBy = new Map<Found, Entry>();
  const others: Found[] = [];
  for (const found of call[aspect]) {
    const alias = found.id === undefined ? undefined : aliases.get(found.id);
    const fitting = fittingEntries(entries, alias === undefined ? found.names : [...found.names, alias], aspect);
    for (const entry of fitting) matched.get(entry)?.push(found);
    if (fitting[0] === undefined) others.push(found);
    else judgedBy.set(found, fitting[0]);
  }
  const matches = { entries: matched, judgedBy, others };
  return aspect === "outputs" ? withNameless(matches) : matches;
}

/** Later steps may know what a step made under the name that the plan gives it there. */
export function aliasesIn(plan: Plan, calls: readonly Call[]): Aliases {
  const aliases = new Map<string, string>();
  const outputs = new Map(plan.steps.map((step) => [step, entriesOf(step, "outputs")]));
  for (const call of calls) {
    const step = plannedFor(plan, call);
    for (const [{ name }, things] of matchesOf((step && outputs.get(step)) ?? [], call, "outputs").entries) {
      for (const { id } of things) if (id !== undefined && !name.includes("*")) aliases.set(id, name);
    }
  }
  return aliases;
}

/** The step of the plan that a call carries out: of its name, and of its kind if there is one. */
export function plannedFor({ steps }: Plan, { name, kind }: Pick<Call, "name" | "kind">): PlannedStep | undefined {
  const named = steps.filter((step) => step.name === name);
  return named.find((step) => step.kind === kind) ?? named[0];
}

/**
 * No program names what a function returns, nor the members of a tuple: where as many of these are left as of what the plan says
 * is made, they are that, in order.
 */
function withNameless(matches: Matches): Matches {
  const { entries, judgedBy, others } = matches;
  const nameless = others.filter(({ position }) => position !== undefined);
  const left = [...entries].flatMap(([entry, found]) => (found.length === 0 ? [entry] : []));
  const required = left.filter((entry) => !entry.optional);
  const meant = [left, required].find(({ length }) => length > 0 && length === nameless.length);
  if (meant === undefined) return matches;
  const inOrder = nameless.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const pairs = meant.map((entry, i) => [entry, inOrder[i] as Found] as const);
  return {
    entries: new Map([...entries, ...pairs.map(([entry, found]) => [entry, [found]] as const)]),
    judgedBy: new Map([...judgedBy, ...pairs.map(([entry, found]) => [found, entry] as const)]),
    others: others.filter((found) => !nameless.includes(found)),
  };
}

/** The entries that the first of the names fits that fits any, the one that is spelled so before patterns. */
function fittingEntries(entries: readonly Entry[], names: readonly string[], aspect: Aspect): Entry[] {
  for (const name of names) {
    const same = entries.filter((entry) => entry.name === name);
    const fitting = entries.filter((entry) => entry.name !== name && fits(entry.name, name, aspect));
    if (same.length + fitting.length > 0) return [...same, ...fitting];
  }
  return [];
}

function fits(planned: string, name: string, aspect: Aspect): boolean {
  if (aspect === "parameters") return name.startsWith(`${planned}.`);
  return (aspect === "inputs" || aspect === "outputs") && planned.includes("*") && fitsPattern(planned, name);
}

/** Piece by piece, since a pattern of many stars takes a regular expression for ever. */
function fitsPattern(pattern: string, name: string): boolean {
  const [first = "", ...pieces] = pattern.split("*");
  const last = pieces.pop() ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
