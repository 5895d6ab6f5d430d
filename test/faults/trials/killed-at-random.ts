import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arrivedIn, judge } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { endingsOf, judgeLogged } from "../logged.ts";
import { heldIn } from "../oracle.ts";
import { blame, type FaultTrial, noOutcome } from "../trial.ts";

const LOGS = fileURLToPath(new URL("../programs/logs.js", import.meta.url));
const MODES = ["steps", "spins", "waits", "blocks"] as const;
const KILLS = { full: 1000, sampled: 8 } as const;
const AT_ONCE = 2;
const LATEST_KILL_MS = 250;

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
        const durability = number % (2 * MODES.length) < MODES.length ? "os" : "sync";
        outcome.trials++;
        if ((await killed([LOGS, build, directory, ledger, mode, durability])) !== "SIGKILL") continue;
        outcome.faults++;
        const held = heldIn(directory);
        await flush(directory);
        judge(outcome, held, await arrivedIn(directory, "without stated"), `kill ${number} (${mode})`);
        const text = readFileSync(ledger, "utf8");
        judgeLogged(outcome, text, held, `kill ${number} (${mode})`);
        const ended = endingsOf(text, held.lines).filter((ending) => ending !== "open");
        const left = readdirSync(join(directory, "spool"));
        blame(outcome, "unexplained", left.length, `kill ${number} (${mode}): nobody knows that it is dead`);
        blame(outcome, "unexplained", ended.length, `kill ${number} (${mode}): ${ended[0]}, though it was killed`);
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
