import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { ProgramCase, Sample, WorkCase } from "./case.ts";

/** A tenth of the items comes before the timed ones, for the compiler and the caches. */
const WARM_SHARE = 0.1;

/** One sample of a piece of work, from a process of its own; throws when it failed or left less than it should. */
export async function sampleWork(one: WorkCase, items: number, scratch: string): Promise<Sample> {
  const directory = join(scratch, one.name);
  const warmItems = Math.ceil(items * WARM_SHARE);
  mkdirSync(directory);
  try {
    const child = new URL("./child.js", import.meta.url);
    const args = [...process.execArgv, fileURLToPath(child), one.name, String(items), String(warmItems), directory];
    const { output } = await runNode(args);
    one.check?.(directory, warmItems + items);
    return JSON.parse(output) as Sample;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What a program costs more than the other, each in a process of its own, one right after the other. */
export async function samplePrograms({ program, without }: ProgramCase, isProgramFirst: boolean): Promise<Sample> {
  const first = await sampleProgram(isProgramFirst ? program : without);
  const second = await sampleProgram(isProgramFirst ? without : program);
  const [more, less] = isProgramFirst ? [first, second] : [second, first];
  return { cpu: more.cpu - less.cpu, wall: more.wall - less.wall, rssBytes: more.rssBytes - less.rssBytes };
}

async function sampleProgram(program: URL): Promise<Required<Sample>> {
  const { output, wallMs } = await runNode([fileURLToPath(program)]);
  const { cpuMicroseconds, rssBytes } = JSON.parse(output) as {
    cpuMicroseconds: NodeJS.CpuUsage;
    rssBytes: number;
  };
  return { cpu: (cpuMicroseconds.user + cpuMicroseconds.system) * 1e3, wall: wallMs * 1e6, rssBytes };
}

/** The modules that a program loads and that are not node's own, as URLs. */
export async function modulesOf(program: URL): Promise<string[]> {
  const teller = new URL("./programs/tell-modules.js", import.meta.url);
  const { output } = await runNode(["--no-deprecation", "--import", teller.href, fileURLToPath(program)]);
  const modules = [...output.matchAll(/^module (?!node:)(.+)$/gm)].map(([, url]) => url as string);
  return [...new Set(modules)].filter((url) => url !== program.href);
}

/** Runs node to its end; throws when it failed. */
export async function runNode(args: readonly string[]): Promise<{ output: string; wallMs: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const wallMs = performance.now() - start;
  if (code !== 0) throw new Error(`its process ended with exit code ${code}`);
  return { output, wallMs };
}

/** Nothing that the user has set for provml or node counts here. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(PROVML|OTEL|NODE)_/.test(name)),
);
