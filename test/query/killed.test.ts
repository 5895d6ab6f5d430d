import { spawn } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { folder, opened } from "./recorded.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** Begins a training, logs three rows, says so and waits for ever. */
const PROGRAM = `
  import { provenance } from "provml";
  const prov = provenance({ directory: process.env.DIR, workflow: "flowers", announce: false });
  const learn = prov.training("fit", async ({ learningRate }) => {
    for (const epoch of prov.current().epochs(3)) epoch.log({ loss: 1 / (epoch.number + 1) });
    await prov.flush();
    console.log("trained");
    await new Promise((done) => setTimeout(done, 60_000));
  });
  await learn({ learningRate: 0.5 });
`;

async function trainAndKill(root: string): Promise<void> {
  const env = { ...process.env, DIR: join(root, ".provml") };
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], { cwd: REPOSITORY, env });
  await new Promise((told) => child.stdout.once("data", told));
  child.kill("SIGKILL");
  await new Promise((ended) => child.once("exit", ended));
}

test("a run whose process was killed was interrupted, and keeps what it had recorded", async () => {
  const root = folder();
  await trainAndKill(root);
  const graph = await opened(root);
  const [run] = await graph.runs();
  expect(run).toMatchObject({ name: "fit", status: "interrupted", hyperparameters: { learningRate: 0.5 } });
  expect(run?.measures.loss).toBe(1 / 3);
  expect(run?.endedAt).toBeUndefined();
  expect((await graph.series("fit", "loss")).map(({ step }) => step)).toEqual([0, 1, 2]);
  expect((await graph.run("fit")).step.status).toBe("interrupted");
});

test("a run of whose process nothing is known any more is silent, never a success", async () => {
  const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
  const root = folder();
  await trainAndKill(root);
  await flush(join(root, ".provml"));
  const elsewhere = folder();
  renameSync(join(root, ".provml"), join(elsewhere, ".provml"));
  const graph = await opened(elsewhere);
  expect((await graph.runs())[0]?.status).toBe("interrupted"); // the flusher had proof, and stated it
  await graph.close();
  for (const { s } of await (await opened(elsewhere)).sparql`SELECT ?s WHERE { ?s a provml:Closing }`) {
    const writer = /([^/]+)-closing$/.exec(String(s))?.[1];
    const uuid = String(s).split("/").at(-2) ?? "";
    rmSync(join(elsewhere, ".provml", "graph", uuid, `${writer}-closing.nq`));
  }
  const [run] = await (await opened(elsewhere)).runs();
  expect(run?.status).toBe("silent");
  expect(Date.parse(run?.silentSince ?? "")).toBeGreaterThanOrEqual(Date.parse(run?.startedAt ?? ""));
});
