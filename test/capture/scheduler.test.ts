import { describe, expect, it } from "vitest";
import { schedulerOf } from "../../src/capture/placement/scheduler.ts";

/** What a process of `srun -n2` in a job gets from Slurm 22.05, as far as it matters. */
const TASK = {
  SLURM_CLUSTER_NAME: "alps",
  SLURM_JOB_ID: "4711",
  SLURM_STEP_ID: "0",
  SLURM_STEP_NUM_TASKS: "2",
  SLURM_NTASKS: "2",
  SLURM_PROCID: "1",
};
const MPI = {
  OMPI_COMM_WORLD_RANK: "0",
  OMPI_COMM_WORLD_SIZE: "4",
  PMIX_NAMESPACE: "889520129",
  OMPI_MCA_orte_hnp_uri: "889520128.0;tcp://192.0.2.2:53977",
};
const TORCH = {
  RANK: "3",
  WORLD_SIZE: "8",
  LOCAL_RANK: "3",
  LOCAL_WORLD_SIZE: "8",
  MASTER_ADDR: "localhost",
  MASTER_PORT: "29500",
  TORCHELASTIC_RUN_ID: "c0ffee",
  TORCHELASTIC_RESTART_COUNT: "0",
};
const executionOf = (environment: Record<string, string>) => schedulerOf(environment).execution;

describe("the tasks of a Slurm step", () => {
  it("are one execution, each with its rank", () => {
    const one = schedulerOf(TASK);
    const other = schedulerOf({ ...TASK, SLURM_PROCID: "0", SLURM_NODEID: "1", SLURMD_NODENAME: "n2" });
    expect(one).toEqual({ execution: other.execution, rank: 1, size: 2, job: "slurm alps 4711" });
    expect(other.rank).toBe(0);
    expect(one.execution).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("have the id that the documented text gives", () => {
    // printf 'provml execution\njob=slurm alps 4711\nlauncher=srun\nlaunch=0\nrestart=0.0\n' | sha256sum
    expect(executionOf(TASK)).toBe("2650cc72-af75-8eeb-acaa-fd5e3f1358e2");
  });

  it.each([
    ["cluster", { SLURM_CLUSTER_NAME: "jura" }],
    ["job", { SLURM_JOB_ID: "4712" }],
    ["step", { SLURM_STEP_ID: "1" }],
    ["start", { SLURM_RESTART_COUNT: "1" }],
  ])("of another %s are another execution", (_, other) => {
    expect(executionOf({ ...TASK, ...other })).not.toBe(executionOf(TASK));
  });

  it("know the executions of the starts before", () => {
    const starts = ["0", "1", "2"].map((SLURM_RESTART_COUNT) => schedulerOf({ ...TASK, SLURM_RESTART_COUNT }));
    expect(starts.map(({ restart }) => restart)).toEqual([undefined, 1, 2]);
    expect(starts[0]?.execution).toBe(executionOf(TASK));
    expect(starts[2]?.previous).toEqual([starts[0]?.execution, starts[1]?.execution]);
  });
});

describe("a process is an execution of its own", () => {
  it.each([
    ["in a batch script for several tasks", { SLURM_JOB_ID: "4711", SLURM_NTASKS: "2", SLURM_PROCID: "0" }],
    ["in a step of one task", { ...TASK, SLURM_STEP_NUM_TASKS: "1", SLURM_PROCID: "0" }],
    ["in an interactive shell of a job", { ...TASK, SLURM_STEP_ID: "4294967290" }],
    ["with a rank beyond the size", { ...TASK, SLURM_PROCID: "2" }],
    ["alone under mpirun", { ...MPI, OMPI_COMM_WORLD_SIZE: "1" }],
    ["in no job", {}],
    ["with empty variables", { SLURM_JOB_ID: "", OMPI_COMM_WORLD_SIZE: "", OMPI_COMM_WORLD_RANK: "" }],
    ["with a rank that anyone may have set", { RANK: "1", WORLD_SIZE: "2" }],
    ["where nothing tells two launches apart", { ...TORCH, TORCHELASTIC_RUN_ID: "none" }],
  ])("%s", (_, environment) => {
    expect(executionOf(environment)).toBeUndefined();
  });
});

describe("what was started last counts", () => {
  it("of mpirun or torchrun in a step of srun", () => {
    expect(schedulerOf({ ...TASK, ...MPI })).toMatchObject({ rank: 0, size: 4 });
    expect(schedulerOf({ ...TASK, ...MPI, ...TORCH })).toMatchObject({ rank: 3, size: 8 });
  });
});

describe("mpirun", () => {
  it("is told apart from the next one, in a job or without", () => {
    const next = { ...MPI, PMIX_NAMESPACE: "921960449" };
    const later = { ...MPI, OMPI_MCA_orte_hnp_uri: "889520128.0;tcp://192.0.2.2:40001" };
    const inJob = { ...MPI, PBS_JOBID: "12.server" };
    expect(new Set([MPI, next, later, inJob].map(executionOf)).size).toBe(4);
    expect(executionOf({ ...MPI, OMPI_COMM_WORLD_RANK: "3" })).toBe(executionOf(MPI));
  });
});

describe("torchrun", () => {
  it("counts its own restarts", () => {
    const again = schedulerOf({ ...TORCH, TORCHELASTIC_RESTART_COUNT: "2" });
    expect(again).toMatchObject({ restart: 2, rank: 3, size: 8 });
    expect(again.previous?.[0]).toBe(executionOf(TORCH));
    expect(again.previous).toHaveLength(2);
  });

  it("without a rendezvous is known by the folder of its logs, on one machine", () => {
    const logs = (attempt: number, rank: number, folder = "none_q2x1") => ({
      ...TORCH,
      TORCHELASTIC_RUN_ID: "none",
      RANK: String(rank),
      TORCHELASTIC_ERROR_FILE: `/tmp/torchelastic_ab/${folder}/attempt_${attempt}/${rank}/error.json`,
    });
    expect(executionOf(logs(0, 0))).toBe(executionOf(logs(0, 7)));
    expect(executionOf(logs(0, 0))).toBeDefined();
    expect(executionOf(logs(0, 0))).not.toBe(executionOf(logs(0, 0, "none_z9")));
    expect(executionOf({ ...logs(0, 0), LOCAL_WORLD_SIZE: "4" })).toBeUndefined();
  });

  it("without a rendezvous in a step of srun is known by the step", () => {
    expect(executionOf({ ...TASK, SLURM_STEP_NUM_TASKS: "1", SLURM_PROCID: "0", ...TORCH })).toBeDefined();
  });
});

describe("LSF", () => {
  const task = { LSB_JOBID: "77", LSB_JOBINDEX: "0", LSB_DJOB_NUMPROC: "4", LSF_PM_TASKID: "4" };
  it("counts its tasks from 1, and says only that a job was started before", () => {
    expect(schedulerOf(task)).toMatchObject({ rank: 3, size: 4, job: "lsf 77" });
    expect(schedulerOf({ ...task, LSB_RESTART: "Y" })).toMatchObject({ restart: 1, previous: [executionOf(task)] });
  });
});

describe("the jobs of an array", () => {
  const element = { ...TASK, SLURM_ARRAY_JOB_ID: "4700", SLURM_ARRAY_TASK_ID: "11" };

  it.each([
    ["Slurm", element, "slurm alps 4700", "slurm alps 4700_11"],
    ["OpenPBS", { PBS_JOBID: "1234[5].server", PBS_ARRAY_INDEX: "5" }, "pbs server 1234", "pbs server 1234[5]"],
    ["Torque", { PBS_JOBID: "1234-5.server", PBS_ARRAYID: "5" }, "pbs server 1234", "pbs server 1234-5"],
    ["LSF", { LSB_JOBID: "77", LSB_JOBINDEX: "3" }, "lsf 77", "lsf 77[3]"],
  ])("of %s are a study", (_, environment, study, job) => {
    expect(schedulerOf(environment)).toMatchObject({ study, job });
  });

  it("stay apart, whichever number Slurm gave each", () => {
    expect(executionOf(element)).not.toBe(executionOf({ ...element, SLURM_ARRAY_TASK_ID: "12" }));
    expect(executionOf(element)).toBe(executionOf({ ...element, SLURM_JOB_ID: "4712" }));
    expect(schedulerOf(TASK).study).toBeUndefined();
  });
});
