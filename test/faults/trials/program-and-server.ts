import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../folder.ts";
import { heldIn } from "../oracle.ts";
import { faultyServer, MOODS } from "../server.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const TRAINS = fileURLToPath(new URL("../programs/trains.js", import.meta.url));
const ROWS = 20 * 50;

/** A program that records while the server that its directory is delivered to misbehaves in each way. */
export const programAndServer: FaultTrial = {
  name: "program-and-server",
  promise:
    "a program that records makes no connection and the same writes, whatever the server does that is fed from its directory",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    using folder = temporaryFolder();
    const alone = recorded(outcome, build, folder.path, "alone", {});
    for (const mood of scale === "full" ? MOODS : MOODS.slice(0, 1)) {
      await using server = await faultyServer({ mood: () => mood });
      outcome.trials++;
      if (await isAstray(server.address)) outcome.faults++;
      const beside = recorded(outcome, build, folder.path, mood, { PROVML_STORE: server.address });
      const less = alone.filter((one, n) => one !== beside[n]);
      blame(outcome, "unexplained", less.length, `${mood}: ${less.length} other writes, the first ${less[0]}`);
      blame(outcome, "unexplained", Math.abs(alone.length - beside.length), `${mood}: ${beside.length} writes`);
    }
    return outcome;
  },
  sabotages: [
    {
      name: "the program tells the server itself",
      file: "recording.js",
      find: "export function begin(settings, faults, standing) {",
      replace: `export function begin(settings, faults, standing) {
    if (process.env.PROVML_STORE) fetch(process.env.PROVML_STORE, { signal: AbortSignal.timeout(500) }).catch(() => {});`,
    },
    {
      name: "the program writes something else for a server",
      file: "recording.js",
      find: "export function begin(settings, faults, standing) {",
      replace: `export function begin(settings, faults, standing) {
    if (process.env.PROVML_STORE) settings = { ...settings, workflow: "replicated" };`,
    },
  ],
};

/** Whether a write to the server fails in this mood. */
async function isAstray(address: string): Promise<boolean> {
  const write = { method: "POST", body: "", signal: AbortSignal.timeout(200) };
  return await fetch(`${address}/store`, write).then(
    async (response) =>
      !response.ok ||
      (await response.text().then(
        () => false,
        () => true,
      )),
    () => true,
  );
}

/** What the program wrote, without what is another one each time: times, ids, durations. */
function recorded(
  outcome: Outcome,
  build: string,
  folder: string,
  name: string,
  environment: Readonly<Record<string, string>>,
): string[] {
  const directory = join(folder, "run", ".provml"); // the same one each time, for the program says how it was called
  rmSync(directory, { recursive: true, force: true });
  const log = join(folder, `${name}.trace`);
  const args = [
    "-f",
    "-qq",
    "-e",
    "trace=connect,sendto,sendmsg",
    "-o",
    log,
    process.execPath,
    TRAINS,
    build,
    directory,
  ];
  const env = { ...process.env, PROVML_STORE: "", ...environment };
  const { status, stderr } = spawnSync("strace", args, { encoding: "utf8", env });
  blame(outcome, "unexplained", Number(status !== 0 || stderr !== ""), `${name}: ended with ${status}: ${stderr}`);
  const calls = readFileSync(log, "utf8").match(/AF_INET6?\b/g) ?? [];
  blame(outcome, "unexplained", calls.length, `${name}: ${calls.length} calls to the network`);
  const { lines, rows } = heldIn(directory);
  const logged = rows.filter((row) => / loss /.test(row));
  blame(outcome, "lost", ROWS - logged.length, `${name}: ${logged.length} of ${ROWS} rows`);
  return [
    ...lines.filter((line) => !/generatedAtTime|[sS]tarted|[eE]nded|atTime|duration|Usage|Memory|byteSize/.test(line)),
    ...logged.map(withoutTime),
  ]
    .map((text) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<execution>").replace(/\bw[0-9a-v]{12}\b/g, "<writer>"))
    .sort();
}

function withoutTime(row: string): string {
  return row.slice(0, row.lastIndexOf(" "));
}
