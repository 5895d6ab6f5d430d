import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ExecutionInputs,
  type FileInputs,
  type GraphInputs,
  rowCountOf,
  SPLITS,
  sha256Of,
} from "../graph/inputs.ts";

/**
 * Writes the same programs as an MLflow file store (`mlruns/`): an experiment a workflow, a folder a run with `meta.yaml` and a file for each
 * parameter, measure, tag and data set. MLflow has no place for what a run made but tags and its artifacts: tags `output.…` say what, by path and digest.
 */
export function writeMlruns({ executions }: GraphInputs, root: string): void {
  const experiments = new Map<string, string>();
  let time = 1_760_000_000_000;
  let count = 0;
  for (const one of executions) {
    let experiment = experiments.get(one.workflow);
    if (experiment === undefined) {
      experiment = String(100_000 + experiments.size);
      experiments.set(one.workflow, experiment);
      file(
        join(root, experiment, "meta.yaml"),
        yaml({ experiment_id: experiment, lifecycle_stage: "active", name: one.workflow }),
      );
    }
    for (const run of runsOf(one)) {
      const id = (++count).toString(16).padStart(32, "0");
      const folder = join(root, experiment, id);
      time += 1000;
      const { name, failed = false } = run;
      file(
        join(folder, "meta.yaml"),
        yaml({
          end_time: time + 900,
          experiment_id: experiment,
          lifecycle_stage: "active",
          run_id: id,
          run_name: name,
          start_time: time,
          status: failed ? 4 : 3,
          user_id: one.person,
        }),
      );
      const tags = {
        "mlflow.user": one.person,
        "mlflow.runName": name,
        "mlflow.source.name": `${one.workflow}.js`,
        host: one.host,
        ...run.tags,
      };
      for (const [tag, text] of Object.entries(tags)) file(join(folder, "tags", tag), text);
      for (const [parameter, value] of Object.entries(run.parameters))
        file(join(folder, "params", parameter), JSON.stringify(value));
      for (const [measure, values] of Object.entries(run.measures ?? {}))
        file(
          join(folder, "metrics", measure),
          values.map((value, step) => `${time + step} ${value} ${step}\n`).join(""),
        );
      for (const { data, context, about } of run.inputs) {
        const digest = sha256Of(data);
        const dataset = join(root, experiment, "datasets", digest.slice(0, 32), "meta.yaml");
        file(
          dataset,
          yaml({
            dataset_id: digest.slice(0, 32),
            digest,
            name: data.path,
            source: data.path,
            source_type: "local",
            profile: JSON.stringify(about ?? {}),
          }),
        );
        file(
          join(folder, "inputs", `${context}-${digest.slice(0, 24)}`, "meta.yaml"),
          yaml({
            destination_id: id,
            destination_type: "RUN",
            source_id: digest.slice(0, 32),
            source_type: "DATASET",
            digest,
            name: data.path,
            "mlflow.data.context": context,
          }),
        );
      }
      for (const output of run.outputs) file(join(folder, "tags", `output.${sha256Of(output)}`), output.path);
    }
  }
}

interface MlflowRun {
  readonly name: string;
  readonly failed?: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly measures?: Readonly<Record<string, readonly number[]>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly inputs: readonly { readonly data: FileInputs; readonly context: string; readonly about?: object }[];
  readonly outputs: readonly FileInputs[];
}

function runsOf(one: ExecutionInputs): MlflowRun[] {
  switch (one.kind) {
    case "curation": {
      const { path: _, text: __, ...about } = one.raw;
      return [
        {
          name: one.step,
          parameters: one.parameters,
          inputs: [{ data: one.raw, context: "raw", about }],
          outputs: [one.curated],
        },
      ];
    }
    case "preparation": {
      const { rows, ...parameters } = one.parameters;
      const inputs = one.curated.map((data) => ({ data, context: "curated" }));
      const ranges = Object.fromEntries(SPLITS.map((split) => [`rows.${split}`, rows[split]]));
      return [
        {
          name: one.step,
          parameters: { ...parameters, ...ranges },
          inputs,
          outputs: SPLITS.map((split) => one[split]),
        },
      ];
    }
    case "training":
      return one.runs.map(({ name, hyperparameters, losses, epochMs, outcome }): MlflowRun => {
        const { preparation, startsFrom, study } = one;
        const inputs = [
          ...SPLITS.map((split) => ({
            data: preparation[split],
            context: split,
            about: { rowCount: rowCountOf(preparation, split) },
          })),
          ...(startsFrom ? [{ data: startsFrom, context: "initial" }] : []),
        ];
        const curves = { loss: losses, "epoch.durationMs": epochMs };
        const common = { name, parameters: hyperparameters, inputs, tags: { study } };
        if (outcome.status === "failed") return { ...common, failed: true, measures: curves, outputs: [] };
        const { accuracy, loss } = outcome.measures;
        return {
          ...common,
          measures: { ...curves, "test.accuracy": [accuracy], "test.loss": [loss] },
          outputs: [outcome.model],
        };
      });
    case "application":
      return [
        {
          name: one.step,
          parameters: {},
          inputs: [
            { data: one.model, context: "model" },
            { data: one.data, context: "data" },
          ],
          outputs: [one.predictions],
        },
      ];
    default:
      return one satisfies never;
  }
}

function yaml(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${typeof value === "number" ? value : `'${value.replaceAll("'", "''")}'`}\n`)
    .join("");
}

const made = new Set<string>();
function file(path: string, text: string): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (!made.has(folder)) {
    mkdirSync(folder, { recursive: true });
    made.add(folder);
  }
  writeFileSync(path, text);
}
