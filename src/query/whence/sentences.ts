import { deletedHow } from "../curation/deletions.ts";
import { shortId } from "../ids.ts";
import type { LineageNode } from "../lineage/lineage.ts";
import type { PlainValue } from "../values.ts";
import type { Making, Whence } from "./whence.ts";

export type Told = Omit<Whence, "sentences">;

/** What is known of something, in sentences that a person reads from the first to the last. */
export function tell(its: Told): string[] {
  const { made, hyperparameters, measures, data, models, within, usedBy } = its;
  return [
    whatItIs(its),
    ...(its.deleted === undefined ? [] : [`What was recorded of it was ${deletedHow(its.deleted)}.`]),
    ...within.map(({ label, paths }) => `It is ${listed(paths)} of the recorded directory ${label}.`),
    ...(made === undefined ? [madeByNobody(its)] : madeBy(made)),
    ...sentence("It was trained with", settings(hyperparameters)),
    ...sentence("It was found to have", settings(measures)),
    ...sentence(
      `It came of ${models.length === 1 ? "the earlier model" : `${models.length} earlier models:`}`,
      models.map(named),
    ),
    ...sentence("It came of the data", data.filter(({ id }) => its.things.every((own) => own.id !== id)).map(named)),
    ...sentence("It was used by", uses(usedBy)),
  ];
}

/** More are counted. */
const MOST_NAMED = 12;

function whatItIs({ kind, things, sha256, within }: Told): string {
  const names = [...new Set(things.map(({ path, label }) => path ?? label))];
  const digest = sha256 === undefined ? "" : ` (sha256 ${sha256})`;
  if (things.length === 0)
    return `These bytes${digest} are recorded as part of ${counted(within.length, "directory", "directories")}.`;
  const alias = names.length > 1 ? `, recorded under ${names.length} names: ${listed(names)}` : "";
  const labels = [...new Set(things.map(({ label }) => label))].filter((label) => !names.includes(label));
  const called = labels.length > 0 ? `, called ${listed(labels)}` : "";
  return names.length > 1
    ? `This is ${KIND_WORDS[kind]}${digest}${alias}${called}.`
    : `${names[0]} is ${KIND_WORDS[kind]}${digest}${called}.`;
}

const KIND_WORDS: Readonly<Record<Whence["kind"], string>> = {
  model: "a model",
  checkpoint: "a checkpoint of a model",
  dataset: "a data set",
  file: "a file",
  data: "data of a program",
  other: "something recorded",
};

function madeByNobody({ within, things }: Told): string {
  return things.length === 0 && within.length > 0
    ? "Nobody recorded how the directory was made."
    : "Nobody recorded how it was made.";
}

function madeBy({ step, run, execution, workflow, person, software, command, host }: Making): string[] {
  const around =
    workflow === undefined
      ? ""
      : `, in the workflow ${workflow}${execution === undefined ? "" : ` (${shortId(execution)})`}`;
  const where = `${command === undefined ? "" : ` as \`${command}\``}${host === undefined ? "" : ` on ${host}`}`;
  return [
    `${run?.id === step.id ? "" : `It was written by the step ${step.name}${run ? "" : around}. `}${run ? `It was made by ${ran(run)}${around}.` : ""}`.trim(),
    ...(person === undefined ? [] : [`${person.name} had it run${where}.`]),
    ...(person === undefined && where !== "" ? [`It ran${where}.`] : []),
    ...(software === undefined ? [] : [codeOf(software)]),
  ];
}

function ran({ id, name, startedAt, status }: NonNullable<Making["run"]>): string {
  const began = startedAt === undefined ? "" : ` begun at ${startedAt}`;
  return `the run ${name} (${shortId(id)})${began}${status === undefined ? "" : `, ${status}`}`;
}

function codeOf({ name, version, commit, isDirty }: NonNullable<Making["software"]>): string {
  const program = `The code was ${name}${version === undefined ? "" : ` ${version}`}`;
  if (commit === undefined) return `${program}; its commit is not known.`;
  const state =
    isDirty === undefined
      ? "; whether it was changed is not known"
      : isDirty
        ? ", with changes that were not committed"
        : ", unchanged";
  return `${program} at commit ${commit}${state}.`;
}

function settings(values: Readonly<Record<string, PlainValue>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name} ${shown(value)}`);
}

function shown(value: PlainValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function named({ label, path, sha256 }: LineageNode): string {
  const file = path === undefined || path === label ? "" : ` at ${path}`;
  return `${label}${file}${sha256 === undefined ? "" : ` (sha256 ${sha256.slice(0, 12)})`}`;
}

/** Many steps of the same name are counted. */
function uses(usedBy: Whence["usedBy"]): string[] {
  const counts = new Map<string, number>();
  for (const { name, workflow } of usedBy) {
    const key = workflow === undefined || workflow === name ? name : `${name} of ${workflow}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
}

function sentence(start: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${start} ${listed(names)}.`];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED);
  const rest = names.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : `${count} ${many}`;
}
