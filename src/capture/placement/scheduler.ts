import { derivedUuid } from "./derived-uuid.ts";

/** What the environment says of the job that a process runs in. Nothing is set for a process that no scheduler or launcher started. */
export interface Scheduled {
  /** The execution that all processes of this start of the step are; only where it has several, and is told apart from every other. */
  readonly execution?: string;
  /** Which of the processes this is, from 0, and how many there are. */
  readonly rank?: number;
  readonly size?: number;
  /** How often the same was started before, as after a pre-emption; absent at the first start. */
  readonly restart?: number;
  /** The executions of those starts, the first one first. */
  readonly previous?: readonly string[];
  /** What groups the jobs of an array. */
  readonly study?: string;
  /** The job, whatever start of it: `slurm alps 4711`, of an array `slurm alps 4700_11`. */
  readonly job?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of Slurm, PBS and LSF, and of what starts processes in their jobs or without one: srun, Open MPI's mpirun, torchrun, PALS, jsrun,
 * blaunch. A batch script and a step of one process are executions of their own: only `restart`, `study` and `job` are told of them.
 */
export function schedulerOf(environment: Environment): Scheduled {
  const variable = (name: string) => environment[name] || undefined; // an empty variable is none
  const job = first(JOBS, variable);
  const launch = first(LAUNCHES, variable);
  const restarts = [job?.restart ?? 0, launch?.restart ?? 0] as const;
  const restart = restarts[0] + restarts[1];
  return {
    ...(launch && launch.size > 1 ? rankOf(job, launch, restarts) : {}),
    ...(restart > 0 ? { restart } : {}),
    ...(job?.study === undefined ? {} : { study: job.study }),
    ...(job === undefined ? {} : { job: job.name }),
  };
}

function rankOf(
  job: Job | undefined,
  launch: Launch,
  [jobRestart, launchRestart]: readonly [number, number],
): Scheduled {
  const { rank, size } = launch;
  const isToldApart = launch.id !== undefined || (job !== undefined && launch.isOnlyOne === true);
  if (!isToldApart) return { rank, size };
  const start = (ofJob: number, ofLaunch: number) =>
    derivedUuid("provml execution", {
      job: job?.name,
      launcher: launch.launcher,
      launch: launch.id,
      restart: [ofJob, ofLaunch].join("."),
    });
  const earlier = [
    ...Array.from({ length: jobRestart }, (_, n) => start(n, 0)),
    ...Array.from({ length: launchRestart }, (_, n) => start(jobRestart, n)),
  ];
  return {
    execution: start(jobRestart, launchRestart),
    rank,
    size,
    ...(earlier.length > 0 ? { previous: earlier } : {}),
  };
}

interface Job {
  readonly name: string;
  readonly restart?: number;
  readonly study?: string;
}

interface Launch {
  readonly launcher: string;
  readonly rank: number;
  readonly size: number;
  /** What no other launch of the job has, or, outside of jobs, no other launch at all. */
  readonly id?: string | undefined;
  /** That launchers without such an id are taken for the only one of their job. */
  readonly isOnlyOne?: true;
  readonly restart?: number;
}

type Variable = (name: string) => string | undefined;

const JOBS: readonly ((variable: Variable) => Job | undefined)[] = [slurmJob, pbsJob, lsfJob];

/** The one that was started last comes first: torchrun inside of a step of srun counts, not the step. */
const LAUNCHES: readonly ((variable: Variable) => Launch | undefined)[] = [
  torchrun,
  openMpi,
  pals,
  jsrun,
  srun,
  blaunch,
];

function slurmJob(variable: Variable): Job | undefined {
  const id = variable("SLURM_JOB_ID");
  if (id === undefined) return undefined;
  const cluster = variable("SLURM_CLUSTER_NAME");
  const array = variable("SLURM_ARRAY_JOB_ID");
  const task = variable("SLURM_ARRAY_TASK_ID");
  const isArray = array !== undefined && task !== undefined;
  return {
    name: words("slurm", cluster, isArray ? `${array}_${task}` : id),
    ...counted("restart", variable("SLURM_RESTART_COUNT")),
    ...(isArray ? { study: words("slurm", cluster, array) } : {}),
  };
}

/** `1234.server`, of an array `1234[5].server` (OpenPBS) or `1234-5.server` (Torque). PBS does not tell that a job was started before. */
function pbsJob(variable: Variable): Job | undefined {
  const id = variable("PBS_JOBID");
  if (id === undefined) return undefined;
  const [, job = id, server] = /^([^.]+)\.?(.*)$/.exec(id) ?? [];
  const isArray = (variable("PBS_ARRAY_INDEX") ?? variable("PBS_ARRAYID")) !== undefined;
  const array = /^\d+/.exec(job)?.[0];
  return {
    name: words("pbs", server, job),
    ...(isArray && array !== undefined ? { study: words("pbs", server, array) } : {}),
  };
}

/** LSF tells that a job was started before, but not how often. */
function lsfJob(variable: Variable): Job | undefined {
  const id = variable("LSB_JOBID");
  if (id === undefined) return undefined;
  const index = variable("LSB_JOBINDEX") ?? "0"; // 0: of no array
  return {
    name: words("lsf", index === "0" ? id : `${id}[${index}]`),
    ...(variable("LSB_RESTART") === "Y" ? { restart: 1 } : {}),
    ...(index === "0" ? {} : { study: words("lsf", id) }),
  };
}

/** Without a rendezvous torchrun says "none" for its id; what its processes on one machine share then is the folder of their logs. */
function torchrun(variable: Variable): Launch | undefined {
  const restarts = variable("TORCHELASTIC_RESTART_COUNT");
  const run = variable("TORCHELASTIC_RUN_ID");
  if (restarts === undefined && run === undefined) return undefined;
  const isLocal = variable("LOCAL_WORLD_SIZE") === variable("WORLD_SIZE");
  const logs = /^(.+)[/\\]attempt_\d+[/\\]\d+[/\\]error\.json$/.exec(variable("TORCHELASTIC_ERROR_FILE") ?? "")?.[1];
  const told = run !== "none" ? run : undefined; // tutorials give each launch the same one
  const id = isLocal ? words(told, logs) || undefined : told;
  const step = srun(variable)?.id;
  return ranked("torchrun", variable("RANK"), variable("WORLD_SIZE"), {
    id: id === undefined && step === undefined ? undefined : words(step, id),
    ...counted("restart", restarts),
  });
}

/**
 * The namespace is made of host and process, which come again; with the port on which mpirun listens it does not. Version 5 tells the port of the
 * daemon on the same machine only.
 */
function openMpi(variable: Variable): Launch | undefined {
  const space = variable("PMIX_NAMESPACE") ?? variable("OMPI_MCA_ess_base_jobid");
  const isLocal = variable("OMPI_COMM_WORLD_LOCAL_SIZE") === variable("OMPI_COMM_WORLD_SIZE");
  const uri = variable("OMPI_MCA_orte_hnp_uri") ?? (isLocal ? variable("PMIX_SERVER_URI41") : undefined);
  return ranked("mpirun", variable("OMPI_COMM_WORLD_RANK"), variable("OMPI_COMM_WORLD_SIZE"), {
    id: space === undefined ? undefined : words(space, uri),
  });
}

function pals(variable: Variable): Launch | undefined {
  return ranked("pals", variable("PALS_RANKID"), variable("PMI_SIZE"), { id: variable("PALS_APID") });
}

function jsrun(variable: Variable): Launch | undefined {
  return ranked("jsrun", variable("JSM_NAMESPACE_RANK"), variable("JSM_NAMESPACE_SIZE"), {
    id: variable("PMIX_NAMESPACE"),
    isOnlyOne: true,
  });
}

/** The batch script and an interactive shell have step numbers of their own, at the end of the range. */
function srun(variable: Variable): Launch | undefined {
  const step = variable("SLURM_STEP_ID");
  if (step === undefined || !(Number(step) < FIRST_SPECIAL_STEP)) return undefined;
  const size = variable("SLURM_STEP_NUM_TASKS") ?? variable("SLURM_NTASKS");
  return ranked("srun", variable("SLURM_PROCID"), size, { id: step });
}
const FIRST_SPECIAL_STEP = 0xfffffff0;

/** Tasks count from 1. */
function blaunch(variable: Variable): Launch | undefined {
  const task = variable("LSF_PM_TASKID");
  const rank = task === undefined ? undefined : String(Number(task) - 1);
  return ranked("blaunch", rank, variable("LSB_DJOB_NUMPROC"), { isOnlyOne: true });
}

function ranked(
  launcher: string,
  rank: string | undefined,
  size: string | undefined,
  more: Pick<Launch, "id" | "isOnlyOne" | "restart">,
): Launch | undefined {
  const [at, of] = [wholeNumber(rank), wholeNumber(size)];
  return at === undefined || of === undefined || at >= of ? undefined : { launcher, rank: at, size: of, ...more };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Longer counts are no counts of starts, and would make as many ids. */
function counted<Name extends string>(name: Name, text: string | undefined): { readonly [_ in Name]?: number } {
  const count = Math.min(wholeNumber(text) ?? 0, MOST_RESTARTS);
  return (count > 0 ? { [name]: count } : {}) as { readonly [_ in Name]?: number };
}
const MOST_RESTARTS = 1000;

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}

function first<T>(readers: readonly ((variable: Variable) => T | undefined)[], variable: Variable): T | undefined {
  for (const read of readers) {
    const found = read(variable);
    if (found !== undefined) return found;
  }
  return undefined;
}
