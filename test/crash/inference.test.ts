import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { open } from "provml/query";
import { expect, onTestFinished, test } from "vitest";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const WINDOW = 500;

/** Scores events for ever, from FIRST on, some of them selected and failed, and says after each window how many it was offered. */
const PROGRAM = `
  import { provenance } from "provml";
  const prov = provenance({ directory: process.env.DIR, workflow: "serve", announce: false });
  const model = prov.model({ w: 1 }, { name: "net" });
  const stream = prov.stream("trigger", { model, window: { events: ${WINDOW} }, sample: 0.05 });
  const first = Number(process.env.FIRST);
  for (let event = first; ; event++) {
    stream.record((event % 97) / 97, 0.06, event);
    if (event % 50 === 0) stream.selected(event, { scores: 0.9, decision: "keep" });
    if ((event - first + 1) % ${WINDOW} !== 0) continue;
    console.log(event - first + 1);
    await new Promise((done) => setTimeout(done, 1));
  }
`;

/** Kills the program at some moment after so many windows. @returns the last number that it said: these events are in closed windows. */
async function serveAndKill(directory: string, first: number, windows: number): Promise<number> {
  const env = { ...process.env, DIR: directory, FIRST: String(first) };
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], { cwd: REPOSITORY, env });
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    said = Number(line);
    if (said === windows * WINDOW) setTimeout(() => child.kill("SIGKILL"), Math.random() * 5);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return said;
}

test("kill -9 costs a stream the open window at most, and what starts after it counts on under ids of its own", {
  timeout: 60_000,
}, async () => {
  const directory = join(mkdtempSync(join(tmpdir(), "provml-served-")), ".provml");
  onTestFinished(() => rmSync(join(directory, ".."), { recursive: true, force: true }));
  const said: number[] = [];
  for (const [time, windows] of [3, 7, 12].entries()) said.push(await serveAndKill(directory, time * 1e6, windows));

  await using graph = await open(directory);
  const { streams, counts, missingWindows, scores } = await graph.inference("trigger");
  expect(streams.map(({ status }) => status)).toEqual(["interrupted", "interrupted", "interrupted"]);
  expect(missingWindows).toBe(0);
  const windows = await graph.windows("trigger");
  for (const [time, told] of said.entries()) {
    const its = windows.filter(({ minimumEvent }) => Math.floor(Number(minimumEvent) / 1e6) === time);
    // What it said is there, whole; at most the window that it was about to tell of is more.
    expect([told, told + WINDOW]).toContain(its.length * WINDOW);
    expect(its.map(({ number }) => number)).toEqual(its.map((_, i) => i + 1));
    expect(
      its.every(
        ({ counts: { offered }, minimumEvent, maximumEvent }) =>
          offered === WINDOW && Number(maximumEvent) - Number(minimumEvent) === WINDOW - 1,
      ),
    ).toBe(true);
  }
  expect([counts.offered, scores?.count]).toEqual([windows.length * WINDOW, windows.length * WINDOW]);
  // Of the closed windows, every sampled and selected event has its record, once.
  const records = await graph.sparql`
    SELECT ?id (COUNT(?event) AS ?n) WHERE { ?event provml:eventId ?id ; provml:windowNumber ?w } GROUP BY ?id`;
  expect(records.every(({ n }) => n === 1)).toBe(true);
  const ids = new Set(records.map(({ id }) => Number(id)));
  const [last] = windows.slice(-1);
  for (let event = 0; event <= Number(last?.maximumEvent) && event < (said[0] as number); event += 50)
    expect(ids.has(event)).toBe(true);
  const sampled = await graph.sparql`
    SELECT (COUNT(?event) AS ?n) WHERE { ?event provml:recordedAs "sampled" ; provml:windowNumber ?w . ?event dcterms:isPartOf ?stream .
      ?window a provml:InferenceWindowExecution ; dcterms:isPartOf ?stream ; provml:windowNumber ?w }`;
  expect(sampled[0]?.n).toBe(counts.sampled);
});

test("a program that ends in any way of its own leaves its open window", { timeout: 60_000 }, async () => {
  const endings = {
    exit: "process.exit(3)",
    throw: 'throw new Error("end")',
    rejection: 'Promise.reject(new Error("end"))',
    quietly: "",
  };
  for (const [name, ending] of Object.entries(endings)) {
    const directory = join(mkdtempSync(join(tmpdir(), `provml-${name}-`)), ".provml");
    onTestFinished(() => rmSync(join(directory, ".."), { recursive: true, force: true }));
    const program = `
      import { provenance } from "provml";
      const prov = provenance({ directory: process.env.DIR, announce: false });
      const stream = prov.stream("trigger", { sample: 1 });
      const predict = prov.inference("predict", () => 1);
      for (let event = 0; event < 20; event++) { stream.record(0.5, 0.1, event); predict(); }
      ${ending}`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: REPOSITORY,
      env: { ...process.env, DIR: directory },
      stdio: "ignore",
    });
    await once(child, "exit");
    await using graph = await open(directory);
    const found = await graph.inferences();
    expect(
      found.map(({ names, counts }) => [...names, counts.processed, counts.sampled]),
      name,
    ).toEqual([
      ["predict", 20, 0],
      ["trigger", 20, 20],
    ]);
  }
});
