import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type Brief, briefPrefixes } from "../../src/model/brief.ts";
import { executionNamespace } from "../../src/model/names.ts";
import { listSegments, readSegment } from "../../src/spool/reader.ts";
import type { RecordedRow } from "../../src/testing/memory-sink.ts";
import { Recorded } from "../../src/testing/recorded.ts";

export const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
  /** What lies in the spool, one for each execution. */
  recorded(): Recorded[];
}

interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly folder?: string;
}

/** A folder with a package of its own in which `import … from "provml"` finds the compiled package. */
export function project(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "provml-program-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), '{ "name": "@zoo/birds", "version": "1.2.3", "type": "module" }\n');
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(REPOSITORY, join(folder, "node_modules", "provml"));
  return folder;
}

/** Runs a program in a process of its own, as a user would, and waits for its end. */
export async function runProgram(source: string, options: ProgramOptions = {}): Promise<Ended> {
  const { environment = {}, args = [], folder = project() } = options;
  const script = join(folder, "main.js");
  writeFileSync(script, source);
  return runScript(folder, script, args, environment);
}

export async function runScript(
  folder: string,
  script: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PROVML_|VITEST|NODE_)/.test(name));
  const env = { ...Object.fromEntries(inherited), ...environment };
  const child = spawn(process.execPath, [script, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((done, fail) => child.on("error", fail).on("close", done));
  return { code, stdout, stderr, folder, recorded: () => readSpool(join(folder, ".provml", "spool")) };
}

export function readSpool(spool: string): Recorded[] {
  if (!existsSync(spool)) return [];
  const executions = new Map<string, { briefs: Brief[]; rows: RecordedRow[]; base: string }>();
  for (const { path } of listSegments(spool)) {
    const segment = readSegment(path);
    if (!segment) continue;
    const { execution, base } = segment.header;
    const held = executions.get(execution) ?? { briefs: [], rows: [], base };
    executions.set(execution, held);
    const names = new Map<number, string>();
    for (const frame of segment.frames()) {
      if (frame.kind === "statements") held.briefs.push(...frame.statements);
      else if (frame.kind === "series") names.set(frame.number, frame.name);
      else {
        for (let at = 0; at < frame.rows.length; at += 4) {
          const [series = 0, step = 0, value = 0, time = 0] = frame.rows.subarray(at, at + 4);
          held.rows.push({ series: names.get(series) ?? "?", step, value, time });
        }
      }
    }
  }
  return [...executions].map(
    ([execution, { briefs, rows, base }]) =>
      new Recorded(briefs, rows, briefPrefixes(base, executionNamespace(base, execution))),
  );
}
