import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arrivedIn, judge } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { heldIn } from "../oracle.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const LOGS = fileURLToPath(new URL("../programs/logs.js", import.meta.url));
const MODES = ["steps", "spins", "waits", "blocks"] as const;
const KILLS = { full: 1000, sampled: 12 } as const;
const AT_ONCE = 2;
const LATEST_KILL_MS = 250;
/** How long a row may wait in memory, as README says. */
const ROW_DELAY_MS = 50;

/** The whole way: a program under the public API, kill -9 at any moment, the flusher, the graph. */
export const killedAtRandom: FaultTrial = {
  name: "killed-at-random",
  promise:
    "what a call has returned survives kill -9 at any moment, and so do rows after 50 ms or the longest synchronous section",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
    let next = 0;
    const work = async () => {
      while (next < KILLS[scale]) {
        const number = next++;
        using folder = temporaryFolder();
        const directory = join(folder.path, ".provml");
        const ledger = join(folder.path, "ledger");
        const mode = MODES[number % MODES.length] ?? "steps";
        outcome.trials++;
        if ((await killed([LOGS, build, directory, ledger, mode])) !== "SIGKILL") continue;
        outcome.faults++;
        const held = heldIn(directory);
        await flush(directory);
        judge(outcome, held, await arrivedIn(directory, "without stated"), `kill ${number} (${mode})`);
        judgeLedger(outcome, readFileSync(ledger, "utf8"), held, `kill ${number} (${mode})`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return outcome;
  },
  sabotages: [
    {
      name: "statements wait in memory for the next ones",
      file: "spool/writer.js",
      find: "if (list.length === 0)\n            return;",
      replace:
        "if (list.length === 0)\n            return;\n        [list, this.kept] = [this.kept ?? [], list];\n        if (list.length === 0)\n            return;",
    },
    {
      name: "rows wait until the buffer is full",
      file: "spool/writer.js",
      find: "waitedMs >= this.#delayMs",
      replace: "false",
    },
  ],
};

/** By which signal the program ended that was killed at some moment after it began. */
async function killed(args: readonly string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), Math.random() * LATEST_KILL_MS));
  return await new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
}

/** Holds what the program relied on against what its spool held. */
function judgeLedger(
  outcome: Outcome,
  ledger: string,
  { lines, rows }: { readonly lines: readonly string[]; readonly rows: readonly string[] },
  where: string,
): void {
  const entries = ledger
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" "));
  const of = (what: string) => entries.filter(([word]) => word === what).map(([, ...rest]) => rest);
  const graph = new Set(lines.map((line) => line.split(" ", 2).join(" ")));
  const says = (id: string | undefined, term: string) => graph.has(`<${id}> <http://www.w3.org/ns/prov#${term}>`);

  const started = of("started").map(([id]) => id);
  const ended = started.slice(0, of("ended").length);
  const lost = [
    ...started.filter((id) => !says(id, "startedAtTime")),
    ...ended.filter((id) => !says(id, "endedAtTime")),
  ];
  blame(outcome, "lost", lost.length, `${where}: the beginning or end of ${lost[0]}`);

  const open = [...of("execution"), ...of("fit")].map(([id]) => id);
  const closed = open.filter(
    (id) =>
      says(id, "endedAtTime") || lines.some((line) => line.startsWith(`<${id}> <https://w3id.org/prov-ml#status>`)),
  );
  blame(outcome, "unexplained", closed.length, `${where}: ${closed[0]} was killed and has an end`);

  const steps = rows.map((row) => Number(row.split(" ").at(-3)));
  const promised = promisedRows(of("all"), of("rows"));
  blame(
    outcome,
    "lost",
    Math.max(0, promised - steps.length),
    `${where}: ${promised} rows promised, ${steps.length} there`,
  );
  const strange = steps.filter((step, number) => step !== number);
  blame(outcome, "unexplained", strange.length, `${where}: row ${strange[0]} out of order`);
}

/** Rows before a returned statement or a turn, and those that were old enough when a later row was logged. */
function promisedRows(all: readonly string[][], timed: readonly string[][]): number {
  const last = Number(timed.at(-1)?.[1] ?? 0);
  const old = timed.filter(([, , after]) => Number(after) <= last - ROW_DELAY_MS);
  return Math.max(0, ...[...all, ...old].map(([count]) => Number(count)));
}
