import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import os from "node:os";
import { dirname, join } from "node:path";
import type { BriefValue } from "../../model/brief.ts";
import { canonicalDouble } from "../../model/literals.ts";
import { textAt } from "../content/files.ts";

/** What this machine is, as attributes of the environment entity. `root` is where the file system begins. */
export function machine(root = "/"): (readonly [name: string, value: BriefValue])[] {
  const { cpus, memoryBytes } = controlLimits(root);
  return [
    ["provml:runtime", `node ${process.versions.node}`],
    ["provml:platform", `${process.platform} ${process.arch}`],
    ["provml:operatingSystem", `${os.type()} ${os.release()}`],
    ["provml:cpuModel", cpuModel()],
    ["provml:cpuCount", os.availableParallelism()],
    ...(cpus === undefined ? [] : [["provml:cpuLimit", { value: canonicalDouble(cpus), type: "xsd:double" }] as const]),
    ["provml:memoryBytes", os.totalmem()],
    ...(memoryBytes === undefined ? [] : [["provml:memoryLimitBytes", memoryBytes] as const]),
  ];
}

export function hostName(): string {
  return os.hostname();
}

/** From the head of /proc/cpuinfo: the whole, and `os.cpus()`, take time with every core, and compute nodes have hundreds. */
function cpuModel(): string {
  const head = Buffer.alloc(2048);
  try {
    const file = openSync("/proc/cpuinfo", "r");
    try {
      readSync(file, head);
    } finally {
      closeSync(file);
    }
  } catch {
    // another system
  }
  const model = /^model name\s*:\s*(.+)$/m.exec(head.toString("latin1"))?.[1] ?? os.cpus()[0]?.model;
  return model?.trim() || "unknown";
}

/** How much of the machine the control groups around the process leave it. */
export interface ControlLimits {
  /** Processor cores, as a share of time. */
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

/**
 * The least limit of the process's control group and those above it: schedulers limit jobs, runtimes containers, and the process stands below.
 * `root` is where the file system begins.
 */
export function controlLimits(root = "/"): ControlLimits {
  const groups = join(root, "sys/fs/cgroup");
  const isUnified = existsSync(join(groups, "cgroup.controllers")); // version 2
  let [cpus, memoryBytes] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const line of (textAt(join(root, "proc/self/cgroup")) ?? "").split("\n")) {
    const [, controllers = "", ...rest] = line.split(":");
    const path = rest.join(":");
    const hasCpu = isUnified ? controllers === "" : /(^|,)cpu(,|$)/.test(controllers);
    const hasMemory = isUnified ? controllers === "" : controllers === "memory";
    if (path === "" || !(hasCpu || hasMemory)) continue;
    for (let at = path; ; at = dirname(at)) {
      const folder = join(groups, controllers, at);
      const numbers = (name: string) => textAt(join(folder, name))?.trim().split(" ").map(Number) ?? [];
      if (hasCpu) {
        const names = isUnified ? ["cpu.max"] : ["cpu.cfs_quota_us", "cpu.cfs_period_us"];
        cpus = least(cpus, share(names.flatMap(numbers)));
      }
      if (hasMemory) memoryBytes = least(memoryBytes, numbers(isUnified ? "memory.max" : "memory.limit_in_bytes")[0]);
      if (at === "/" || at === ".") break;
    }
  }
  return {
    cpus: Number.isFinite(cpus) ? cpus : undefined,
    memoryBytes: memoryBytes < os.totalmem() ? memoryBytes : undefined, // "no limit" is a very large number in version 1
  };
}

/** "max" is NaN here, and -1 of version 1 no limit either. */
function least(known: number, found = Number.NaN): number {
  return found > 0 && found < known ? found : known;
}

/** Quota over period, both in microseconds. */
function share([quota = Number.NaN, period = Number.NaN]: readonly number[]): number {
  return quota / period;
}

/** The graphics processors of a machine: a model each, in the order of the system, and the drivers that run them. */
export interface Gpus {
  readonly models: readonly string[];
  readonly drivers: readonly string[];
}

/** What the drivers of NVIDIA and AMD say of themselves in files, without starting a process. `root` is where the file system begins. */
export function gpus(root = "/"): Gpus {
  const nvidia = nvidiaModels(root);
  const amd = amdModels(root);
  const drivers = [];
  const version = /\s(\d+\.\d+(?:\.\d+)*)\s/.exec(textAt(join(root, "proc/driver/nvidia/version")) ?? "")?.[1];
  if (version !== undefined && nvidia.length > 0) drivers.push(`NVIDIA ${version}`);
  const amdVersion = textAt(join(root, "sys/module/amdgpu/version"))?.trim(); // absent where the driver is the kernel's own
  if (amd.length > 0) drivers.push(amdVersion ? `amdgpu ${amdVersion}` : "amdgpu");
  return { models: [...nvidia, ...amd], drivers };
}

function nvidiaModels(root: string): string[] {
  const folder = join(root, "proc/driver/nvidia/gpus");
  return list(folder).flatMap((gpu) => {
    const model = /^Model:\s*(.+)$/m.exec(textAt(join(folder, gpu, "information")) ?? "")?.[1];
    return model === undefined ? [] : [model.trim()];
  });
}

const AMD = "0x1002";

/** The cards that the AMD driver shows for graphics, else (as in most containers) the nodes that it shows for computing. */
function amdModels(root: string): string[] {
  const cards = join(root, "sys/class/drm");
  const models = list(cards).flatMap((card) => {
    const device = join(cards, card, "device");
    if (!/^card\d+$/.test(card) || textAt(join(device, "vendor"))?.trim() !== AMD) return [];
    const product = textAt(join(device, "product_name"))?.trim();
    return [product || `AMD GPU ${textAt(join(device, "device"))?.trim() ?? ""}`.trim()];
  });
  return models.length > 0 ? models : computeNodes(join(root, "sys/class/kfd/kfd/topology/nodes"));
}

/** Nodes with SIMD units are GPUs; `gfx_target_version` 90010 is gfx90a. */
function computeNodes(folder: string): string[] {
  return list(folder).flatMap((node) => {
    const properties = textAt(join(folder, node, "properties")) ?? "";
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(properties)?.[1] ?? 0);
    if (value("simd_count") === 0) return [];
    const target = value("gfx_target_version");
    const [major, minor, stepping] = [Math.floor(target / 10_000), Math.floor(target / 100) % 100, target % 100];
    return [`AMD gfx${major}${minor.toString(16)}${stepping.toString(16)}`];
  });
}

function list(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    const number = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? 0); // card10 after card9; a collator takes 12 ms to load
    return readdirSync(folder).sort((a, b) => number(a) - number(b));
  } catch {
    return [];
  }
}
