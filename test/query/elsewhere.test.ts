import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { listSegments, readSegment } from "../../src/spool/reader.ts";
import { rewriteHeader } from "../faults/header-rewritten.ts";
import { folder, opened, recorder } from "./recorded.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** Begins a step, says which in which execution, and waits until it is killed. */
const PROGRAM = `
  import { provenance } from "provml";
  const prov = provenance({ directory: process.env.DIR, workflow: "flowers", announce: false });
  await prov.activity("waits", async () => {
    await prov.flush();
    console.log(prov.current().id);
    await new Promise((done) => setTimeout(done, 600_000));
  })();
`;

interface Waiting {
  readonly child: ChildProcess;
  /** The step that it is in. */
  readonly step: string;
}

async function waiting(root: string, carrier: Readonly<Record<string, string>> = {}): Promise<Waiting> {
  const env = { ...process.env, ...carrier, DIR: join(root, ".provml") };
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    ...{ cwd: REPOSITORY, env, stdio: ["ignore", "pipe", "inherit"] },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [step] = await once(child.stdout as NodeJS.ReadableStream, "data");
  return { child, step: String(step).trim() };
}

async function kill({ child }: Waiting): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** A copy in which one process was one of another machine. */
function withElsewhere(root: string, pid: number | undefined): string {
  const copy = folder();
  cpSync(join(root, ".provml"), join(copy, ".provml"), { recursive: true });
  let count = 0;
  for (const { path } of listSegments(join(copy, ".provml", "spool"))) {
    const reading = readSegment(path);
    reading?.close();
    if (reading?.header.pid !== pid) continue;
    rewriteHeader(path, (json) => JSON.stringify({ ...JSON.parse(json), bootId: "elsewhere", host: "elsewhere" }));
    count++;
  }
  expect(count).toBeGreaterThan(0);
  return copy;
}

/** How activities are shown, read from the spool, and after a flush. */
async function statuses(root: string, ...ids: readonly string[]): Promise<unknown[]> {
  const shown = async () => {
    const graph = await opened(root);
    return await Promise.all(ids.map(async (id) => (await graph.show(id)).status));
  };
  const before = await shown();
  const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
  await flush(join(root, ".provml"));
  expect(await shown()).toEqual(before);
  return before;
}

const executionOf = (id: string) => id.replace(/[^/]+$/, "execution");

test("an execution was interrupted when the process that began it was killed, and so was its step", async () => {
  const root = folder();
  const alone = await waiting(root);
  await kill(alone);
  expect(await statuses(root, executionOf(alone.step), alone.step)).toEqual(["interrupted", "interrupted"]);
});

test("an execution whose first process nobody here can see is silent, whatever became of a child", async () => {
  const root = folder();
  const prov = recorder(root);
  const { child, step } = await prov.activity("starts", async () => {
    const child = await waiting(root, prov.carrier());
    await kill(child);
    return { child, step: prov.current().id };
  })();
  await prov.flush();
  const copy = withElsewhere(root, process.pid);
  expect(await statuses(copy, executionOf(step), step, child.step)).toEqual(["silent", "completed", "interrupted"]);
});

test("a child that nobody here can see may go on after its parent has ended", async () => {
  const root = folder();
  const prov = recorder(root);
  const { child, step } = await prov.activity("starts", async () => {
    return { child: await waiting(root, prov.carrier()), step: prov.current().id };
  })();
  await prov.close();
  const copy = withElsewhere(root, child.child.pid);
  expect(await statuses(copy, executionOf(step), step, child.step)).toEqual(["completed", "completed", "silent"]);
});
