import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { arrivedIn } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { rewriteHeader } from "../header-rewritten.ts";
import { type Speaker, speaker } from "../speaker.ts";
import { missing } from "../tools.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const TWO_HOURS_S = 7200;
const REPEATS = { full: 10, sampled: 1 } as const;

/** Where a writer is that a flusher cannot hear. */
interface Silence {
  readonly name: string;
  /** What starts the writer, and what starts the flusher where that is no call. */
  readonly writer?: readonly string[];
  readonly flusher?: readonly string[];
  readonly isStopped?: true;
}

const UNSHARE = ["unshare", "--pid", "--fork", "--kill-child"];
const SILENCES: readonly Silence[] = [
  { name: "stopped", isStopped: true },
  { name: "in another PID namespace, as its process 1", writer: [...UNSHARE, "--mount-proc"] },
  { name: "in another PID namespace that /proc does not know", writer: UNSHARE },
  { name: "the flusher in another PID namespace", flusher: [...UNSHARE, "--mount-proc"] },
];

/** Writers that are stopped, in another PID namespace, silent for two hours: they speak again, and what they say counts. */
export const silentWriters: FaultTrial = {
  name: "silent-writers",
  promise:
    "a writer is never declared dead without proof, however long it is silent and wherever it runs, and its own end counts",
  needs: ["unshare"],
  async run(scale, build) {
    const outcome = noOutcome();
    for (let n = 0; n < REPEATS[scale]; n++) {
      for (const silence of SILENCES.slice(0, scale === "full" ? undefined : 2))
        await beSilent(outcome, build, silence);
      await dieProven(outcome, build);
      if (scale === "sampled") continue;
      await dieUnproven(outcome, build);
      await reusePid(outcome, build);
    }
    return outcome;
  },
  sabotages: [
    {
      name: "a PID of another namespace proves a death",
      file: "spool/liveness.js",
      find: "if (writer.pidNamespace === undefined || writer.pidNamespace !== self.pidNamespace)",
      replace: "if (false)",
    },
    {
      name: "who is not known to live is dead",
      file: "spool/liveness.js",
      find: 'return stat.start === writer.processStart && !stat.isZombie ? "alive" : "dead";',
      replace: 'return "dead";',
    },
  ],
};

async function beSilent(outcome: Outcome, build: string, { name, writer, flusher, isStopped }: Silence): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const spoken = await speaker(build, directory, writer);
  try {
    await spoken.tell("speak");
    const flush = () => flushIn(build, directory, flusher);
    outcome.trials++;
    if (isStopped) spoken.child.kill("SIGSTOP");
    if (isStopped ? await isInState(spoken, "T") : writer ? isElsewhere(spoken) : true) outcome.faults++;
    backdate(directory);
    await flush();
    const silent = await toldIn(directory);
    blame(outcome, "unexplained", silent.closings + silent.ends, `${name}: declared dead, or ended, while it lives`);
    blame(outcome, "lost", 4 - silent.steps, `${name}: ${silent.steps} of 4 steps there while it is silent`);
    if (isStopped) spoken.child.kill("SIGCONT");
    await spoken.tell("speak");
    const said = await spoken.tell("end");
    await spoken.ended;
    await flush();
    const after = await toldIn(directory);
    blame(outcome, "unexplained", after.closings, `${name}: declared dead though it ended itself`);
    blame(outcome, "lost", Number(after.ends !== 1), `${name}: its end does not count`);
    blame(outcome, "lost", Math.abs(6 - after.steps), `${name}: ${after.steps} of 6 steps there`);
    blame(outcome, "unexplained", Number(said !== "ended 0"), `${name}: the program says ${said}`);
    blame(outcome, "unexplained", segments(directory).length, `${name}: segments are left`);
  } finally {
    spoken.child.kill("SIGCONT");
    spoken.child.kill("SIGKILL");
  }
}

/** Killed where everybody can see it: now it is closed, and no end invented. */
async function dieProven(outcome: Outcome, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const spoken = await speaker(build, directory);
  outcome.trials++;
  spoken.child.kill("SIGKILL");
  await spoken.ended;
  if (spoken.child.signalCode === "SIGKILL") outcome.faults++;
  await flushIn(build, directory);
  const told = await toldIn(directory);
  blame(outcome, "unexplained", Number(told.closings !== 1), `killed: ${told.closings} closings`);
  blame(outcome, "unexplained", told.ends, "killed: an end that nobody saw");
}

/** Killed in another namespace: nobody here can know. */
async function dieUnproven(outcome: Outcome, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const spoken = await speaker(build, directory, UNSHARE);
  outcome.trials++;
  if (isElsewhere(spoken)) outcome.faults++;
  spoken.child.kill("SIGKILL"); // and with it, by --kill-child, what it started
  await spoken.ended;
  await flushIn(build, directory);
  const told = await toldIn(directory);
  blame(outcome, "unexplained", told.closings, "killed in another namespace: declared dead without proof");
  blame(outcome, "lost", Math.abs(2 - told.steps), `killed in another namespace: ${told.steps} of 2 steps there`);
}

/** The number of a dead writer's process is another process's now. */
async function reusePid(outcome: Outcome, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const spoken = await speaker(build, directory);
  outcome.trials++;
  spoken.child.kill("SIGKILL");
  await spoken.ended;
  for (const path of segments(directory))
    rewriteHeader(path, (json) => json.replace(/"pid":\d+/, `"pid":${process.pid}`));
  outcome.faults++;
  await flushIn(build, directory);
  const { closings } = await toldIn(directory);
  blame(
    outcome,
    "unexplained",
    Number(closings !== 1),
    "a PID that is another process's now: the writer is not known to be dead",
  );
}

/** With a clock two hours on where that can be had; the files are two hours old in any case. */
async function flushIn(build: string, directory: string, command: readonly string[] = []): Promise<void> {
  const clock = missing(["faketime"]).length === 0 ? ["faketime", "-f", "+2h"] : [];
  const words = [...command, ...clock, process.execPath, join(build, "src/cli/main.js"), "flush", "--dir", directory];
  const done = spawnSync(words[0] as string, words.slice(1), { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`the flusher ended with ${done.status}: ${done.stderr}`);
}

function backdate(directory: string): void {
  const then = Date.now() / 1000 - TWO_HOURS_S;
  for (const path of segments(directory)) utimesSync(path, then, then);
}

function segments(directory: string): string[] {
  return readdirSync(join(directory, "spool")).map((name) => join(directory, "spool", name));
}

async function toldIn(directory: string): Promise<{ closings: number; ends: number; steps: number }> {
  const { lines } = await arrivedIn(directory, "with stated");
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  return {
    closings: count(/ns#type> <https:\/\/w3id\.org\/prov-ml#Closing>/),
    ends: count(/\/execution> <http:\/\/www\.w3\.org\/ns\/prov#endedAtTime>/),
    steps: count(/label> "step"/),
  };
}

/** The state of a process, as the system tells it. */
async function isInState({ child }: Speaker, state: string): Promise<boolean> {
  for (let n = 0; n < 100; n++) {
    const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
    if (stat.slice(stat.lastIndexOf(")") + 2).startsWith(state)) return true;
    await sleep(10);
  }
  return false;
}

function isElsewhere({ child }: Speaker): boolean {
  const [started] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ");
  return readlinkSync(`/proc/${started}/ns/pid`) !== readlinkSync("/proc/self/ns/pid");
}
