import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../graph/inputs.ts";
import { rounded } from "./answers.ts";
import type { Subject } from "./subjects.ts";

/**
 * The papers' questions, asked of an MLflow file store by its layout: each reads the fewest files that tell the answer, and nothing is kept
 * from one question to the next, as MLflow keeps nothing. An answer is what tells whether it is right: a few words and numbers.
 */
export const MLRUNS_ASKED: Readonly<Record<string, (root: string, subject: Subject) => unknown>> = {
  Q1: (root, { model }) => {
    const run = makerOf(root, sha256Of(model));
    const measures = { accuracy: lastOf(run, "test.accuracy"), loss: lastOf(run, "test.loss") };
    return { learningRate: valuesIn(join(run, "params")).learningRate, loss: measures.loss };
  },
  Q2: (root, { run: { name } }) => {
    const run = runsOf(root).find((one) => textOf(join(one, "tags", "mlflow.runName")) === name) as string;
    const values = rowsOf(run, "epoch.durationMs");
    return {
      host: textOf(join(run, "tags", "host")),
      meanMs: rounded(values.reduce((sum, value) => sum + value, 0) / values.length),
    };
  },
  Q3: (root, { preparation }) => {
    const best = bestOn(root, sha256Of(preparation.train));
    if (best) valuesIn(join(best.run, "params"));
    return { loss: best?.loss };
  },
  Q4: (root, { model }) => {
    const run = makerOf(root, sha256Of(model));
    const inputs = inputsOf(run).filter(({ context }) => context !== "initial");
    for (const maker of new Set(inputs.map(({ digest }) => makerOf(root, digest)))) valuesIn(join(maker, "params"));
    return { paths: inputs.map(({ name }) => name).sort() };
  },
  Q5: (root, { model }) => {
    const makers = makersOf(root);
    const raws = new Set<string>();
    const queue = [sha256Of(model)];
    const seen = new Set(queue);
    for (let digest = queue.pop(); digest !== undefined; digest = queue.pop()) {
      const run = makers.get(digest);
      if (run === undefined) raws.add(digest);
      else
        for (const input of inputsOf(run))
          if (!seen.has(input.digest)) {
            seen.add(input.digest);
            queue.push(input.digest);
          }
    }
    return { raws: raws.size };
  },
  Q6: (root, { preparation }) => {
    const best = bestOn(root, sha256Of(preparation.train));
    const data = inputsOf(best?.run ?? "").find(({ context }) => context === "train");
    return { scaling: valuesIn(join(makerOf(root, data?.digest ?? ""), "params")).scaling };
  },
  Q7: (root, { raw }) => {
    const users = new Map<string, string[]>();
    for (const run of runsOf(root))
      for (const { digest } of inputsOf(run)) {
        const known = users.get(digest);
        if (known) known.push(run);
        else users.set(digest, [run]);
      }
    const queue = [sha256Of(raw)];
    const seen = new Set(queue);
    let models = 0;
    for (let digest = queue.pop(); digest !== undefined; digest = queue.pop())
      for (const run of users.get(digest) ?? [])
        for (const { digest: made, path } of outputsOf(run))
          if (!seen.has(made)) {
            seen.add(made);
            queue.push(made);
            if (path.startsWith("models/")) models++;
          }
    return { models };
  },
};

function runsOf(root: string): string[] {
  return readdirSync(root).flatMap((experiment) =>
    readdirSync(join(root, experiment)).flatMap((run) =>
      run === "meta.yaml" || run === "datasets" ? [] : [join(root, experiment, run)],
    ),
  );
}

/** The run that made what has this digest; whether it is there, the names of its tags tell. */
function makerOf(root: string, digest: string): string {
  return runsOf(root).find((run) => readdirSync(join(run, "tags")).includes(`output.${digest}`)) ?? "";
}

function makersOf(root: string): Map<string, string> {
  const makers = new Map<string, string>();
  for (const run of runsOf(root))
    for (const name of readdirSync(join(run, "tags"))) if (name.startsWith("output.")) makers.set(name.slice(7), run);
  return makers;
}

function outputsOf(run: string): { digest: string; path: string }[] {
  const tags = join(run, "tags");
  const names = readdirSync(tags).filter((name) => name.startsWith("output."));
  return names.map((name) => ({ digest: name.slice(7), path: textOf(join(tags, name)) }));
}

function inputsOf(run: string): { digest: string; name: string; context: string }[] {
  const folder = join(run, "inputs");
  return readdirSync(folder).map((input) => {
    const meta = yamlOf(join(folder, input, "meta.yaml"));
    return { digest: meta.digest ?? "", name: meta.name ?? "", context: meta["mlflow.data.context"] ?? "" };
  });
}

function bestOn(root: string, digest: string): { run: string; loss: number } | undefined {
  let best: { run: string; loss: number } | undefined;
  for (const run of runsOf(root)) {
    if (!inputsOf(run).some((input) => input.digest === digest && input.context === "train")) continue;
    const loss = lastOf(run, "test.loss");
    if (loss !== undefined && loss < (best?.loss ?? Number.POSITIVE_INFINITY)) best = { run, loss };
  }
  return best;
}

function valuesIn(folder: string): Record<string, unknown> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, JSON.parse(textOf(join(folder, name)))]));
}

function rowsOf(run: string, measure: string): number[] {
  const lines = textOf(join(run, "metrics", measure))
    .trimEnd()
    .split("\n");
  return lines.map((line) => Number(line.split(" ")[1]));
}

function lastOf(run: string, measure: string): number | undefined {
  return readdirSync(join(run, "metrics")).includes(measure) ? rowsOf(run, measure).at(-1) : undefined;
}

function yamlOf(path: string): Record<string, string> {
  return Object.fromEntries(
    textOf(path)
      .trimEnd()
      .split("\n")
      .map((line) => {
        const colon = line.indexOf(": ");
        return [
          line.slice(0, colon),
          line
            .slice(colon + 2)
            .replace(/^'(.*)'$/, "$1")
            .replaceAll("''", "'"),
        ];
      }),
  );
}

function textOf(path: string): string {
  return readFileSync(path, "utf8");
}
