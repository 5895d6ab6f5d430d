import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ended, FILLS, judgeLast, judgeLoss, judgeProgram, toldIn } from "../filled.ts";
import { temporaryFolder } from "../folder.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

/** Rounds on a disk of 256 KiB that is really full. */
const REAL_ROUNDS = 300;
/** Rounds of a program none of whose files may be longer than 16 KiB. */
const LIMITED_ROUNDS = 120;

/** A file system of 256 KiB that is filled to its last byte, and freed, and one whose program is killed while it is full. */
export const fullDisk: FaultTrial = {
  name: "full-disk",
  promise:
    "on a disk that is really full the program ends as it would, what it lost is counted exactly even if it is killed, and it goes on when there is room",
  needs: ["tmpfs", "root"],
  async run(scale, build) {
    const outcome = noOutcome();
    const turns = scale === "full" ? 6 : 1;
    for (let turn = 0; turn < turns; turn++) {
      for (const how of ["freed", "killed"] as const) await onFullDisk(outcome, build, REAL_ROUNDS + 7 * turn, how);
    }
    await underLimit(outcome, build);
    return outcome;
  },
  sabotages: [
    {
      name: "the loss is counted at the end only",
      file: "spool/segment.js",
      find: "lostRows: lostRows + rows };\n        this.#writeStatus();",
      replace: "lostRows: lostRows + rows };",
    },
    {
      name: "what the disk refuses is not counted",
      file: "spool/writer.js",
      find: "this.#stream.lost(statements, 0);",
      replace: "",
    },
  ],
};

async function onFullDisk(outcome: Outcome, build: string, rounds: number, how: "freed" | "killed"): Promise<void> {
  using folder = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.path]);
  outcome.trials++;
  if (mounted.status !== 0) return;
  try {
    const directory = join(folder.path, ".provml");
    const args = [
      FILLS,
      build,
      directory,
      String(rounds),
      "os",
      join(folder.path, "ballast"),
      how === "killed" ? "kill" : "",
    ];
    const { status, signal, stdout } = await ended(process.execPath, args);
    const told = toldIn(stdout);
    const where = `${rounds} rounds on a full disk, ${how}`;
    if (told && told.lostStatements > 0 && told.lastFault === "ENOSPC") outcome.faults++;
    if (how === "freed") judgeProgram(outcome, told, status, rounds, where);
    else blame(outcome, "unexplained", Number(signal !== "SIGKILL"), `${where}: ended by ${signal ?? status}`);
    // The flusher needs room that the killed program's disk has not; it is told of elsewhere.
    using rescued = temporaryFolder();
    spawnSync("cp", ["-a", directory, rescued.path]);
    if (told) await judgeLoss(outcome, build, join(rescued.path, ".provml"), told, where);
    if (how === "freed") await judgeLast(outcome, join(rescued.path, ".provml"), rounds, where);
  } finally {
    spawnSync("umount", [folder.path]);
  }
}

/** Without root: no file may be longer than 16 KiB. */
async function underLimit(outcome: Outcome, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  outcome.trials++;
  const command = `ulimit -f 16; exec "$0" "$@"`;
  const args = ["-c", command, process.execPath, FILLS, build, directory, String(LIMITED_ROUNDS), "os"];
  const { status, stdout } = await ended("bash", args);
  const told = toldIn(stdout);
  if (told?.lastFault === "EFBIG") outcome.faults++;
  judgeProgram(outcome, told, status, LIMITED_ROUNDS, "under a limit of 16 KiB");
  if (told) await judgeLoss(outcome, build, directory, told, "under a limit of 16 KiB");
}
