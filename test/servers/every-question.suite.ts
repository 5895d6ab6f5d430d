import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provenance } from "provml";
import { deleteRun, note, rename, tag, untag } from "provml/curate";
import { type Asked, type Graph, open } from "provml/query";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { CurationInputs, TrainingInputs } from "../../bench/graph/inputs.ts";
import { generatedGraph } from "../../bench/graph.ts";
import { flush } from "../../dist/src/flush/flush.js";
import { feed } from "../../dist/src/flush/replica/feed.js";
import type { ServerStore } from "../../dist/src/store/server/server.js";
import { EVERY_QUESTION, papersQuestions, type Things } from "./every-question.ts";
import { fresh } from "./fresh.ts";
import { SERVERS, type ServerName } from "./start.ts";

const RUNS = 40;
const ada = { person: "Ada" };

let recorded: { readonly directory: string; readonly things: Things; end(): Promise<void> };
const stores = new Map<ServerName, ServerStore>();

beforeAll(async () => {
  for (const name of SERVERS) {
    const { address } = inject("servers")[name];
    if (address !== undefined) stores.set(name, await fresh(name, address));
  }
  recorded = await record(async (directory) => {
    for (const [name, store] of stores) {
      const report = await feed(directory, store, { server: `test:${name}` });
      expect(report).toMatchObject({ waiting: undefined, refused: 0, unreadable: [] });
    }
  });
});
afterAll(() => recorded?.end());

describe.each(SERVERS)("over %s, where runs were deleted, remarks made, and one goes on", (name: ServerName) => {
  const { why } = inject("servers")[name];
  if (why !== undefined) {
    test.skip(`not run: ${why}`, () => {});
    return;
  }
  let here: Graph;
  let there: Graph;

  beforeAll(async () => {
    const { directory } = recorded;
    here = await open(directory);
    there = await open(stores.get(name), { directory });
  });
  afterAll(async () => {
    await here?.close();
    await there?.close();
  });

  for (const [question, asking] of Object.entries(EVERY_QUESTION)) {
    test(`${question} answers as the embedded store does`, async () => {
      const asked = asking(recorded.things);
      expect(asked.length).toBeGreaterThan(0);
      for (const ask of asked) {
        const expected = await ask(here);
        expect(await ask(there)).toEqual(expected);
      }
    });
  }

  test("the queries behind the papers' questions are taken, and find as much", async () => {
    // Once each: a store that tells things in another order may be asked of the same ones twice, in two orders.
    const counted = async (graph: Graph, asked: Asked<unknown>) => {
      await asked;
      const found = new Set<number>();
      for (const query of await asked.sparql()) found.add((await graph.select(query)).length);
      return [...found].sort((a, b) => a - b);
    };
    for (const [ask] of Object.values(papersQuestions(recorded.things))) {
      if (ask === undefined) continue;
      const expected = await counted(here, ask(here));
      expect(await counted(there, ask(there))).toEqual(expected);
    }
  });
});

/** A generated graph, and what it lacks: remarks, a deletion after it was brought, a stream, a plan, and a run that goes on whose last rows lie in the spool. */
async function record(bring: (directory: string) => Promise<void>): Promise<typeof recorded> {
  const { inputs, directory: generated } = generatedGraph({ runs: RUNS });
  const root = mkdtempSync(join(tmpdir(), "provml-every-"));
  const directory = join(root, ".provml");
  cpSync(generated, directory, { recursive: true });
  const recorder = (workflow: string, options: object = {}) =>
    provenance({ directory, workflow, agent: "Ada", announce: false, ...options });

  const deleted = join(root, "deleted.json");
  const one = recorder("make");
  one.training("doomed", () => {
    writeFileSync(deleted, "weights");
    one.current().generated(deleted, { kind: "model" });
  })();
  await one.close();
  const two = recorder("tune");
  two.training("heir", () => {
    two.current().used(deleted, { kind: "model" });
    return new Map([["tuned", true]]);
  })();
  const stream = two.stream("trigger", { model: two.model({ name: "a" }), device: "cpu", window: { events: 100 } });
  for (let event = 0; event < 1000; event++) stream.record((event % 97) / 97, 0.1 + (event % 7), event);
  stream.close();
  await two.close();

  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const plan = { name: "going", steps: [{ name: "fit", kind: "training", parameters: ["rate", "depth"] }] };
  const three = recorder("going", { plan });
  const trainings = inputs.executions.filter((its): its is TrainingInputs => its.kind === "training");
  const [{ raw }] = inputs.executions as unknown as readonly [CurationInputs];
  const training = trainings[0] as TrainingInputs;
  let reached = () => {};
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const ended = three.training("going-on", async (_settings: object) => {
    for (const epoch of three.current().epochs(9)) {
      epoch.log({ loss: 1 / (1 + epoch.number) });
      if (epoch.number !== 5) continue;
      await three.flush();
      await flush(directory);
      await bring(directory);
    }
    reached();
    await left;
  })({ rate: 0.1 });
  await Promise.race([isReached, ended]);

  const ids = await using(directory, async (graph) => (await graph.runs()).map(({ id }) => id));
  await tag(directory, "fit-3", ["good", "soon gone"], ada);
  await untag(directory, "fit-3", ["soon gone"], ada);
  await note(directory, "fit-4", "keep this 'one'\nfor \\ the paper", ada);
  await rename(directory, ids.at(-1) as string, "renamed", ada);
  await deleteRun(directory, "doomed", { ...ada, reason: "the wrong file" });
  await flush(directory);
  await bring(directory);

  const completed = trainings.flatMap(({ runs }) => runs).filter(({ outcome }) => outcome.status === "completed");
  const failed = trainings.flatMap(({ runs }) => runs).find(({ outcome }) => outcome.status === "failed");
  const models = completed.map(({ outcome }) => (outcome as { model: { path: string } }).model.path);
  const things: Things = {
    runs: [completed[3], completed.at(-1)].map((run) => run?.name ?? ""),
    failed: failed?.name ?? "",
    models: [models[3], models.at(-1)].map((path) => path ?? ""),
    raw: raw.path,
    train: training.preparation.train.path,
    study: training.study,
    person: training.person,
    going: "going-on",
    stream: "trigger",
    deleted,
    bytes: Buffer.from("weights"),
    heir: "heir",
  };
  const end = async () => {
    leave();
    await ended;
    await three.close();
    for (const store of stores.values()) await store.close();
    rmSync(root, { recursive: true, force: true });
  };
  return { directory, things, end };
}

async function using<T>(directory: string, ask: (graph: Graph) => Promise<T>): Promise<T> {
  await using graph = await open(directory);
  return await ask(graph);
}
