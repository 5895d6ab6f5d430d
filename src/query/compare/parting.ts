import { present } from "../facts.ts";
import { type ModelState, readModelStates } from "../models/model-states.ts";
import { executionsAround } from "../runs/executions.ts";
import { readEvaluations } from "../runs/measures.ts";
import { kept, type Source } from "../source.ts";
import type { PlainValue } from "../values.ts";
import { aligned, type StepPair } from "./alignment.ts";
import { type OriginStep, type OriginThing, type OriginValue, readOrigins } from "./origins.ts";
import { contentText, isSame, keyOf } from "./same.ts";
import type { Subject } from "./subjects.ts";

/** Where the lineages of two results part. */
export interface Parting {
  /** The earliest thing that is not the same; absent where nothing that is recorded differs. */
  readonly firstCause?: LineageDifference;
  /** All that is not the same, in the order of the lineage; what a cause has led to is among it only where a step took something else than its partner. */
  readonly differences: readonly LineageDifference[];
  /** Where nothing that is recorded differs: the first thing that came out otherwise all the same. */
  readonly firstResult?: LineageDifference;
}

/** One thing that is not the same in two lineages. */
export interface LineageDifference {
  /**
   * `step`: only one of them has it. `data`: the content of a file that no step of the lineage made. `source`, `software`, `environment`: of an execution. `result`: what a
   * step made.
   */
  readonly kind:
    | "step"
    | "data"
    | "parameter"
    | "hyperparameter"
    | "seed"
    | "source"
    | "software"
    | "environment"
    | "result";
  /** Of a parameter its name, of data what it was used as or where it lay, of software the package; `commit`, `cpuModel`, … */
  readonly name: string;
  /** The step at which it comes in: of the first lineage, where that has it. */
  readonly step: { readonly id: string; readonly name: string; readonly workflow: string; readonly startedAt?: string };
  /** How each of the two has it; without a value where it has not. */
  readonly sides: readonly [DifferenceSide, DifferenceSide];
}

export interface DifferenceSide {
  readonly value?: PlainValue;
  /** The step and the thing. */
  readonly step?: string;
  readonly thing?: string;
  readonly path?: string;
}

/**
 * Walks both lineages back from the results, puts their steps side by side by plan, workflow and name, and looks in order of time for what is not the same: the
 * content of files that nobody in the lineage made, parameters, seeds, the source, packages, the machine, and steps that only one has. What steps of the
 * lineage made is no cause, as it came of something earlier.
 */
export async function readParting(source: Source, subjects: readonly [Subject, Subject]): Promise<Parting> {
  const [ours, theirs] = [await modelsOf(source, subjects[0]), await modelsOf(source, subjects[1])];
  const [first, second] = [
    await readOrigins(source, await rootsOf(source, subjects[0], ours)),
    await readOrigins(source, await rootsOf(source, subjects[1], theirs)),
  ];
  const pairs = aligned(first, second, await given(source, subjects)).filter(
    (pair) => pair.first?.id !== pair.second?.id,
  );
  const found = pairs.flatMap(differencesOf);
  const differences = [...found.filter(({ isTelling }) => isTelling), ...found.filter(({ isTelling }) => !isTelling)];
  const [firstCause] = differences;
  const firstResult =
    firstCause === undefined ? (pairs.flatMap(resultsOf)[0] ?? outcomeOf(subjects, ours, theirs)) : undefined;
  return {
    ...present({ firstCause: firstCause && plain(firstCause) }),
    differences: differences.map(plain),
    ...present({ firstResult }),
  };
}

/** The model that was asked for, or those that the run ended with. */
async function modelsOf(source: Source, { run, model }: Subject): Promise<ModelState[]> {
  if (model !== undefined) return [model];
  const states = await kept(source, readModelStates);
  return run.models.flatMap(({ id }) => states.find((state) => state.id === id) ?? []);
}

/** The model, or the run, with what evaluations found of it. */
async function rootsOf(source: Source, { run, model }: Subject, models: readonly ModelState[]): Promise<string[]> {
  const { byModel } = await kept(source, readEvaluations);
  const evaluations = models.flatMap(({ sameAs }) => sameAs.flatMap((id) => byModel.get(id) ?? []));
  const ids = evaluations.map(({ evaluation }) => evaluation?.value ?? "");
  return [...new Set([model?.id ?? run.id, ...ids])];
}

/** The runs themselves, and what stands around them, are side by side whatever they are called. */
async function given(
  source: Source,
  [one, other]: readonly [Subject, Subject],
): Promise<(readonly [string, string])[]> {
  const around = await executionsAround(source, [one.run.id, other.run.id]);
  const [outer = [], inner = []] = [around.get(one.run.id), around.get(other.run.id)];
  const executions = outer.flatMap((id, i) => (inner[i] === undefined ? [] : [[id, inner[i]] as const]));
  return [[one.run.id, other.run.id], ...executions];
}

/** `isTelling`: what may change a result. What else is not the same of an execution is told after all of that. */
type Found = LineageDifference & { readonly isTelling: boolean };

function plain({ isTelling: _, ...difference }: Found): LineageDifference {
  return difference;
}

function differencesOf({ first, second }: StepPair): Found[] {
  if (first === undefined || second === undefined) {
    const step = (first ?? second) as OriginStep;
    const sides = [first, second].map((one) => (one ? { value: one.name, step: one.id } : {}));
    return [made("step", step.name, step, sides as [DifferenceSide, DifferenceSide], !step.isExecution)];
  }
  return [...ofSurroundings(first, second), ...ofInputs(first, second), ...ofValues(first, second)];
}

function made(
  kind: LineageDifference["kind"],
  name: string,
  { id, name: step, workflow, time }: OriginStep,
  sides: readonly [DifferenceSide, DifferenceSide],
  isTelling = true,
): Found {
  const startedAt = Number.isFinite(time) ? new Date(time).toISOString() : undefined;
  return { kind, name, step: { id, name: step, workflow, ...present({ startedAt }) }, sides, isTelling };
}

/** What is said of a machine and its user, but is in no result's way; of a commit and its changes the digests say whether they are the same. */
const UNTELLING: ReadonlySet<string> = new Set([
  ...["branch", "repository", "isDirty", "untrackedCount", "untracked", "command"],
  ...["host", "containerId", "containerImage", "memoryBytes", "memoryLimitBytes"],
]);

function ofSurroundings(first: OriginStep, second: OriginStep): Found[] {
  const [one, other] = [first.surroundings, second.surroundings];
  if (one === undefined || other === undefined) return [];
  return (["source", "software", "environment"] as const).flatMap((aspect) => {
    const names = [...new Set([...Object.keys(one[aspect]), ...Object.keys(other[aspect])])];
    return names.flatMap((name) => {
      const [a, b] = [valueIn(one[aspect], name), valueIn(other[aspect], name)];
      if (isSame(a, b)) return [];
      const isTelling = !UNTELLING.has(name) && !name.startsWith("variable.");
      return [made(aspect, name, first, [side(first, a), side(second, b)], isTelling)];
    });
  });
}

function valueIn(record: Readonly<Record<string, PlainValue>>, name: string): PlainValue | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function side(step: OriginStep, value: PlainValue | undefined, thing?: string, path?: string): DifferenceSide {
  return value === undefined ? { step: step.id } : { value, step: step.id, ...present({ thing, path }) };
}

/** Of what nobody in the lineages made: by content, so that a copy elsewhere is the same. */
function ofInputs(first: OriginStep, second: OriginStep): Found[] {
  const [ours, theirs] = leftOver(first.inputs, second.inputs);
  const differences: Found[] = [];
  for (const one of ours) {
    const other = takePartner(theirs, one);
    if (other === undefined ? !isRaw(one) : one.isMade && other.isMade) continue;
    differences.push(made("data", keyOf(one), first, [thingSide(first, one), thingSide(second, other)]));
  }
  for (const other of theirs)
    if (isRaw(other))
      differences.push(made("data", keyOf(other), second, [thingSide(first, undefined), thingSide(second, other)]));
  return differences;
}

/** Without the things that both have: the same ones, or the same content. What is known of by nothing but its shape is not compared. */
function leftOver(ours: readonly OriginThing[], theirs: readonly OriginThing[]): [OriginThing[], OriginThing[]] {
  const has = (list: readonly OriginThing[], { id, sha256 }: OriginThing) =>
    list.some((one) => one.id === id || (sha256 !== undefined && one.sha256 === sha256));
  const isKnown = ({ sha256, path }: OriginThing) => sha256 !== undefined || path !== undefined;
  return [
    ours.filter((one) => isKnown(one) && !has(theirs, one)),
    theirs.filter((one) => isKnown(one) && !has(ours, one)),
  ];
}

function isRaw({ isMade }: OriginThing): boolean {
  return !isMade;
}

/** By role or split or path, else by the file's name; a file that no digest is known of, by its path alone. */
function takePartner(theirs: OriginThing[], one: OriginThing): OriginThing | undefined {
  const fits = [(other: OriginThing) => keyOf(other) === keyOf(one), (other: OriginThing) => other.label === one.label];
  const at = fits.map((fit) => theirs.findIndex(fit)).find((place) => place >= 0) ?? (theirs.length === 1 ? 0 : -1);
  return at < 0 ? undefined : theirs.splice(at, 1)[0];
}

function thingSide(step: OriginStep, thing: OriginThing | undefined): DifferenceSide {
  return thing === undefined ? { step: step.id } : side(step, contentText(thing), thing.id, thing.path);
}

function ofValues(first: OriginStep, second: OriginStep): Found[] {
  const names = [...new Set([...first.values, ...second.values].map(({ kind, name }) => `${kind} ${name}`))];
  return names.flatMap((key) => {
    const isWanted = ({ kind, name }: OriginValue) => `${kind} ${name}` === key;
    const [ours, theirs] = [first.values.filter(isWanted), second.values.filter(isWanted)];
    const [one, other] = [ours[0], theirs[0]];
    const isEqual = ours.length === theirs.length && ours.every(({ value }, i) => isSame(value, theirs[i]?.value));
    if (isEqual) return [];
    const { kind, name } = (one ?? other) as OriginValue;
    return [made(kind, name, first, [side(first, one?.value, one?.id), side(second, other?.value, other?.id)])];
  });
}

/** What steps made of the same and that is not the same. */
function resultsOf({ first, second }: StepPair): LineageDifference[] {
  if (first === undefined || second === undefined) return [];
  const [ours, theirs] = leftOver(first.outputs, second.outputs);
  return ours.flatMap((one) => {
    const other = takePartner(theirs, one);
    if (one.sha256 === undefined || other?.sha256 === undefined) return [];
    return [plain(made("result", keyOf(one), first, [thingSide(first, one), thingSide(second, other)]))];
  });
}

/** The models' bytes, and else what was measured. */
function outcomeOf(
  [{ run }, { run: other }]: readonly [Subject, Subject],
  ours: readonly ModelState[],
  theirs: readonly ModelState[],
): LineageDifference | undefined {
  const { id, name: step, workflow, startedAt } = run;
  const result = (name: string, value: PlainValue, its: PlainValue): LineageDifference => ({
    kind: "result",
    name,
    step: { id, name: step, workflow, ...present({ startedAt }) },
    sides: [
      { value, step: id },
      { value: its, step: other.id },
    ],
  });
  for (const [i, model] of ours.entries()) {
    const [digest, its] = [digestOf(model), digestOf(theirs[i])];
    if (digest !== undefined && its !== undefined && digest !== its) return result(model.label, digest, its);
  }
  for (const [name, value] of Object.entries(run.measures)) {
    const its = other.measures[name];
    if (its !== undefined && !isSame(value, its)) return result(name, value, its);
  }
  return undefined;
}

function digestOf(model: ModelState | undefined): string | undefined {
  return model?.sha256 ?? model?.files.find(({ sha256 }) => sha256 !== undefined)?.sha256;
}
