/**
 * Which learning rate? Five folds of two settings, each a process of its own like the jobs of an array, all runs of one study. One of them is
 * killed in the middle (kill -9, as by a scheduler or for want of memory), started again, and goes on from its checkpoint: its curve is
 * whole. Run `npm run build && node dist/examples/sweep.js`, then `npx provml runs --study "learning rates"`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { provenance } from "provml";
import { open } from "provml/query";
import type { Examples } from "./classifier.ts";
import { cleanRows, loadRows, normalise, PENGUINS_FILE } from "./penguins-model.ts";
import { accuracyOf, descend, type Weights, zeroWeights } from "./softmax.ts";

const STUDY = "learning rates";
const FOLDS = 5;
const EPOCHS = 60;
const LEARNING_RATES = [0.1, 1];

/** The job that is killed, and in which epoch. */
const KILLED = { job: 7, epoch: 25 };

const { job, "killed-in": killedIn } = parseArgs({
  options: { job: { type: "string" }, "killed-in": { type: "string" } },
}).values;

if (job === undefined) await sweep();
else await runJob(Number(job), Number(killedIn ?? Number.NaN));

async function sweep(): Promise<void> {
  const start = (...args: string[]) =>
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...args], {
      env: { ...process.env, PROVML_STUDY: STUDY },
      stdio: ["ignore", "ignore", "inherit"],
    });
  for (let one = 0; one < FOLDS * LEARNING_RATES.length; one++) {
    const name = ["--job", String(one)];
    if (one === KILLED.job) {
      const { signal } = start(...name, "--killed-in", String(KILLED.epoch));
      console.log(`job ${one} ended by ${signal} in epoch ${KILLED.epoch}, and is started again`);
    }
    start(...name);
  }

  await using graph = await open();
  const runs = (await graph.runs()).filter((run) => run.study === STUDY && run.status === "completed");
  for (const learningRate of LEARNING_RATES) {
    const accuracies = runs
      .filter(({ hyperparameters }) => hyperparameters.learningRate === learningRate)
      .map(({ measures }) => measures.accuracy as number);
    const mean = accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length;
    console.log(`learning rate ${learningRate}: accuracy ${mean.toFixed(3)} over ${accuracies.length} folds`);
  }
  for (const { id, continues } of runs) {
    if (continues === undefined) continue;
    const points = await graph.series(id, "loss");
    console.log(
      `one went on after epoch ${continues.step} of a run that was killed: ${points.length} epochs in its curve`,
    );
  }
}

async function runJob(number: number, killedInEpoch: number): Promise<void> {
  const settings = { fold: number % FOLDS, learningRate: LEARNING_RATES[Math.floor(number / FOLDS)] as number };
  const checkpoint = `checkpoint-${number}.json`;
  const prov = provenance({ workflow: "penguin sweep" });
  const prepare = prov.dataPreparation("prepare", async (file: string, { fold }: { fold: number }) => {
    const penguins = cleanRows(await loadRows(prov.current().used(file)));
    return normalise({
      train: penguins.filter((_, i) => i % FOLDS !== fold),
      test: penguins.filter((_, i) => i % FOLDS === fold),
    });
  });
  const fit = prov.training("fit", (train: Examples, { learningRate }: typeof settings) => {
    const run = prov.current();
    const saved = existsSync(checkpoint) ? load(run.used(checkpoint, { kind: "checkpoint" })) : undefined;
    const weights = saved?.weights ?? zeroWeights(train);
    const loss = run.series("loss", { resumed: saved !== undefined });
    for (const epoch of run.epochs(EPOCHS, { first: (saved?.epoch ?? -1) + 1 })) {
      loss.log(epoch.number, descend(weights, train, learningRate));
      if (epoch.number % 10 === 9) {
        save(checkpoint, { epoch: epoch.number, weights });
        epoch.checkpoint(checkpoint);
      }
      if (epoch.number === killedInEpoch) process.kill(process.pid, "SIGKILL");
    }
    return { weights };
  });
  const test = prov.evaluation("test", (model: { weights: Weights }, data: Examples) => ({
    accuracy: accuracyOf(model.weights, data),
  }));

  const { train, test: heldBack } = await prepare(PENGUINS_FILE, settings);
  test(fit(train, settings), heldBack);
  await prov.close();
}

interface Saved {
  readonly epoch: number;
  readonly weights: Weights;
}

/** Whole or not at all, whenever the program is killed. */
function save(file: string, saved: Saved): void {
  writeFileSync(`${file}.new`, JSON.stringify(saved));
  renameSync(`${file}.new`, file);
}

function load(file: string): Saved {
  return JSON.parse(readFileSync(file, "utf8")) as Saved;
}
