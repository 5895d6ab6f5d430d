import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arrivedIn } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const JUMPS = fileURLToPath(new URL("../programs/jumps.js", import.meta.url));
const REPEATS = { full: 5, sampled: 1 } as const;
const PARTS = 6;
const HOUR_MS = 3_600_000;

/** A wall clock that jumps back two days, to 1970, 2038 and 2100 while a program records, and two hosts that are an hour apart. */
export const jumpingClocks: FaultTrial = {
  name: "jumping-clocks",
  promise:
    "whatever the wall clock does, steps are in the order in which they were, end after they begin, and satisfy PROV-CONSTRAINTS",
  needs: ["faketime"],
  async run(scale, build) {
    const outcome = noOutcome();
    for (let n = 0; n < REPEATS[scale]; n++) {
      await jump(outcome, build);
      if (scale === "full") await apart(outcome, build);
    }
    return outcome;
  },
  sabotages: [
    {
      name: "times are those of the wall clock",
      file: "capture/clock.js",
      find: "return ANCHOR + performance.now();",
      replace: "return Date.now();",
    },
  ],
};

async function jump(outcome: Outcome, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const clock = join(folder.path, "clock");
  writeFileSync(clock, "+0");
  const { seen } = runJumps(outcome, build, directory, { ...FAKE, FAKETIME_TIMESTAMP_FILE: clock }, [clock]);
  outcome.trials++;
  const jumps = seen.filter((time, n) => n > 0 && Math.abs(time - (seen[n - 1] ?? 0)) > HOUR_MS / 2).length;
  if (jumps >= PARTS - 1) outcome.faults++;
  await judge(outcome, build, directory, 1, "a clock that jumps");
}

/** A process of another host, whose clock is an hour behind, goes on with the execution. */
async function apart(outcome: Outcome, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const PROVML_EXECUTION = "0199d3c0-0000-7000-8000-00000000000a";
  const here = runJumps(outcome, build, directory, { PROVML_EXECUTION });
  const there = runJumps(outcome, build, directory, { ...FAKE, FAKETIME: "-1h", PROVML_EXECUTION });
  outcome.trials++;
  if (Math.abs((here.seen[0] ?? 0) - (there.seen[0] ?? 0)) > HOUR_MS / 2) outcome.faults++;
  await judge(outcome, build, directory, 2, "two hosts an hour apart");
}

const FAKE = {
  LD_PRELOAD: faketimeLibrary(),
  FAKETIME_NO_CACHE: "1",
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
};

function faketimeLibrary(): string {
  const [place = "", library = ""] = [
    "/usr/lib/x86_64-linux-gnu/faketime",
    "/usr/lib/aarch64-linux-gnu/faketime",
    "/usr/lib/faketime",
  ].flatMap((folder) => {
    try {
      const name = readdirSync(folder).find((one) => one.startsWith("libfaketimeMT.so"));
      return name === undefined ? [] : [folder, name];
    } catch {
      return [];
    }
  });
  return join(place, library);
}

function runJumps(
  outcome: Outcome,
  build: string,
  directory: string,
  environment: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): { readonly seen: readonly number[] } {
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [JUMPS, build, directory, ...more], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) {
    blame(outcome, "unexplained", 1, `the program ended with ${status}: ${stderr}`);
    return { seen: [] };
  }
  const told = JSON.parse(stdout) as { seen: number[]; lost: number };
  blame(outcome, "lost", told.lost, "the program says that something is lost");
  return told;
}

async function judge(
  outcome: Outcome,
  build: string,
  directory: string,
  programs: number,
  where: string,
): Promise<void> {
  const cli = join(build, "src/cli/main.js");
  const command = (...args: string[]) =>
    spawnSync(process.execPath, [cli, ...args, "--dir", directory], { encoding: "utf8" });
  command("flush");
  const { lines, rows } = await arrivedIn(directory, "with stated");
  const times = (term: string) =>
    new Map(
      lines.flatMap((line) => {
        const [, id = "", time = ""] = new RegExp(`^<([^>]+)> <[^>]+#${term}> "([^"]+)"`).exec(line) ?? [];
        return id === "" ? [] : [[id, Date.parse(time)] as const];
      }),
    );
  const [starts, ends] = [times("startedAtTime"), times("endedAtTime")];
  const parts = [...starts.keys()].filter((id) =>
    lines.some((line) => line.startsWith(`<${id}>`) && /label> "(part|inner)"/.test(line)),
  );
  blame(outcome, "lost", Math.abs(2 * PARTS * programs - parts.length), `${where}: ${parts.length} steps there`);
  blame(outcome, "lost", Math.abs(PARTS * programs - rows.length), `${where}: ${rows.length} rows there`);
  for (const id of parts) {
    const [start = 0, end = Number.NaN] = [starts.get(id), ends.get(id)];
    blame(
      outcome,
      "unexplained",
      Number(!(end >= start && end - start < 60_000)),
      `${where}: ${id} took ${end - start} ms`,
    );
  }
  for (const writer of new Set(parts.map((id) => id.replace(/-\d+$/, "")))) {
    const own = parts.filter((id) => id.startsWith(`${writer}-`)).sort((a, b) => number(a) - number(b));
    const late = own.filter((id, n) => n > 0 && (starts.get(own[n - 1] as string) ?? 0) > (starts.get(id) ?? 0));
    blame(outcome, "unexplained", late.length, `${where}: ${late[0]} begins before the step that came first`);
  }
  const { status, stdout } = command("validate", "--all");
  blame(outcome, "unexplained", Number(status !== 0), `${where}: ${stdout.slice(0, 500)}`);
}

const number = (id: string) => Number(/\d+$/.exec(id)?.[0]);
