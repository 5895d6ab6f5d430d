import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { open } from "provml/query";
import { expect, onTestFinished, test } from "vitest";
import { eventHash } from "../../src/capture/inference/event-hash.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(REPOSITORY, "dist/src/cli/main.js");
const START =
  'import { provenance } from "provml";\nconst prov = provenance({ workflow: "serve", announce: false });\n';

function temporary(): string {
  const directory = join(mkdtempSync(join(tmpdir(), "provml-serving-")), ".provml");
  onTestFinished(() => rmSync(join(directory, ".."), { recursive: true, force: true }));
  return directory;
}

/** Starts a program that serves. It is gone with the test. */
function started(directory: string, args: readonly string[]): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, [...args], {
    cwd: REPOSITORY,
    env: { ...process.env, PROVML_DIR: directory },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child as ChildProcess & { stdout: NodeJS.ReadableStream };
}

test("a selected event and a closed window are there for SPARQL when the call has returned, whatever the program does then", async () => {
  const directory = temporary();
  // It never gives its loop back: no timer, no other thread and no end of the program writes anything after the calls.
  const child = started(directory, [
    "--input-type=module",
    "-e",
    `import { writeSync } from "node:fs";
    ${START}
    const stream = prov.stream("trigger", { model: prov.model({ w: 1 }, { name: "net" }), window: { events: 10 } });
    for (let event = 0; event < 10; event++) stream.record(0.5, 0.1, event);
    stream.record(0.99, 0.1, 10);
    stream.selected(10, { decision: "keep" });
    writeSync(1, "returned\\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
  ]);
  for await (const line of createInterface({ input: child.stdout })) {
    expect(line).toBe("returned");
    break;
  }
  await using graph = await open(directory);
  const selected = await graph.sparql`SELECT ?decision WHERE {
    ?event provml:eventId 10 ; provml:recordedAs "selected" . ?output prov:wasGeneratedBy ?event ; rdfs:label "decision" ; prov:value ?decision }`;
  expect(selected).toEqual([{ decision: "keep" }]);
  const windows =
    await graph.sparql`SELECT ?offered WHERE { ?w a provml:InferenceWindowExecution ; provml:offeredCount ?offered }`;
  expect(windows).toEqual([{ offered: 10 }]);
  expect(child.exitCode).toBeNull();
});

test("a program serves on while its flusher is killed and no other comes, and every count and sampled event is there afterwards", async () => {
  const [directory, events, each, sample] = [temporary(), 20_000, 500, 0.05];
  const child = started(directory, [
    "--input-type=module",
    "-e",
    `${START}
    const stream = prov.stream("trigger", { model: prov.model({ w: 1 }), window: { events: ${each} }, sample: ${sample}, recordsPerSecond: 500 });
    for (let event = 0; event < ${events}; event++) {
      stream.record((event % 97) / 97, 0.06, event);
      if ((event + 1) % ${each} !== 0) continue;
      console.log(event + 1);
      await new Promise((done) => setTimeout(done, 5));
    }
    stream.close();`,
  ]);
  let flusher: ChildProcess | undefined;
  let dead: Promise<unknown[]> | undefined;
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    said = Number(line);
    if (said === each) {
      // Not before there is a directory to watch.
      flusher = started(directory, [MAIN, "flush", "--watch", "--interval", "0.05"]);
      dead = once(flusher, "exit");
      flusher.stdout?.resume();
    }
    if (said === events / 4) flusher?.kill("SIGKILL");
  }
  expect([said, (await dead)?.[1]]).toEqual([events, "SIGKILL"]);

  await using graph = await open(directory);
  const { counts, scores, latencies, missingWindows, windows, streams } = await graph.inference("trigger");
  expect([counts.offered, counts.processed, scores?.count, latencies?.count]).toEqual(new Array(4).fill(events));
  expect([windows, missingWindows, streams.map(({ status }) => status)]).toEqual([events / each, 0, ["completed"]]);
  const ids = Array.from({ length: events }, (_, event) => event).filter((id) => eventHash(id) < sample * 2 ** 32);
  const records = await graph.sparql`
    SELECT ?id (COUNT(?event) AS ?n) WHERE { ?event provml:recordedAs "sampled" ; provml:eventId ?id } GROUP BY ?id`;
  expect(records.every(({ id, n }) => n === 1 && ids.includes(Number(id)))).toBe(true);
  // Those that came too fast for a record each are counted.
  expect([counts.sampled, counts.sampled + counts.droppedRecords]).toEqual([records.length, ids.length]);
});
