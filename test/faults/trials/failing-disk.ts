import { join } from "node:path";
import { ended, FILLS, judgeLast, judgeLoss, judgeProgram, toldIn } from "../filled.ts";
import { temporaryFolder } from "../folder.ts";
import { blame, type FaultTrial, noOutcome, type Outcome, type Scale } from "../trial.ts";

const ROUNDS = 30;
/** Writes of the segment in an undisturbed run are some more than two a round. */
const WRITES = 2 * ROUNDS + 8;
/** How many writes a fault lasts that lasts. */
const LASTING = 8;
const AT_ONCE = 2;

interface Fault {
  readonly name: string;
  /** Of strace, `@` being the number of the call. */
  readonly inject: string;
  readonly durability: "os" | "sync";
  readonly code: string;
  /** Whether something must be lost: the fault lasts. */
  readonly lasts?: true;
}

const FAULTS: readonly Fault[] = [
  { name: "full for one write", inject: "pwrite64:error=ENOSPC:when=@", durability: "os", code: "ENOSPC" },
  {
    name: "full for eight writes",
    inject: "pwrite64:error=ENOSPC:when=@..@+7",
    durability: "os",
    code: "ENOSPC",
    lasts: true,
  },
  {
    name: "over quota for eight writes",
    inject: "pwrite64:error=EDQUOT:when=@..@+7",
    durability: "os",
    code: "EDQUOT",
    lasts: true,
  },
  { name: "broken for one write", inject: "pwrite64:error=EIO:when=@", durability: "os", code: "EIO" },
  { name: "broken at one fdatasync", inject: "fdatasync:error=EIO:when=@", durability: "sync", code: "EIO" },
];

/** A disk that refuses: at every write, for one or for many, and at every fsync. */
export const failingDisk: FaultTrial = {
  name: "failing-disk",
  promise:
    "a disk that refuses any write, or fails at any fsync, changes nothing of the program; loss is counted exactly and becomes provenance, and capture resumes",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    const tries = FAULTS.flatMap((fault) => numbersOf(fault, scale).map((at) => [fault, at] as const));
    const work = async () => {
      for (let next = tries.shift(); next; next = tries.shift()) await tryFault(outcome, build, ...next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return outcome;
  },
  sabotages: [
    {
      name: "what the disk refuses is not counted",
      file: "spool/writer.js",
      find: "this.#stream.lost(statements, 0);",
      replace: "",
    },
    {
      name: "a refused write moves on",
      file: "spool/segment.js",
      find: "this.#cut();\n            throw error;\n        }\n    }\n    /** Gives",
      replace: "this.#position += length;\n            throw error;\n        }\n    }\n    /** Gives",
    },
    {
      name: "nothing is written after a fault",
      file: "spool/stream.js",
      find: "this.#folder.make();",
      replace: "if (this.#faults.last)\n            throw this.#faults.last;\n        this.#folder.make();",
    },
  ],
};

/** A disk that takes nothing to the very end can be told nothing: then only the program's own `stats()` tell what it lost. */
function numbersOf({ inject, lasts }: Fault, scale: Scale): number[] {
  // A fault that lasts must be over before the last statements: where writes were refused, fewer come after them.
  const most = inject.startsWith("fdatasync") ? ROUNDS : lasts ? WRITES - 2 * LASTING : WRITES;
  if (scale === "sampled") return lasts ? [9] : [];
  return Array.from({ length: most }, (_, n) => n + 1);
}

async function tryFault(outcome: Outcome, build: string, fault: Fault, at: number): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const inject = fault.inject.replace("@+7", String(at + 7)).replace("@", String(at));
  const segments = [0, 1, 2].flatMap((n) => ["-P", join(directory, `spool/wfull-${n}.open`)]);
  const strace = ["-f", "-qq", "-o", "/dev/null", ...segments, "-e", `inject=${inject}`];
  const args = [...strace, process.execPath, FILLS, build, directory, String(ROUNDS), fault.durability];
  const where = `${fault.name}, at ${at}`;
  outcome.trials++;
  const { status, stdout } = await ended("strace", args);
  const told = toldIn(stdout);
  // After the last write there is none to refuse: the writes of an undisturbed run are fewer for some faults.
  const isStatus = told !== undefined && told.lastFault === undefined;
  if (told?.lastFault === fault.code || isStatus) outcome.faults++;
  judgeProgram(outcome, told, status, ROUNDS, where);
  if (told) await judgeLoss(outcome, build, directory, told, where);
  if (told) await judgeLast(outcome, directory, ROUNDS, where);
  if (told && !fault.lasts)
    blame(outcome, "lost", told.lostStatements + told.lostRows, `${where}: one fault cost something`);
}
