import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arrivedIn, judge } from "../arrived.ts";
import { ENDINGS } from "../endings.ts";
import { temporaryFolder } from "../folder.ts";
import { endingsOf, judgeLogged } from "../logged.ts";
import { heldIn } from "../oracle.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const ENDS = fileURLToPath(new URL("../programs/ends.js", import.meta.url));
const ROUNDS = { full: 20, sampled: 1 } as const;
const AT_ONCE = 2;
/** One that hangs has not ended. */
const LONGEST_MS = 120_000;

/** A program ends by itself or is told to, in the middle of a run. */
export const ownEnd: FaultTrial = {
  name: "own-end",
  promise:
    "exit, errors, signals and lack of memory end a program with the code that it has without provml, cost no statement and at most the last 50 ms of rows, and no open run is a success",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
    const names = Object.keys(ENDINGS).flatMap((name) => Array.from({ length: ROUNDS[scale] }, () => name));
    const work = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) await endIn(name, build, flush, outcome);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return outcome;
  },
  sabotages: [
    {
      name: "what waits in memory is not written at exit",
      file: "capture/provenance.js",
      find: 'process.on("exit", endAll);',
      replace: "",
    },
    {
      name: "a signal handler",
      file: "capture/provenance.js",
      find: 'process.on("exit", endAll);',
      replace: 'process.on("exit", endAll);\n    process.on("SIGTERM", () => process.exit(0));',
    },
    {
      name: "an exit with a run open is a success",
      file: "capture/execution.js",
      find: '"provml:EndedEarly"',
      replace: '"provml:Completed"',
    },
  ],
};

async function endIn(
  name: string,
  build: string,
  flush: (directory: string) => Promise<unknown>,
  outcome: Outcome,
): Promise<void> {
  using folder = temporaryFolder();
  const [directory, ledger] = [join(folder.path, ".provml"), join(folder.path, "ledger")];
  const expected = String(ENDINGS[name]?.ends);
  const plain = await ended(name, ["-", directory, join(folder.path, "plain")]);
  const own = await ended(name, [build, directory, ledger]);
  outcome.trials++;
  if (plain === expected) outcome.faults++;
  if (own !== plain) blame(outcome, "unexplained", 1, `${name}: ends with ${own}, without provml with ${plain}`);

  const held = heldIn(directory);
  await flush(directory);
  judge(outcome, held, await arrivedIn(directory, "without stated"), name);
  const text = readFileSync(ledger, "utf8");
  judgeLogged(outcome, text, held, name);
  const successes = endingsOf(text, held.lines).filter((ending) => ending === "Completed");
  blame(outcome, "unexplained", successes.length, `${name}: what it left open is completed`);
}

/** Code and signal. */
function ended(name: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...(ENDINGS[name]?.options ?? []), ENDS, ...args, name], {
    stdio: "ignore",
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
  });
  return new Promise((resolve) => child.once("exit", (...code) => resolve(String(code))));
}
