/*
 * Several processes and threads that record into one directory at once: who they are and what comes of each. The program `works-together`.
 */

/** The file among the ledgers at which those who wait for it end. */
export const GO_ON = "go-on";

/** What becomes of one process or thread. */
export interface Member {
  /** Exit code or signal, as its leader or the trial sees it; undefined where nobody can. Of one in a shell, the shell's. */
  readonly end: string | undefined;
  /** What the record says of its training. `closed`: interrupted, and the flusher had to say that its writer died. */
  readonly record: "completed" | "interrupted" | "closed";
}

const WELL: Member = { end: "0", record: "completed" };
const KILLED: Member = { end: "SIGKILL", record: "closed" };

/** Ledgers have these names. */
export const MEMBERS: Readonly<Record<string, Member>> = {
  forks: WELL,
  "forks-1": KILLED,
  "forks-2": WELL,
  "forks-3": { end: "3", record: "interrupted" },

  shells: WELL,
  "shells-1": { end: "SIGKILL", record: "completed" },
  "shells-2": { end: "7", record: "closed" },

  cluster: WELL,
  "cluster-1": KILLED,
  "cluster-1-again": WELL,
  "cluster-2": WELL,

  threads: { end: "3", record: "interrupted" },
  "threads-1": WELL,
  "threads-2": { end: "1", record: "closed" },
  "threads-3": { end: undefined, record: "closed" },
  "threads-4": { end: undefined, record: "closed" },

  dies: KILLED,
  "dies-1": { end: undefined, record: "completed" },
  "dies-2": { end: undefined, record: "completed" },

  "job-a#0": WELL,
  "job-a#1": WELL,
  "job-a#2": KILLED,
  "job-b#0": WELL,
  "job-b#1": WELL,

  "joined-1": WELL,
  "joined-2": KILLED,
};

export const LEADERS: readonly string[] = ["forks", "shells", "cluster", "threads", "dies"];

/** The name of its training: ranks of a job carry out one run. */
export function labelOf(name: string): string {
  return name.split("#", 1)[0] as string;
}

/** What `provml runs` shows, by name: of a run of several ranks what is worst. */
export function expectedRuns(): Map<string, string> {
  const runs = new Map<string, string>();
  for (const [name, { record }] of Object.entries(MEMBERS)) {
    const isRun = name.startsWith("shells") ? name === "shells" : !LEADERS.includes(name);
    const status = record === "completed" ? record : "interrupted";
    if (isRun && runs.get(labelOf(name)) !== "interrupted") runs.set(labelOf(name), status);
  }
  return runs;
}

/** A process that the trial starts itself. */
export interface Start {
  readonly name: string;
  readonly role: string;
  /** What the environment says of the job. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `execution`: the one that some of them are told to be part of. */
export function starts(execution: string): Start[] {
  const roleOf = (name: string) => (MEMBERS[name] === KILLED ? "on" : "well");
  const ranks = Object.keys(MEMBERS).filter((name) => name.includes("#"));
  const joined = Object.keys(MEMBERS).filter((name) => name.startsWith("joined"));
  return [
    ...LEADERS.map((name) => ({ name, role: "leader", environment: {} })),
    ...ranks.map((name) => ({ name, role: roleOf(name), environment: placeOf(name, ranks) })),
    ...joined.map((name) => ({ name, role: roleOf(name), environment: { PROVML_EXECUTION: execution } })),
  ];
}

function placeOf(name: string, ranks: readonly string[]): Record<string, string> {
  const [job = "", rank = ""] = name.split("#");
  const size = ranks.filter((one) => labelOf(one) === job).length;
  return { SLURM_JOB_ID: job, SLURM_STEP_ID: "0", SLURM_STEP_NUM_TASKS: String(size), SLURM_PROCID: rank };
}

/** The value of a row tells whose it is. */
export function markedValue(mark: number, row: number): number {
  return mark * 2 ** 20 + row;
}
