import type { PlannedStep } from "../../model/plan.ts";
import { isAllowed } from "../../model/plan-form.ts";
import { quoted } from "../find.ts";
import type { Found } from "../found.ts";
import { grouped } from "../grouped.ts";
import type { Call } from "../runs/calls.ts";
import { isFinished } from "../runs/status.ts";
import { about, type Departure, type DepartureKind } from "./departure.ts";
import { type Aliases, type Aspect, type Entry, entriesOf, type Matches, matchesOf } from "./matches.ts";

/** Of each list: the first word of its departures, and what a sentence says of what is missing, and of what is there. */
const WORDS: Readonly<Record<Aspect, { readonly first: string; readonly without: string; readonly with: string }>> = {
  parameters: { first: "parameter", without: "took no parameter", with: "took the parameter" },
  inputs: { first: "input", without: "did not use", with: "used" },
  outputs: { first: "output", without: "did not make", with: "made" },
  measures: { first: "measure", without: "did not find", with: "found" },
  sections: { first: "section", without: "had no section", with: "had a section" },
};

/** What one list of a step's calls comes to. */
interface List {
  readonly step: PlannedStep;
  readonly aspect: Aspect;
  readonly entries: readonly Entry[];
  readonly calls: readonly MatchedCall[];
}

interface MatchedCall extends Matches {
  readonly call: Call;
}

/**
 * Where what calls of the planned kind took, used, made, found or consisted of departs from what the plan declares. `isClosed`: an empty
 * list means none.
 */
export function* listDepartures(
  step: PlannedStep,
  calls: readonly Call[],
  aspect: Aspect,
  { aliases, isClosed }: { readonly aliases: Aliases; readonly isClosed: boolean },
): Generator<Departure> {
  const entries = entriesOf(step, aspect);
  const told = calls.filter(({ kind, isSummary }) => kind === step.kind && !isSummary);
  const known = aspect === "inputs" ? aliases : undefined;
  const matched = told.map((call) => ({ call, ...matchesOf(entries, call, aspect, known) }));
  const list: List = { step, aspect, entries, calls: matched };
  yield* lacking(list);
  yield* notAllowed(list);
  if (entries.length > 0 || isClosed) yield* besides(list);
}

/** Only a call that has finished can lack anything; sections are lacking if no call had any, since a loop may turn no time. */
function* lacking({ step, aspect, entries, calls }: List): Generator<Departure> {
  const { first, without } = WORDS[aspect];
  const finished = calls.filter(({ call }) => isFinished(call.status) && !call.isCut);
  for (const entry of entries) {
    if (entry.optional || entry.default !== undefined) continue;
    const lacks = (one: MatchedCall) => one.entries.get(entry)?.length === 0;
    if (aspect === "sections" && !calls.every(lacks)) continue;
    const its = finished.filter(lacks);
    const text = `${step.name} ${nounFor(step, without)} ${quoted(entry.name)}, which is planned`;
    if (its.length > 0) yield aboutName(`${first}-missing`, step, entry.name, its, finished, text);
  }
}

function* besides({ step, aspect, calls }: List): Generator<Departure> {
  const { first, with: verb } = WORDS[aspect];
  const others = calls.flatMap((one) => one.others.map((found) => ({ ...one, name: found.names[0] ?? "" })));
  for (const [name, its] of grouped(others, (one) => one.name)) {
    const text = `${step.name} ${nounFor(step, verb)} ${quoted(name)}, which is not planned`;
    yield aboutName(`${first}-unplanned`, step, name, its, calls, text);
  }
}

/** What is planned, and is not as the plan allows it. */
function* notAllowed({ step, aspect, entries, calls }: List): Generator<Departure> {
  const { first, with: verb } = WORDS[aspect];
  for (const entry of entries) {
    const found = calls.flatMap((one) =>
      (one.entries.get(entry) ?? []).flatMap((it) => (one.judgedBy.get(it) === entry ? [{ ...one, it }] : [])),
    );
    const ofOtherSplit = found.filter(({ it }) => isOtherSplit(entry, it));
    const [other] = ofOtherSplit;
    if (other !== undefined) {
      const text = `${step.name} ${verb} ${quoted(entry.name)} as ${other.it.split} data, planned is ${entry.split}`;
      yield aboutName(`${first}-split`, step, entry.name, ofOtherSplit, calls, text);
    }
    const forbidden = found.filter(({ it }) => isForbidden(entry, it));
    const values = new Set(forbidden.map(({ it }) => JSON.stringify(it.value)));
    if (values.size > 0) {
      const [value, ...more] = values;
      const others = more.length === 0 ? "" : ` and ${more.length} other values`;
      const what = `${quoted(entry.name)} = ${value}${others}, planned is ${allowed(entry)}`;
      const text = `${step.name} ${nounFor(step, verb)} ${what}`;
      yield aboutName(`${first}-value`, step, entry.name, forbidden, calls, text);
    }
  }
}

function isOtherSplit(entry: Entry, { split }: Found): boolean {
  return entry.split !== undefined && split !== undefined && split !== entry.split;
}

/** What was not recorded as a value cannot be judged. */
function isForbidden(entry: Entry, { names, value }: Found): boolean {
  if (value === undefined || names[0] !== entry.name) return false;
  return (typeof value !== "object" || value === null) && !isAllowed(value, entry);
}

function allowed({ values, minimum, maximum }: Entry): string {
  if (values !== undefined) return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}

function nounFor({ kind }: PlannedStep, words: string): string {
  return kind === "training" || kind === "run" ? words.replace("parameter", "hyperparameter") : words;
}

function aboutName(
  kind: string,
  step: PlannedStep,
  name: string,
  its: readonly { readonly call: Call }[],
  among: readonly unknown[],
  text: string,
): Departure {
  const calls = its.map(({ call }) => call);
  return { ...about(kind as DepartureKind, step, calls, among, text), name };
}
