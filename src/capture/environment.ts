import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { redactArguments } from "./secrets.ts";

/** The package that runs: nearest package.json above the entry script, else above the working directory. */
export interface Package {
  readonly name?: string;
  readonly version?: string;
  readonly folder: string;
}

export function entryScript(): string | undefined {
  return process.argv[1] === undefined ? undefined : resolve(process.argv[1]);
}

export function packageAround(folder: string): Package | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "package.json");
    if (existsSync(path)) {
      const { name, version } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
      return {
        folder: at,
        ...(typeof name === "string" ? { name } : {}),
        ...(typeof version === "string" ? { version } : {}),
      };
    }
    if (dirname(at) === at) return undefined;
  }
}

/** The command line as it was typed, shortened to base names of node and script, secrets replaced. */
export function commandLine(): string {
  const [node = "node", script, ...rest] = process.argv;
  const words = [basename(node), ...(script === undefined ? [] : [basename(script)]), ...redactArguments(rest)];
  return words
    .map((word) => (/^[\w./:=@,+-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(" ")
    .slice(0, 2000);
}

export function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return process.env.USER ?? "unknown"; // a container may have no entry for its user id
  }
}

/** The SHA-256 of the lockfile that pins what the program ran with, or undefined where there is none. */
export function lockfileDigest(folder: string): string | undefined {
  for (const name of LOCKFILES) {
    try {
      return createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex");
    } catch {
      // not this one
    }
  }
  return undefined;
}
const LOCKFILES = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"];

/** What this machine is, as attributes of the environment entity. */
export function machine(): (readonly [name: string, value: string | number])[] {
  const cpus = os.cpus();
  return [
    ["provml:runtime", `node ${process.versions.node}`],
    ["provml:platform", `${process.platform} ${process.arch}`],
    ["provml:operatingSystem", `${os.type()} ${os.release()}`],
    ["provml:cpuModel", cpus[0]?.model.trim() ?? "unknown"],
    ["provml:cpuCount", cpus.length],
    ["provml:memoryBytes", os.totalmem()],
  ];
}

export function hostName(): string {
  return os.hostname();
}

/** Variables that say where and as what a program runs; never anything else of the environment. */
const RECORDED_VARIABLES =
  /^(SLURM_(JOB_ID|JOB_NAME|JOB_NODELIST|NTASKS|PROCID|LOCALID|NNODES|NODEID|STEP_ID|ARRAY_JOB_ID|ARRAY_TASK_ID|RESTART_COUNT|CLUSTER_NAME|JOB_PARTITION|GPUS)|PBS_(JOBID|JOBNAME|QUEUE|ARRAY_INDEX)|LSB_(JOBID|JOBINDEX|JOBNAME|QUEUE)|OMPI_COMM_WORLD_(RANK|SIZE|LOCAL_RANK)|RANK|WORLD_SIZE|LOCAL_RANK|CUDA_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES|OMP_NUM_THREADS|NODE_ENV)$/;

export function schedulerVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    RECORDED_VARIABLES.test(name) && value !== undefined ? [`${name}=${value.slice(0, 256)}`] : [],
  );
}

/** Models of the NVIDIA GPUs as the driver lists them, without starting a process. */
export function gpuModels(): string[] {
  try {
    const folder = "/proc/driver/nvidia/gpus";
    return readdirSync(folder).flatMap((gpu) => {
      const model = /^Model:\s*(.+)$/m.exec(readFileSync(join(folder, gpu, "information"), "utf8"))?.[1];
      return model === undefined ? [] : [model.trim()];
    });
  } catch {
    return [];
  }
}
