import { ProvenanceError } from "../../model/error.ts";
import { compareTimes, present } from "../facts.ts";
import { notFound, quoted } from "../find.ts";
import type { RunFilter } from "../runs/run-filter.ts";
import { listRuns } from "../runs/run-list.ts";
import type { Run } from "../runs/runs.ts";
import type { RunStatus } from "../runs/status.ts";
import type { Source } from "../source.ts";
import { type PlainValue, recordOf } from "../values.ts";
import { type Spread, spreadOf } from "./spread.ts";

export interface StudiesOptions {
  /** The hyperparameters by which runs are put in groups. Default: all but seeds and folds. */
  readonly by?: readonly string[];
  /** Which of the runs; as text as `--where` takes it. Default: all. */
  readonly where?: RunFilter | string;
}

/** The runs that a program put under one name, by what they were given. */
export interface Study {
  readonly name: string;
  readonly workflow: string;
  /** From the beginning of the first run to the end of the last, if none is going on. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly runs: number;
  /** How many runs stand how. */
  readonly statuses: Readonly<Partial<Record<RunStatus, number>>>;
  /** What the groups differ in. */
  readonly by: readonly string[];
  /** In the order in which the first run of each began. */
  readonly groups: readonly StudyGroup[];
}

/** The runs of a study that were given the same, but for seeds and folds. */
export interface StudyGroup {
  /** What they have in common, of what groups are made by. */
  readonly hyperparameters: Readonly<Record<string, PlainValue>>;
  /** Their ids, the first one first. */
  readonly runs: readonly string[];
  /** Of runs that were completed; of what no such run measured nothing. */
  readonly measures: Readonly<Record<string, Spread>>;
}

/** All studies, the one with the newest run first. A run that is over without having come to its end counts in no mean. */
export async function readStudies(source: Source, { by, where }: StudiesOptions = {}): Promise<Study[]> {
  if (by !== undefined && !(Array.isArray(by) && by.every((name) => typeof name === "string")))
    throw new ProvenanceError("bad-option", 'by is no list of names; give some, e.g. { by: ["rate"] }');
  const studies = new Map<string, [Run, ...Run[]]>();
  for (const run of await listRuns(source, where === undefined ? {} : { where })) {
    if (run.study === undefined) continue;
    const key = JSON.stringify([run.workflow, run.study]);
    const known = studies.get(key);
    if (known) known.push(run);
    else studies.set(key, [run]);
  }
  return Array.from(studies.values(), (runs) => studyOf(runs, by));
}

/**
 * The study of a name; where several workflows have one of that name, `workflow/name` tells which.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-argument`, `bad-option`
 */
export async function readStudy(source: Source, name: string, options?: StudiesOptions): Promise<Study> {
  const all = await readStudies(source, options);
  const named = all.filter((study) => study.name === name);
  const fitting = named.length > 0 ? named : all.filter((study) => `${study.workflow}/${study.name}` === name);
  const [only, ...others] = fitting;
  if (only === undefined) {
    const names = all.slice(0, MOST_SHOWN).map((study) => quoted(study.name));
    throw notFound(
      `no study is called ${quoted(String(name))}; there ${names.length > 0 ? `are ${names.join(", ")}` : "is none"}`,
    );
  }
  if (others.length === 0) return only;
  const names = fitting.map(({ workflow }) => quoted(`${workflow}/${name}`)).join(", ");
  throw new ProvenanceError(
    "ambiguous",
    `${fitting.length} workflows have a study ${quoted(name)}; give one of ${names}`,
  );
}

const MOST_SHOWN = 8;

function studyOf(newestFirst: readonly [Run, ...Run[]], by: readonly string[] | undefined): Study {
  const runs = [...newestFirst].reverse();
  const [{ study: name = "", workflow }] = newestFirst;
  const names = by ?? differing(runs);
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const given =
      by ??
      Object.keys(run.hyperparameters)
        .filter((one) => !isRepetition(one))
        .sort();
    const key = JSON.stringify(given.map((one) => [one, textOf(valueIn(run.hyperparameters, one))]));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const statuses = new Map<RunStatus, number>();
  for (const { status } of runs) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const ends = runs.map(({ endedAt }) => endedAt);
  const isOver = ends.every((end) => end !== undefined);
  return {
    name,
    workflow,
    ...present({
      startedAt: runs[0]?.startedAt,
      endedAt: isOver ? ends.sort(compareTimes).at(-1) : undefined,
    }),
    runs: runs.length,
    statuses: recordOf(statuses) as Study["statuses"],
    by: names,
    groups: Array.from(groups.values(), (its) => groupOf(its, by)),
  };
}

/** Hyperparameters that tell repetitions of the same apart: `seed`, `seed.shuffle`, `randomState`, `fold`, `cv_fold`, … */
export function isRepetition(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some((word) => REPETITIONS.has(word)) || /random[^a-z]?state/i.test(name);
}

const REPETITIONS: ReadonlySet<string> = new Set(["seed", "seeds", "fold", "repetition", "repeat", "replicate"]);

/** What not all of the runs have the same of. */
function differing(runs: readonly Run[]): string[] {
  const names = new Set(runs.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)));
  return [...names].filter((name) => {
    const values = new Set(runs.map(({ hyperparameters }) => textOf(valueIn(hyperparameters, name))));
    return values.size > 1 && !isRepetition(name);
  });
}

function groupOf(runs: readonly Run[], by: readonly string[] | undefined): StudyGroup {
  const { hyperparameters = {} } = runs[0] ?? {};
  const common = Object.entries(hyperparameters).filter(([name]) =>
    by === undefined ? !isRepetition(name) : by.includes(name),
  );
  const completed = runs.filter(({ status }) => COUNTED.has(status));
  const names = new Set(completed.flatMap(({ measures }) => Object.keys(measures)));
  const measures = Array.from(names, (name) => {
    const values = completed.flatMap((run) =>
      Object.hasOwn(run.measures, name) ? [run.measures[name] as number] : [],
    );
    return [name, spreadOf(values)] as const;
  });
  return {
    hyperparameters: recordOf(common),
    runs: runs.map(({ id }) => id),
    measures: recordOf(measures.filter((one): one is readonly [string, Spread] => one[1] !== undefined)),
  };
}

const COUNTED: ReadonlySet<RunStatus> = new Set(["completed", "ended", "endedEarly"]);

function valueIn(record: Readonly<Record<string, PlainValue>>, name: string): PlainValue | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Tells values apart: 1 from "1", NaN from null. */
function textOf(value: PlainValue | undefined): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "");
}
