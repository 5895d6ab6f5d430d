import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import { delimiter, join } from "node:path";
import type { Brief, BriefValue, Name } from "../model/brief.ts";
import { definitionName } from "../model/names.ts";

/** What is sampled, by the name of its series; the last part is the unit. `cpu.percent` is of one core: 250 are two and a half busy ones. */
export type Sample = readonly (readonly [series: string, value: number])[];

/** Reads what the whole process, all of its threads, and the machine use now. The first reading has no `cpu.percent`: that needs two. */
export function usageReader(root = "/"): () => Sample {
  let before: { readonly time: number; readonly cpu: number } | undefined;
  const cards = amdCards(root);
  return () => {
    const { user, system } = process.cpuUsage();
    const at = { time: performance.now(), cpu: (user + system) / 1000 };
    const sample: [string, number][] = [];
    if (before && at.time > before.time)
      sample.push(["cpu.percent", (100 * (at.cpu - before.cpu)) / (at.time - before.time)]);
    before = at;
    sample.push(["memory.bytes", process.memoryUsage.rss()], ["machine.memory.bytes", os.totalmem() - os.freemem()]);
    for (const [i, folder] of cards.entries()) {
      const [percent, bytes] = [
        numberAt(join(folder, "gpu_busy_percent")),
        numberAt(join(folder, "mem_info_vram_used")),
      ];
      if (percent !== undefined) sample.push([`gpu.${i}.percent`, percent]);
      if (bytes !== undefined) sample.push([`gpu.${i}.memory.bytes`, bytes]);
    }
    return sample;
  };
}

/** Folders of the AMD cards that tell how busy they are. */
function amdCards(root: string): string[] {
  const cards = join(root, "sys/class/drm");
  if (!existsSync(cards)) return [];
  const names = readdirSync(cards).filter((name) => /^card\d+$/.test(name));
  const folders = names
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    .map((name) => join(cards, name, "device"));
  return folders.filter((folder) => existsSync(join(folder, "gpu_busy_percent")));
}

function numberAt(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return undefined; // a card that sleeps
  }
}

/** nvidia-smi asked more often than this costs more than it tells. */
const LEAST_GPU_INTERVAL_MS = 200;
const MEBIBYTE = 1024 * 1024;

/** Listens to NVIDIA's own program, which reports again and again by itself; undefined where there is none. */
export function listenToNvidia(
  intervalMs: number,
  path: string | undefined,
  tell: (sample: Sample) => void,
): ChildProcess | undefined {
  const folder = path?.split(delimiter).find((one) => one !== "" && existsSync(join(one, "nvidia-smi")));
  if (folder === undefined) return undefined;
  const query = ["--query-gpu=index,utilization.gpu,memory.used", "--format=csv,noheader,nounits"];
  const every = ["-lms", String(Math.max(intervalMs, LEAST_GPU_INTERVAL_MS))];
  const child = spawn(join(folder, "nvidia-smi"), [...query, ...every], { stdio: ["ignore", "pipe", "ignore"] });
  child.on("error", () => {});
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-1000);
    for (const line of lines) tell(nvidiaSample(line));
  });
  return child;
}

/** `0, 37, 1024`: index, percent, MiB; `[N/A]` where a device does not tell. */
export function nvidiaSample(line: string): Sample {
  const [, index, percent, mebibytes] = /^(\d+), *(\S+), *(\S+)/.exec(line) ?? [];
  const told: [string, number][] = [
    [`gpu.${index}.percent`, Number(percent)],
    [`gpu.${index}.memory.bytes`, Number(mebibytes) * MEBIBYTE],
  ];
  return told.filter(([, value]) => index !== undefined && Number.isFinite(value));
}

/** States a series of samples. */
export function resourceSeries(id: Name, name: string, activity: Name): Brief[] {
  const definition = definitionName("measure", name);
  const types = (...names: string[]): [string, BriefValue][] => names.map((type) => ["prov:type", { name: type }]);
  const measure = types("provml:EvaluationMeasure", "mls:EvaluationMeasure");
  const series = types("provml:ResourceSeries", "provml:MetricSeries");
  return [
    { kind: "entity", id: definition, attributes: [...measure, ["rdfs:label", name]] },
    { kind: "entity", id, attributes: [...series, ["rdfs:label", name], ["mls:specifiedBy", { name: definition }]] },
    { kind: "wasGeneratedBy", entity: id, activity },
  ];
}
