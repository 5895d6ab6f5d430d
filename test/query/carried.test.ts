import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { project, runProgram } from "../capture/program.ts";
import { opened } from "./recorded.ts";

it("a run with steps in a thread and in a child process is one run, with their models, rows and lineage", async () => {
  const folder = project();
  writeFileSync(
    join(folder, "thread.js"),
    `import { current, dataPreparation, dataset } from "provml";
     import { writeFileSync } from "node:fs";
     dataPreparation("encode", () => {
       current().used("raw.csv");
       writeFileSync("encoded.csv", "id,x\\n" + "1,0.5\\n".repeat(40));
       current().generated("encoded.csv");
       current().log({ rows: 7 });
     })();`,
  );
  writeFileSync(
    join(folder, "child.js"),
    `import { current, model, training } from "provml";
     training("fit part", (settings) => {
       current().used("encoded.csv");
       current().log({ loss: 0.25 });
       return model({ w: 1 }, { name: "part" });
     })({ rate: 0.5 });`,
  );
  writeFileSync(join(folder, "raw.csv"), "0");
  const ended = await runProgram(
    `import { spawn } from "node:child_process";
     import { once } from "node:events";
     import { Worker } from "node:worker_threads";
     import { carrier, run } from "provml";
     await run("all", async () => {
       await once(new Worker(new URL("thread.js", import.meta.url)), "exit");
       await once(spawn(process.execPath, ["child.js"], { env: { ...process.env, ...carrier() }, stdio: "inherit" }), "exit");
     });`,
    { folder },
  );
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  const graph = await opened(folder);
  const [run, ...others] = await graph.runs();
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    name: "all",
    workflow: "@zoo/birds",
    status: "completed",
    hyperparameters: { rate: 0.5 },
    measures: { rows: 7, loss: 0.25 },
    models: [{ label: "part" }],
  });
  const { step } = await graph.run("all");
  expect(step.steps.flatMap(({ steps }) => steps.map(({ name }) => name)).sort()).toEqual(["encode", "fit part"]);
  const { nodes } = await graph.lineage(run?.models[0]?.id as string);
  const labels = nodes.map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(["fit part", "encoded.csv", "encode", "raw.csv", "all"]));
  expect((await graph.series(run?.id as string, "loss")).map(({ value }) => value)).toEqual([0.25]);
});
