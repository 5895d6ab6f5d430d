import type { DataStep, QuestionAnswer, QuestionId, TrainedModel } from "../query/index.ts";
import { localTime, shownId, shownValue, wholeValue } from "./graph-text.ts";
import { shortNumber } from "./output.ts";
import type { Cell } from "./table.ts";

export interface AnswerTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** How an answer is shown: the main table first. `isWhole` keeps ids, times and numbers as they are. */
export function answerTables(id: QuestionId, answer: QuestionAnswer<QuestionId>, isWhole: boolean): AnswerTable[] {
  const shown = isWhole ? WHOLE : SHORT;
  return (TABLES[id] as (answer: unknown, shown: Shown) => AnswerTable[])(answer, shown);
}

/** Whether there is nothing of what was asked for. */
export function isEmptyAnswer(id: QuestionId, answer: QuestionAnswer<QuestionId>): boolean {
  return (EMPTY[id] as (answer: unknown) => boolean)(answer);
}

interface Shown {
  readonly id: (id: string) => string;
  readonly value: (value: never) => Cell;
  readonly number: (value: number | undefined) => Cell;
  readonly time: (time: string | undefined) => string | undefined;
  readonly digest: (sha256: string | undefined) => string | undefined;
}

const SHORT: Shown = {
  id: shownId,
  value: shownValue as Shown["value"],
  number: (value) => (value === undefined ? undefined : shortNumber(value)),
  time: localTime as Shown["time"],
  digest: (sha256) => sha256?.slice(0, 12),
};
const WHOLE: Shown = {
  id: (id) => id,
  value: wholeValue as Shown["value"],
  number: (value) => value,
  time: (time) => time,
  digest: (sha256) => sha256,
};

const TABLES: { readonly [Q in QuestionId]: (answer: QuestionAnswer<Q>, shown: Shown) => AnswerTable[] } = {
  Q1: (trained, shown) => [modelsTable("the model", [trained], shown)],
  Q2: ({ run, section, hosts, all }, { number }) => {
    const line = (host: string, { count, meanMs, sdMs, leastMs, mostMs }: typeof all): Cell[] => {
      return [host, count, number(meanMs), number(sdMs), number(leastMs), number(mostMs)];
    };
    const lines = hosts.map(({ host = "", ...times }) => line(host, times));
    return [
      {
        title: `${section}s of ${run.name} (${run.status})`,
        head: ["host", section, "mean ms", "sd", "least", "most"],
        rows: hosts.length > 1 ? [...lines, line("all", all)] : lines,
      },
    ];
  },
  Q3: ({ trained, considered, measure, goal, best }, shown) => [
    modelsTable(
      `${goal} ${measure}, of ${trained} that were trained on it, ${considered} of which have it`,
      best ? [best] : [],
      shown,
    ),
  ],
  Q4: ({ data }, shown) => [
    {
      title: "what went into the model",
      head: ["part", "data", "sha256", "rows", "prepared by", "with", "from", "rows there"],
      rows: data.map(({ part, path, label, sha256, rowCount, preparedBy, sources }) => [
        ...[part, path ?? label, shown.digest(sha256), rowCount],
        preparedBy.map(({ name }) => name).join(", "),
        preparedBy.map(({ parameters }) => valuesText(parameters, shown)).join(", "),
        sources.map((source) => source.path ?? source.label).join(", "),
        sources.map(({ metadata }) => shown.value((metadata.rowCount ?? "") as never)).join(", "),
      ]),
    },
  ],
  Q5: ({ raw, steps }, shown) => {
    const names = [...new Set(raw.flatMap(({ metadata }) => Object.keys(metadata)))];
    return [
      {
        title: "the raw data behind the model",
        head: ["data", "sha256", "behind", ...names],
        rows: raw.map(({ path, label, sha256, byModel, metadata }) => [
          ...[path ?? label, shown.digest(sha256), byModel ? "an earlier model" : "its own data"],
          ...names.map((name) => (Object.hasOwn(metadata, name) ? shown.value(metadata[name] as never) : undefined)),
        ]),
      },
      stepsTable("the steps from there to the model", steps, shown),
    ];
  },
  Q6: ({ measure, goal, considered, best, preparations }, shown) => [
    stepsTable("how its data was prepared", preparations, shown),
    modelsTable(`${goal} ${measure} of ${considered}`, best ? [best] : [], shown),
  ],
  Q7: ({ executionCount, executions, retrain }, shown) => {
    const ran = {
      title: `${executions.length} of ${executionCount} executions, the newest first`,
      head: ["workflow", "who", "when", "ended", "status", "host", "id"],
      rows: executions.map(({ workflow, person, startedAt, endedAt, status, host, id }) => {
        return [workflow, person?.name, shown.time(startedAt), shown.time(endedAt), status, host, shown.id(id)];
      }),
    };
    const models = {
      title: `${retrain.length} models to be retrained, in this order`,
      head: ["model", "run", "workflow", "who", "trained", "id"],
      rows: retrain.map(({ model, run }) => [
        ...[model?.files[0]?.path ?? model?.label, run?.name, run?.workflow, run?.person?.name],
        ...[shown.time(run?.startedAt), shown.id(model?.id ?? "")],
      ]),
    };
    return retrain.length > 0 ? [models, ran] : [ran];
  },
};

const EMPTY: { readonly [Q in QuestionId]: (answer: QuestionAnswer<Q>) => boolean } = {
  Q1: () => false,
  Q2: ({ all }) => all.count === 0,
  Q3: ({ best }) => best === undefined,
  Q4: ({ data }) => data.length === 0,
  Q5: ({ raw }) => raw.length === 0,
  Q6: ({ best }) => best === undefined,
  Q7: ({ executionCount }) => executionCount === 0,
};

function modelsTable(title: string, models: readonly TrainedModel[], shown: Shown): AnswerTable {
  const settings = [...new Set(models.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  const measures = [...new Set(models.flatMap((model) => Object.keys(model.measures)))];
  return {
    title,
    head: ["model", "run", "workflow", ...settings, ...measures],
    rows: models.map(({ model, run, hyperparameters, measures: found }) => [
      ...[model?.files[0]?.path ?? model?.label ?? "(goes on)", run?.name, run?.workflow],
      ...settings.map((name) => shown.value(hyperparameters[name] as never)),
      ...measures.map((name) => shown.value(found[name] as never)),
    ]),
  };
}

function stepsTable(title: string, steps: readonly DataStep[], shown: Shown): AnswerTable {
  return {
    title,
    head: ["phase", "step", "workflow", "who", "when", "with", "id"],
    rows: steps.map(({ phase, name, workflow, person, startedAt, parameters, id }) => [
      ...[phase, name, workflow, person?.name, shown.time(startedAt), valuesText(parameters, shown), shown.id(id)],
    ]),
  };
}

function valuesText(values: Readonly<Record<string, unknown>>, { value }: Shown): string {
  return Object.entries(values)
    .map(([name, one]) => `${name} ${value(one as never)}`)
    .join(", ");
}
