import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import * as ort from "onnxruntime-web";
import { type Provenance, provenance } from "provml";
import { recordSessions } from "provml/adapters/onnxruntime";
import { provenanceSpanProcessor } from "provml/adapters/opentelemetry";
import { note, rename, tag, untag } from "provml/curate";
import { afterAll } from "vitest";
import { Execution } from "../../src/capture/execution.ts";
import * as carrying from "../../src/capture/placement/carrying.ts";
import { createProvenance, type Provenance as OwnProvenance } from "../../src/capture/provenance.ts";
import { type Brief, briefPrefixes } from "../../src/model/brief.ts";
import { executionNamespace, type Prefixes } from "../../src/model/names.ts";
import { namePlan, type Plan } from "../../src/model/plan.ts";
import { planStatements } from "../../src/model/plan-statements.ts";
import type { Quad } from "../../src/rdf/terms.ts";
import { memorySink } from "../../src/testing/memory-sink.ts";
import { lineModel } from "../adapters/line-model.ts";
import { parseQuads, quadsOf } from "./quads-of.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** Everything that a `.provml` directory states. */
export function quadsIn(directory: string): Quad[] {
  return readdirSync(join(directory, "graph"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".nq"))
    .sort()
    .flatMap((name) => parseQuads(readFileSync(join(directory, "graph", name), "utf8")));
}

/** A folder that is gone after the tests of the file. */
export function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), "provml-shapes-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What a program that records into `.provml` of a folder has stated, once it is flushed. */
export async function recordedIn(folder: string, program: (prov: Provenance) => unknown): Promise<Quad[]> {
  const directory = join(folder, ".provml");
  const prov = provenance({ directory, workflow: "flowers", agent: "Ada", announce: false });
  await program(prov);
  await prov.close();
  return flushed(directory);
}

export async function flushed(directory: string): Promise<Quad[]> {
  const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
  await flush(directory);
  return quadsIn(directory);
}

/** What people said of a run: a tag that was taken back, a note and a name. */
export async function remarkedIn(folder: string): Promise<Quad[]> {
  await recordedIn(folder, (prov) => prov.training("fit", () => ({ w: 1 }))());
  const directory = join(folder, ".provml");
  const ada = { person: "Ada" };
  await tag(directory, "fit", ["best", "wrong"], ada);
  await untag(directory, "fit", ["wrong"], ada);
  await note(directory, "fit", "the one of the paper", ada);
  await rename(directory, "fit", "final", ada);
  return quadsIn(directory);
}

/** What an execution states that does another one again. */
export async function reproducedIn(folder: string): Promise<Quad[]> {
  process.env.PROVML_REPRODUCES = "https://w3id.org/prov-ml/id/0190a5d0-0000-7000-8000-000000000000/execution";
  try {
    return await recordedIn(folder, (prov) => prov.training("fit", () => ({ w: 1 }))());
  } finally {
    delete process.env.PROVML_REPRODUCES;
  }
}

const KILLED = `
  import { provenance } from "provml";
  const prov = provenance({ directory: process.env.DIR, workflow: "flowers", announce: false });
  const learn = prov.training("fit", async (rows, { learningRate }) => {
    for (const epoch of prov.current().epochs(3)) epoch.log({ loss: learningRate / (epoch.number + 1) });
    await prov.flush();
    console.log("trained");
    await new Promise((done) => setTimeout(done, 60_000));
  });
  await learn(prov.dataPreparation("load", () => [[1, 2]])(), { learningRate: 0.5 });
`;

/** What is stated of a training whose process was killed: by the process, and by the flusher that found it dead. */
export async function killedIn(folder: string): Promise<Quad[]> {
  const directory = join(folder, ".provml");
  const env = { ...process.env, DIR: directory };
  const child = spawn(process.execPath, ["--input-type=module", "-e", KILLED], { cwd: REPOSITORY, env });
  await new Promise((told) => child.stdout.once("data", told));
  child.kill("SIGKILL");
  await new Promise((ended) => child.once("exit", ended));
  return flushed(directory);
}

/** A training of one fold that fails, an evaluation without anything, and a step that is too large to be kept: statements are lost. */
export async function troubledIn(folder: string): Promise<Quad[]> {
  return recordedIn(folder, (prov) => {
    const load = prov.dataPreparation("load", () => {
      prov.current().used("no such file.csv");
      return [[1, 2]];
    });
    const rows = prov.dataset(load(), { split: "train", rowCount: 1 });
    const learn = prov.training("fit", (_rows: number[][], _settings: { rate: number }) => {
      prov.current().section("fold", 3, () => {
        throw new RangeError("no more memory");
      });
    });
    try {
      learn(rows, { rate: 0.5 });
    } catch {}
    prov.evaluation("test", () => undefined)();
    prov.dataset({}, { description: "x".repeat(2 ** 21) });
  });
}

/** A call of a language model, as OpenTelemetry tells of it. */
export async function calledIn(folder: string): Promise<Quad[]> {
  return recordedIn(folder, (prov) => {
    const provider = new BasicTracerProvider({ spanProcessors: [provenanceSpanProcessor({ prov })] });
    const span = provider.getTracer("test").startSpan("chat toy-1");
    span.setAttributes({
      "gen_ai.provider.name": "toy",
      "gen_ai.request.model": "toy-1",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 2,
      "gen_ai.usage.output_tokens": 3,
      "gen_ai.input.messages": '[{"role":"user","content":"hi"}]',
      "gen_ai.completion": "hey",
    });
    span.end();
  });
}

/** A session of a model whose file says all that one can say of itself. */
export async function modelledIn(folder: string): Promise<Quad[]> {
  ort.env.wasm.numThreads = 1;
  const path = join(folder, "line.onnx");
  writeFileSync(path, lineModel());
  return recordedIn(folder, async (prov) => {
    await recordSessions(ort.InferenceSession, { prov }).create(path);
  });
}

/** A stream of inferences in which everything happens that can, by a model that is trained on meanwhile, and calls of a wrapped function. */
export async function servedIn(folder: string): Promise<Quad[]> {
  return recordedIn(folder, (prov) => {
    const rows = prov.dataset(prov.dataPreparation("load", () => [[1, 2]])(), { split: "train" });
    const learn = prov.training("fit", (_rows: object, { rate }: { rate: number }) => ({ w: rate }));
    const model = learn(rows, { rate: 0.5 });
    const predict = prov.inference("predict", (its: { w: number }, x: number) => its.w * x);
    predict(model, 1);
    prov.run("serve", () => {
      const stream = prov.stream("trigger", {
        model,
        sample: 0.5,
        thresholds: { tight: 0.9 },
        device: "cpu",
        parameters: { conditions: "2024-A" },
      });
      for (let event = 0; event < 20; event++) stream.record(event / 20, 0.06, event);
      const frame = new Float32Array([1, 2, 3]);
      const alert = prov.entity({ event: 19 }, { name: "alert" });
      const scores = { bbh: 0.95, noise: 0.05 };
      stream.selected(19, { scores, threshold: 0.9, decision: "keep", input: frame, downstream: alert });
      stream.selected("S19", { scores: 0.9, downstream: "S190425z", parameters: { interferometers: "H1L1" } });
      stream.failed(20, new RangeError("no more memory"));
      stream.fallback(21, "cuda:0", "cpu");
      stream.dropped(3);
      stream.skipped();
      stream.swap(learn(rows, { rate: 0.6 }));
      stream.record(Number.NaN, 0.07, 22);
      stream.close();
      using overrun = prov.stream("overrun", { model, sample: 1, recordsPerSecond: 0 });
      overrun.record(0.5, 1);
    });
  });
}

/** Two runs of a study: one that saves its model and stops early, and one that goes on from there. */
export async function resumedIn(folder: string): Promise<Quad[]> {
  return recordedIn(folder, (prov) => {
    prov.study("rates");
    const path = join(folder, "model.json");
    const rows = prov.dataset([[1, 2]], { name: "rows", split: "train" });
    const learn = prov.training("fit", (_rows: number[][], { first }: { first: number }) => {
      const run = prov.current();
      if (first > 0) run.used(path, { kind: "checkpoint" });
      run.series("loss", first > 0 ? { resumed: first - 1 } : {});
      const model = new Map([["weight", first]]);
      for (const epoch of run.epochs(10, { first })) {
        epoch.section("batch", 0, (batch) => batch.log({ "batch loss": 1 }));
        epoch.log({ loss: epoch.number });
        writeFileSync(path, `[${epoch.number}]`);
        epoch.checkpoint(model, epoch.number, { path });
        if (epoch.number === first + 2) break;
      }
      run.stoppedEarly({ reason: "no better", best: first + 1 });
      return model;
    });
    for (const first of [0, 3]) learn(rows, { first });
  });
}

/** What one process of two states in the second start of their job. */
export async function rankedIn(folder: string): Promise<Quad[]> {
  const job = { SLURM_JOB_ID: "17", SLURM_RESTART_COUNT: "1" };
  Object.assign(process.env, job, { SLURM_STEP_ID: "0", SLURM_STEP_NUM_TASKS: "2", SLURM_PROCID: "1" });
  try {
    return await recordedIn(folder, (prov) => prov.training("fit", () => ({ weights: [1] }))());
  } finally {
    for (const name of Object.keys(process.env)) if (name.startsWith("SLURM_")) delete process.env[name];
  }
}

interface Frames {
  /** What each write held: a process that is killed leaves the first so many. */
  readonly frames: readonly (readonly Brief[])[];
  readonly prefixes: Prefixes;
}

/** What a program writes, write by write. */
export async function framesOf(program: (prov: OwnProvenance) => unknown): Promise<Frames> {
  const frames: Brief[][] = [];
  let prefixes: Prefixes = {};
  const prov = createProvenance(
    { workflow: "flowers", agent: "Ada", announce: false },
    {
      begin: (settings, faults) =>
        new Execution(
          settings,
          faults,
          (request) => {
            prefixes = briefPrefixes(request.base, executionNamespace(request.base, request.execution));
            const statements = (list: readonly Brief[]) => void frames.push(JSON.parse(JSON.stringify(list)));
            return { ...memorySink(request), statements };
          },
          () => undefined,
        ),
      carrying: () => carrying,
      checkPlan: namePlan,
      announce: () => {},
    },
  );
  await program(prov);
  await prov.close();
  return { frames, prefixes };
}

const PLAN: Plan = {
  name: "flowers",
  study: "flora",
  complete: true,
  ordered: true,
  steps: [
    {
      name: "fit",
      kind: "training",
      parameters: [
        { name: "rate", minimum: 0, maximum: 1 },
        { name: "optimizer", values: ["sgd", "adam"], default: "sgd" },
      ],
      inputs: [{ name: "train", kind: "dataset", split: "train" }],
      outputs: [{ name: "model", kind: "model" }],
      measures: ["loss"],
      sections: ["epoch"],
      algorithm: "gradient descent",
      task: "classification",
    },
    {
      name: "test",
      kind: "evaluation",
      measures: [{ name: "accuracy", optional: true }],
      procedure: "hold-out",
      optional: true,
    },
  ],
};

/** A plan that says all that a plan can. */
export function planned(): Quad[] {
  const base = "https://w3id.org/prov-ml/id/";
  return quadsOf(planStatements(namePlan(PLAN)), briefPrefixes(base, executionNamespace(base, "none")));
}
