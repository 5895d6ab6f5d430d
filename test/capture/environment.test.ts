import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { container, recordedVariables } from "../../src/capture/origin/environment.ts";
import { controlLimits, gpus, machine } from "../../src/capture/origin/machine.ts";
import { lockfile, runtimeOptions } from "../../src/capture/origin/program.ts";

/** A file system with these files. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "provml-tree-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const ID = "4f1a".repeat(16);

describe("the container around a program", () => {
  it("is none where nothing tells of one", () => {
    expect(container({}, tree({ "proc/self/cgroup": "0::/user.slice/session-3.scope\n" }))).toBeUndefined();
  });

  it("is Docker's by its file, with the id from the control group or the mounts", () => {
    const first = { ".dockerenv": "", "proc/self/cgroup": `12:memory:/docker/${ID}\n0::/\n` };
    expect(container({}, tree(first))).toEqual({ runtime: "docker", id: ID, image: undefined, imageId: undefined });
    const mounts = `1 2 8:1 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n`;
    const second = { ".dockerenv": "", "proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mounts };
    const told = { CONTAINER_IMAGE: "ghcr.io/zoo/birds:3", CONTAINER_IMAGE_DIGEST: "sha256:9b7e" };
    expect(container(told, tree(second))).toEqual({
      runtime: "docker",
      id: ID,
      image: "ghcr.io/zoo/birds:3",
      imageId: "sha256:9b7e",
    });
  });

  it("is Podman's by its file, which names the image where the container is privileged", () => {
    const told = `engine="podman-4.9.3"\nname="birds"\nid="${ID}"\nimage="docker.io/library/node:20"\nimageid="9b7e"\nrootless=0\n`;
    expect(container({ container: "podman" }, tree({ "run/.containerenv": told }))).toEqual({
      runtime: "podman",
      id: ID,
      image: "docker.io/library/node:20",
      imageId: "9b7e",
    });
    expect(container({}, tree({ "run/.containerenv": "" }))).toMatchObject({ runtime: "podman", image: undefined });
  });

  it("is Apptainer's or Singularity's by their variables, with the path of the image", () => {
    const both = { APPTAINER_CONTAINER: "/images/birds.sif", SINGULARITY_CONTAINER: "/images/birds.sif" };
    expect(container(both, tree({}))).toMatchObject({ runtime: "apptainer", image: "/images/birds.sif" });
    expect(container({ SINGULARITY_NAME: "birds.sif" }, tree({}))).toMatchObject({
      runtime: "singularity",
      image: "birds.sif",
    });
  });

  it("is a pod's where Kubernetes tells of its service, and whatever systemd's interface says otherwise", () => {
    const scope = `0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope\n`;
    expect(container({ KUBERNETES_SERVICE_HOST: "10.0.0.1" }, tree({ "proc/self/cgroup": scope }))).toMatchObject({
      runtime: "kubernetes",
      id: ID,
    });
    expect(container({ container: "lxc" }, tree({}))?.runtime).toBe("lxc");
    expect(container({ container: "a b; c" }, tree({}))?.runtime).toBe("container");
  });
});

describe("the limits of control groups", () => {
  it("of version 2 are the least of the process's and those above it", () => {
    const job = "sys/fs/cgroup/system.slice/slurmstepd.scope/job_17";
    const root = tree({
      "sys/fs/cgroup/cgroup.controllers": "cpu memory",
      "proc/self/cgroup": "0::/system.slice/slurmstepd.scope/job_17/step_0/user/task_0\n",
      [`${job}/memory.max`]: "1073741824\n",
      [`${job}/cpu.max`]: "250000 100000\n",
      [`${job}/step_0/memory.max`]: "max\n",
      [`${job}/step_0/cpu.max`]: "max 100000\n",
    });
    expect(controlLimits(root)).toEqual({ cpus: 2.5, memoryBytes: 1073741824 });
  });

  it("of version 1 are looked for under each controller", () => {
    const root = tree({
      "proc/self/cgroup": "4:memory:/job\n3:cpuset:/\n2:cpu,cpuacct:/job\n1:name=systemd:/\n0::/\n",
      "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "536870912\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "50000\n",
      "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    });
    expect(controlLimits(root)).toEqual({ cpus: 0.5, memoryBytes: 536870912 });
  });

  it("are absent where there are none, or they leave the whole machine", () => {
    expect(controlLimits(tree({}))).toEqual({ cpus: undefined, memoryBytes: undefined });
    const wide = {
      "proc/self/cgroup": "4:memory:/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": `${2 * totalmem()}`,
    };
    expect(controlLimits(tree(wide)).memoryBytes).toBeUndefined();
  });
});

describe("graphics processors", () => {
  it("of NVIDIA are told by its driver's files", () => {
    const root = tree({
      "proc/driver/nvidia/version":
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\nGCC version:  gcc version 12.2.0\n",
      "proc/driver/nvidia/gpus/0000:3b:00.0/information": "Model: \t\t NVIDIA H200\nIRQ:   \t\t 139\n",
      "proc/driver/nvidia/gpus/0000:86:00.0/information": "Model: \t\t NVIDIA H200\nIRQ:   \t\t 140\n",
    });
    expect(gpus(root)).toEqual({ models: ["NVIDIA H200", "NVIDIA H200"], drivers: ["NVIDIA 550.54.15"] });
  });

  it("of NVIDIA with the open kernel modules, too", () => {
    const version =
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build  (dvs-builder@U16)  Fri Aug 16 21:42:42 UTC 2024\n";
    const gpu = { "proc/driver/nvidia/gpus/0000:3b:00.0/information": "Model: \t\t NVIDIA L4\n" };
    expect(gpus(tree({ "proc/driver/nvidia/version": version, ...gpu })).drivers).toEqual(["NVIDIA 560.35.03"]);
  });

  it("of AMD are cards, named by their product or their device", () => {
    const root = tree({
      "sys/class/drm/card1/device/vendor": "0x1002\n",
      "sys/class/drm/card1/device/device": "0x740f\n",
      "sys/class/drm/card0/device/vendor": "0x1002\n",
      "sys/class/drm/card0/device/product_name": "AMD Instinct MI250X\n",
      "sys/class/drm/card2/device/vendor": "0x8086\n",
      "sys/class/drm/card0-DP-1/status": "disconnected\n",
      "sys/module/amdgpu/version": "6.3.6\n",
    });
    expect(gpus(root)).toEqual({ models: ["AMD Instinct MI250X", "AMD GPU 0x740f"], drivers: ["amdgpu 6.3.6"] });
  });

  it("of AMD in a container are nodes for computing", () => {
    const root = tree({
      "sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 64\nsimd_count 0\n",
      "sys/class/kfd/kfd/topology/nodes/1/properties": "cpu_cores_count 0\nsimd_count 440\ngfx_target_version 90010\n",
    });
    expect(gpus(root)).toEqual({ models: ["AMD gfx90a"], drivers: ["amdgpu"] });
  });

  it("are none where there are none", () => expect(gpus(tree({}))).toEqual({ models: [], drivers: [] }));
});

describe("variables", () => {
  it("of schedulers are recorded, and nothing else of the environment", () => {
    const slurm = { SLURM_JOB_ID: "17", SLURM_PROCID: "3", SLURM_STEP_NUM_TASKS: "8", SLURM_RESTART_COUNT: "1" };
    const others = { SLURM_JWT: "eyJ", SLURM_SUBMIT_DIR: "/home/ada", HOME: "/home/ada", AWS_SECRET_ACCESS_KEY: "x" };
    expect(recordedVariables({ ...slurm, ...others })).toEqual([
      "SLURM_JOB_ID=17",
      "SLURM_RESTART_COUNT=1",
      "SLURM_STEP_NUM_TASKS=8",
      "SLURM_PROCID=3",
    ]);
    expect(recordedVariables({ PBS_JOBID: "5.head", PBS_O_HOME: "/home/ada" })).toEqual(["PBS_JOBID=5.head"]);
    expect(recordedVariables({ LSB_JOBID: "5", JSM_NAMESPACE_RANK: "0" })).toHaveLength(2);
    expect(recordedVariables({ OMPI_COMM_WORLD_RANK: "0", TORCHELASTIC_RUN_ID: "r", RANK: "1" })).toHaveLength(3);
  });

  it("of common names count in jobs of Grid Engine only", () => {
    expect(recordedVariables({ JOB_ID: "5", QUEUE: "https://u:p@host" })).toEqual([]);
    expect(recordedVariables({ JOB_ID: "5", SGE_TASK_ID: "undefined" })).toEqual(["JOB_ID=5", "SGE_TASK_ID=undefined"]);
  });

  it("lose what looks like a secret, and what is long", () => {
    const [token, long] = recordedVariables({
      SLURM_JOB_ID: "1",
      SLURM_JOB_NAME: `fit ghp_${"a1".repeat(18)}`,
      SLURM_JOB_NODELIST: "n".repeat(1000),
    }).slice(1);
    expect(token).toBe("SLURM_JOB_NAME=fit [redacted]");
    expect(long).toHaveLength("SLURM_JOB_NODELIST=".length + 256);
  });
});

it("switches of the runtime are recorded without programs' texts, tools and secrets", () => {
  const given = [
    "--max-old-space-size=4096",
    "--inspect=9229",
    "-e",
    "secret()",
    "--import",
    "data:text/javascript,secret()",
  ];
  const variable = '--expose-gc --require "/a b/c.js" --token=planted --title=x';
  expect(runtimeOptions(given, variable)).toEqual([
    "--max-old-space-size=4096",
    "--import data:…",
    "--expose-gc",
    '--require "/a b/c.js"',
    "--token=[redacted]",
  ]);
});

describe("the lockfile", () => {
  it("is the nearest upwards, to the repository's top", () => {
    const root = tree({
      "yarn.lock": "stray",
      "repository/pnpm-lock.yaml": "pinned",
      "repository/packages/birds/package.json": "{}",
    });
    const repository = join(root, "repository");
    expect(lockfile(join(repository, "packages/birds"), repository)?.path).toBe(join(repository, "pnpm-lock.yaml"));
    rmSync(join(repository, "pnpm-lock.yaml"));
    expect(lockfile(join(repository, "packages/birds"), repository)).toBeUndefined();
  });

  it("outside of a repository is looked for in folders that are packages", () => {
    const root = tree({
      "package-lock.json": "{}",
      "package.json": "{}",
      "a/package.json": "{}",
      "b/c/package.json": "{}",
    });
    expect(lockfile(join(root, "a"), undefined)?.digest).toMatch(/^44136fa3/);
    expect(lockfile(join(root, "b/c"), undefined)).toBeUndefined();
  });
});

it("a machine is told in terms that say their units", () => {
  const told = Object.fromEntries(machine());
  expect(told["provml:cpuCount"]).toBeGreaterThan(0);
  expect(told["provml:memoryBytes"]).toBe(totalmem());
  expect(told["provml:cpuModel"]).toEqual(expect.stringMatching(/./));
});
