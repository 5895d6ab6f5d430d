import { type ExecFileException, execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { Resident } from "./resident.ts";

export const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const RECORDS = fileURLToPath(new URL("fixtures/records.mjs", import.meta.url));

type Part = "first" | "second" | "failed" | "killed";
export const ALL_PARTS: readonly Part[] = ["first", "second", "failed", "killed"];

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder in which a workflow was recorded, once for all tests of a file. */
export class Recorded {
  folder = "";

  get directory(): string {
    return join(this.folder, ".provml");
  }

  /** What the program itself printed. */
  printed = "";

  record(part: Part): void {
    this.#answers.clear();
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, [RECORDS, part], {
      cwd: this.folder,
      env: environment(this.folder),
      encoding: "utf8",
    });
    this.printed += stdout;
    if (part === "killed" ? signal !== "SIGKILL" : status !== 0)
      throw new Error(`${part}: ${signal ?? status} ${stderr}`);
  }

  /** Runs `provml` in the folder, on its directory. */
  provml(...args: readonly string[]): Promise<Outcome> {
    return provml(args, { cwd: this.folder });
  }

  /** The answer of a command that reads, asked for once until more is recorded. */
  ask(...args: readonly string[]): Promise<Outcome> {
    const key = args.join("\0");
    const known = this.#answers.get(key) ?? this.provml(...args);
    this.#answers.set(key, known);
    return known;
  }
  readonly #answers = new Map<string, Promise<Outcome>>();

  async json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse((await this.ask(...args, "--json")).stdout) as T;
  }

  /** The lines of a table, its head first, split at two spaces or more. */
  async rows(...args: readonly string[]): Promise<string[][]> {
    const { stdout } = await this.ask(...args);
    return linesOf(stdout).map((line) => line.split(/ {2,}/));
  }
}

export function recordedOnce(...parts: readonly Part[]): Recorded {
  const recorded = new Recorded();
  beforeAll(() => {
    recorded.folder = mkdtempSync(join(tmpdir(), "provml-cli-"));
    for (const part of parts) recorded.record(part);
  });
  afterAll(() => rmSync(recorded.folder, { recursive: true, force: true }));
  return recorded;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** WebAssembly is compiled once instead of twice, which is a third of a short command's time and changes nothing else. */
const QUICK_START = ["--liftoff-only"];

const resident = new Resident(MAIN, QUICK_START);

/** Does a command as in a process of its own, but in one that does the next ones, too. */
export function provml(args: readonly string[], { cwd, env }: Surroundings): Promise<Outcome> {
  return resident.ask({ args, cwd, env: { ...environment(cwd), ...env } });
}

export interface OwnSurroundings extends Surroundings {
  readonly input?: string;
  readonly uid?: number;
}

/** Does a command in a process of its own, with an input, or as another user. */
export function provmlAlone(args: readonly string[], { cwd, env, input, uid }: OwnSurroundings): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...environment(cwd), ...env }, ...(uid === undefined ? {} : { uid }) };
    const child = execFile(process.execPath, [...QUICK_START, MAIN, ...args], options, (error, stdout, stderr) =>
      resolve({ code: codeOf(error), stdout, stderr }),
    );
    child.stdin?.end(input ?? "");
  });
}

export function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** What a person sees when something went wrong: one line, no stack. */
export function isOneLine({ stderr, stdout }: Outcome): boolean {
  return /^provml: [^\n]+\n$/.test(stderr) && !/\n?\s+at .*:\d+:\d+/.test(stderr) && stdout === "";
}

function codeOf(error: ExecFileException | null): number {
  return error === null ? 0 : typeof error.code === "number" ? error.code : -1;
}

/** Without the variables of whoever runs the tests, and without a way up into a directory of theirs. */
function environment(folder: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("PROVML_"));
  return { ...Object.fromEntries(others), PROVML_DIR: join(folder, ".provml"), TZ: "UTC", COLUMNS: "80" };
}
