import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Recorded } from "../../src/testing/recorded.ts";
import { type Ended, project, readSpool, runProgram } from "./program.ts";

/** Runs a program whose threads run `thread.js`. */
async function withThread(main: string, thread: string, environment: Record<string, string> = {}): Promise<Ended> {
  const folder = project();
  writeFileSync(join(folder, "thread.js"), `import { activity, current, training, within } from "provml";\n${thread}`);
  const source = `
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    import { activity, carrier, close, current, provenance, training } from "provml";
    const start = (options) => once(new Worker(new URL("thread.js", import.meta.url), options), "exit");
    ${main}`;
  const ended = await runProgram(source, { folder, environment });
  expect([ended.stderr, ended.code]).toEqual(["", 0]);
  return ended;
}

function only(executions: readonly Recorded[]): Recorded {
  expect(executions).toHaveLength(1);
  return executions[0] as Recorded;
}

/** The labels from a step up to its execution. */
function way(recorded: Recorded, label: string): string[] {
  const way: string[] = [];
  for (let at: string | undefined = label; at !== undefined; at = recorded.partOf(at)) way.push(at);
  return way;
}

const STEP = 'activity("inner", () => current().log({ loss: 1 }))();';

describe("a step in a worker thread", () => {
  it("is part of the execution and of the step in which the thread was made", async () => {
    const ended = await withThread('await activity("outer", async () => { await null; await start(); })();', STEP);
    const recorded = only(ended.recorded());
    expect(way(recorded, "inner")).toEqual(["inner", "thread 1", "outer", "@zoo/birds"]);
    expect(recorded.series("loss")).toEqual([[0, 1]]);
    expect(recorded.status("thread 1")).toBe("provml:Completed");
    expect(recorded.ofType("provml:Environment")).toHaveLength(1); // the process has stated what it is
  });

  it.each([
    ["that shares the environment", "{ env: SHARE_ENV }"],
    ["without any environment", "{ env: {} }"],
  ])("%s", async (_, options) => {
    const main = `const { SHARE_ENV } = await import("node:worker_threads"); await activity("outer", () => start(${options}))();`;
    const ended = await withThread(main, STEP);
    expect(way(only(ended.recorded()), "inner")).toEqual(["inner", "thread 1", "outer", "@zoo/birds"]);
  });

  it("that runs a text", async () => {
    const text = 'import("provml").then(({ activity }) => activity("inner", () => 1)())';
    const main = `await activity("outer", () => once(new Worker(${JSON.stringify(text)}, { eval: true }), "exit"))();`;
    const ended = await withThread(main, "");
    expect(way(only(ended.recorded()), "inner")).toEqual(["inner", "thread 1", "outer", "@zoo/birds"]);
  });

  it("of a thread is part of that one's step; of a thread that records nothing, of the step around it", async () => {
    const thread = `
      import { Worker, workerData } from "node:worker_threads";
      const next = () => new Worker(new URL(import.meta.url), { workerData: (workerData ?? 0) + 1 });
      if (workerData === 2) next();
      else activity("level " + (workerData ?? 0), () => { if (workerData === undefined || workerData < 3) next(); })();`;
    const ended = await withThread('await activity("outer", () => start())();', thread);
    const recorded = only(ended.recorded());
    expect(way(recorded, "level 3")).toEqual([
      "level 3",
      "thread 4",
      "level 1",
      "thread 2",
      "level 0",
      "thread 1",
      "outer",
      "@zoo/birds",
    ]);
  });

  it("made before the first step is part of the execution, which it does not begin", async () => {
    const main = `
      const prov = provenance({ workflow: "early" });
      const thread = start();
      await thread;
      activity("later", () => 1)();`;
    const recorded = only((await withThread(main, STEP)).recorded());
    const [whole, part] = recorded.things("early").filter(({ kind }) => kind === "activity");
    expect([whole, part].filter((one) => one?.id.endsWith("/execution"))).toHaveLength(1);
    const inner = recorded.things(String(recorded.activity("inner").get("dcterms:isPartOf")))[0];
    expect(inner?.get("dcterms:isPartOf")).toBe(recorded.things("later")[0]?.get("dcterms:isPartOf"));
  });

  it("is of an execution of its own where its process is not recorded", async () => {
    const ended = await withThread("await start();", STEP);
    expect(way(only(ended.recorded()), "inner")).toEqual(["inner", "@zoo/birds"]);
  });

  it("is held to the plan of its process, and goes to its directory", async () => {
    const main = `
      const prov = provenance({ directory: "elsewhere/.provml", workflow: "birds", base: "https://example.org/",
        plan: { name: "p", steps: [{ name: "outer", kind: "activity" }, { name: "inner", kind: "activity" }] } });
      await prov.activity("outer", () => start())();`;
    const ended = await withThread(main, STEP);
    expect(ended.recorded()).toEqual([]);
    const recorded = only(readSpool(join(ended.folder, "elsewhere/.provml/spool")));
    expect(way(recorded, "inner")).toEqual(["inner", "thread 1", "outer", "birds"]);
    const planned = recorded.ofKind("wasAssociatedWith").filter(({ plan }) => plan !== undefined);
    expect(planned.map(({ activity }) => activity)).toContain(recorded.activity("inner").id);
  });
});

describe("a thread that records nothing", () => {
  it("leaves no trace", async () => {
    const [alone, ended] = await Promise.all([
      withThread('await activity("outer", async () => {})();', ""),
      withThread('await activity("outer", async () => { await start(); })();', ""),
    ]);
    expect(only(ended.recorded()).briefs).toHaveLength(only(alone.recorded()).briefs.length);
  });

  it("is not touched when nothing is recorded", async () => {
    const main = 'await activity("outer", () => start())();';
    const thread =
      'import { getEnvironmentData } from "node:worker_threads"; console.log(getEnvironmentData("provml"), typeof globalThis[Symbol.for("provml.context")]);';
    const ended = await withThread(main, thread, { PROVML_DISABLED: "1" });
    expect([ended.stdout, ended.recorded()]).toEqual(["undefined undefined\n", []]);
  });
});

describe("the thread of a pool", () => {
  it("works for many steps, each of which it is told in a message", async () => {
    const main = `
      const pool = new Worker(new URL("thread.js", import.meta.url));
      const work = async (job) => { pool.postMessage({ job, carrier: carrier() }); await once(pool, "message"); };
      for (const name of ["one", "two"]) await activity(name, () => work("job " + name))();
      pool.postMessage("end");
      await once(pool, "exit");`;
    const thread = `
      import { parentPort } from "node:worker_threads";
      parentPort.on("message", async (message) => {
        if (message === "end") return parentPort.close();
        await within(message.carrier, async () => {
          current().log({ load: 1 });
          await activity(message.job, async () => { await null; })();
        });
        parentPort.postMessage("done");
      });`;
    const recorded = only((await withThread(main, thread)).recorded());
    expect(recorded.partOf("job one")).toBe("one");
    expect(recorded.partOf("job two")).toBe("two");
    expect(recorded.generatedBy("two").map(({ label }) => label)).toContain("load");
  });
});

it("a run in a thread of a run is a step of it", async () => {
  const ended = await withThread('await training("fit", () => start())();', 'training("part", () => 1)();');
  const recorded = only(ended.recorded());
  expect(recorded.ofType("mls:Run").map(({ label }) => label)).toEqual(["fit"]);
});
