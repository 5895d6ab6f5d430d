import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { BriefValue } from "../../model/brief.ts";
import { RECORDER } from "../../model/version.ts";
import { textAt } from "../content/files.ts";
import { redact } from "../secrets.ts";
import { gpus, machine } from "./machine.ts";
import { lockfile, runtimeOptions } from "./program.ts";

/**
 * What an execution ran in, as attributes of one entity: machine, limits, devices, container, switches of the runtime, variables of an
 * allow-list, and the lockfile around its package. All of it is read from files and memory; no process is started.
 */
export function environmentAttributes(folder: string, repository: string | undefined): [string, BriefValue][] {
  const attributes: [string, BriefValue][] = [
    ["prov:type", { name: "provml:Environment" }],
    ["rdfs:label", "environment"],
  ];
  const add = (name: string, ...values: readonly (BriefValue | undefined)[]) => {
    for (const value of values) if (value !== undefined) attributes.push([name, value]);
  };
  for (const [name, value] of machine()) add(name, value);
  const { models, drivers } = gpus();
  add("provml:gpuModel", ...models);
  add("provml:gpuDriver", ...drivers);
  const around = container(process.env);
  add("provml:containerRuntime", around?.runtime);
  add("provml:containerId", around?.id);
  add("provml:containerImage", around?.image === undefined ? undefined : redact(around.image));
  add("provml:containerImageId", around?.imageId === undefined ? undefined : redact(around.imageId));
  add("provml:runtimeOption", ...runtimeOptions());
  add("provml:variable", ...recordedVariables(process.env));
  const locked = lockfile(folder, repository);
  add("provml:lockfile", locked?.path);
  add("provml:lockfileDigest", locked?.digest);
  add("provml:recorder", RECORDER);
  return attributes;
}

/** The container that a program runs in, as far as it can be told from inside. */
export interface Container {
  /** `docker`, `podman`, `apptainer`, `singularity`, `kubernetes`, …; `container` where only that much is known. */
  readonly runtime: string;
  readonly id?: string | undefined;
  /** The image's name, or the path of its file. */
  readonly image?: string | undefined;
  /** The image's digest or id, as the runtime names it. */
  readonly imageId?: string | undefined;
}

/**
 * Looks for what runtimes leave inside their containers. Of Docker and Kubernetes the image can not be seen from inside: the variables
 * CONTAINER_IMAGE and CONTAINER_IMAGE_DIGEST say it where somebody set them.
 * `root` is where the file system begins.
 */
export function container(environment: NodeJS.ProcessEnv, root = "/"): Container | undefined {
  const { CONTAINER_IMAGE: named, CONTAINER_IMAGE_DIGEST: digest } = environment;
  const ofImage = { image: named || undefined, imageId: digest || undefined };
  const file = environment.APPTAINER_CONTAINER || environment.SINGULARITY_CONTAINER;
  const name = environment.APPTAINER_NAME || environment.SINGULARITY_NAME;
  if (file || name) {
    // Apptainer sets the variables of Singularity, too.
    const runtime = environment.APPTAINER_CONTAINER || environment.APPTAINER_NAME ? "apptainer" : "singularity";
    return { runtime, ...ofImage, image: file || name };
  }
  const told = textAt(join(root, "run/.containerenv")); // podman; empty unless the container is privileged
  const id = containerId(root);
  if (told !== undefined) {
    const value = (field: string) => new RegExp(`^${field}="?([^"\\n]+)"?$`, "m").exec(told)?.[1];
    return {
      runtime: value("engine")?.replace(/-.*/, "") ?? "podman",
      id: value("id") ?? id,
      image: value("image") ?? ofImage.image,
      imageId: value("imageid") ?? ofImage.imageId,
    };
  }
  if (environment.KUBERNETES_SERVICE_HOST) return { runtime: "kubernetes", id, ...ofImage };
  if (existsSync(join(root, ".dockerenv"))) return { runtime: "docker", id, ...ofImage };
  const { container: told2 } = environment; // what systemd's interface for containers asks every runtime to set
  if (told2) return { runtime: /^[\w-]{1,40}$/.test(told2) ? told2 : "container", id, ...ofImage };
  return id === undefined ? undefined : { runtime: "container", id, ...ofImage };
}

/** From the control group (version 1, or 2 without a namespace of its own), else from the files that are mounted for the container. */
function containerId(root: string): string | undefined {
  for (const line of (textAt(join(root, "proc/self/cgroup")) ?? "").split("\n")) {
    const last = basename(line);
    const id = /^(?:docker-|cri-containerd-|crio-|libpod-)?([0-9a-f]{64})(?:\.scope)?$/.exec(last)?.[1];
    if (id !== undefined) return id;
  }
  const mounts = textAt(join(root, "proc/self/mountinfo")) ?? "";
  return /\/(?:docker\/containers|overlay-containers)\/([0-9a-f]{64})\//.exec(mounts)?.[1];
}

/**
 * Variables that say where, as which part of what, and under which switches of arithmetic a program runs; never anything else of the
 * environment. Names below a prefix are told without it. JOB_ID and its like are taken from Grid Engine alone: others use the names for anything.
 */
const RECORDED: readonly (readonly [prefix: string, names: string, onlyWith?: string])[] = [
  // Slurm: sbatch and srun, "output environment variables"
  [
    "SLURM_",
    "CLUSTER_NAME JOB_ID JOB_NAME JOB_PARTITION JOB_QOS JOB_NUM_NODES JOB_NODELIST JOB_CPUS_PER_NODE JOB_GPUS ARRAY_JOB_ID ARRAY_TASK_ID " +
      "ARRAY_TASK_COUNT ARRAY_TASK_MIN ARRAY_TASK_MAX RESTART_COUNT STEP_ID STEP_NUM_TASKS STEP_NUM_NODES STEP_GPUS NNODES NTASKS NTASKS_PER_NODE NODEID " +
      "PROCID LOCALID CPUS_PER_TASK CPUS_ON_NODE MEM_PER_NODE MEM_PER_CPU MEM_PER_GPU GPUS GPUS_ON_NODE GPUS_PER_NODE GPUS_PER_TASK HET_SIZE",
    "SLURM_JOB_ID",
  ],
  // PBS Pro, OpenPBS and Torque: qsub
  [
    "PBS_",
    "JOBID JOBNAME QUEUE SERVER ARRAY_ID ARRAY_INDEX ARRAYID NUM_NODES NUM_PPN NODENUM TASKNUM VNODENUM",
    "PBS_JOBID",
  ],
  // LSF: bsub, and jsrun's own
  ["LSB_", "JOBID JOBINDEX JOBNAME QUEUE DJOB_NUMPROC MAX_NUM_PROCESSORS", "LSB_JOBID"],
  ["JSM_NAMESPACE_", "RANK SIZE LOCAL_RANK LOCAL_SIZE"],
  // Grid Engine: qsub; it sets SGE_TASK_ID in every job
  [
    "",
    "JOB_ID JOB_NAME QUEUE NSLOTS NHOSTS PE SGE_TASK_ID SGE_TASK_FIRST SGE_TASK_LAST SGE_CLUSTER_NAME",
    "SGE_TASK_ID",
  ],
  ["_CONDOR_", "SLOT JOB_IWD", "_CONDOR_SLOT"],
  // OpenMPI, MPICH and Cray: mpirun, mpiexec
  ["OMPI_COMM_WORLD_", "RANK SIZE LOCAL_RANK LOCAL_SIZE NODE_RANK"],
  ["", "PMI_RANK PMI_SIZE PMIX_RANK MPI_LOCALRANKID MPI_LOCALNRANKS PALS_RANKID PALS_LOCAL_RANKID"],
  // torchrun
  ["", "RANK WORLD_SIZE LOCAL_RANK LOCAL_WORLD_SIZE GROUP_RANK GROUP_WORLD_SIZE ROLE_NAME ROLE_RANK ROLE_WORLD_SIZE"],
  ["TORCHELASTIC_", "RUN_ID RESTART_COUNT MAX_RESTARTS"],
  // Kubernetes tells nothing by itself; these are the names under which pods usually pass on what they are (downward API)
  ["", "POD_NAME POD_NAMESPACE POD_UID NODE_NAME CONTAINER_NAME JOB_COMPLETION_INDEX", "KUBERNETES_SERVICE_HOST"],
  // which devices, how many threads, and switches that change results
  [
    "",
    "CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES HIP_VISIBLE_DEVICES GPU_DEVICE_ORDINAL ZE_AFFINITY_MASK",
  ],
  [
    "",
    "OMP_NUM_THREADS MKL_NUM_THREADS OPENBLAS_NUM_THREADS UV_THREADPOOL_SIZE TF_NUM_INTRAOP_THREADS TF_NUM_INTEROP_THREADS",
  ],
  [
    "",
    "TF_DETERMINISTIC_OPS TF_CUDNN_DETERMINISTIC TF_ENABLE_ONEDNN_OPTS CUBLAS_WORKSPACE_CONFIG NVIDIA_TF32_OVERRIDE",
  ],
  ["", "NODE_ENV TZ"],
];

const LONGEST_VALUE = 256;

/** The recorded variables that are set, as `NAME=value`, secrets in their values replaced. */
export function recordedVariables(environment: NodeJS.ProcessEnv): string[] {
  const told: string[] = [];
  for (const [prefix, names, onlyWith] of RECORDED) {
    if (onlyWith !== undefined && environment[onlyWith] === undefined) continue;
    for (const name of names.split(" ")) {
      const value = environment[prefix + name];
      if (value) told.push(`${prefix}${name}=${redact(value).slice(0, LONGEST_VALUE)}`);
    }
  }
  return told;
}
