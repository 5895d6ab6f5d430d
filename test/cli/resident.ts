import { type ChildProcess, fork } from "node:child_process";
import { fstatSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./provml.ts";

const RESIDENT = fileURLToPath(new URL("fixtures/resident.mjs", import.meta.url));

export interface Asked {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A process that stays and does commands one after the other: to load the package anew takes longer than most of them. */
export class Resident {
  readonly #main: string;
  readonly #execArgv: readonly string[];
  #last: Promise<unknown> = Promise.resolve();
  #running: Running | undefined;

  constructor(main: string, execArgv: readonly string[]) {
    this.#main = main;
    this.#execArgv = execArgv;
  }

  ask(asked: Asked): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#ask(asked));
    this.#last = outcome.catch(() => {});
    return outcome;
  }

  async #ask(asked: Asked): Promise<Outcome> {
    this.#running ??= start(this.#main, this.#execArgv);
    const { child, stdout, stderr } = this.#running;
    for (const file of [stdout, stderr]) ftruncateSync(file);
    const code = await new Promise<number>((resolve) => {
      const ended = (code: unknown) => {
        child.off("message", ended).off("exit", ended);
        resolve(typeof code === "number" ? code : -1);
      };
      child.on("message", ended).on("exit", ended); // a command may end its process
      child.send(asked);
    });
    if (!child.connected) this.#running = undefined;
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
  }
}

interface Running {
  readonly child: ChildProcess;
  /** The files, open, that its output goes to, and that of the processes that it starts. */
  readonly stdout: number;
  readonly stderr: number;
}

function start(main: string, execArgv: readonly string[]): Running {
  const folder = mkdtempSync(join(tmpdir(), "provml-resident-"));
  const [stdout, stderr] = [openSync(join(folder, "stdout"), "a+"), openSync(join(folder, "stderr"), "a+")];
  rmSync(folder, { recursive: true });
  const child = fork(RESIDENT, [main], { execArgv: [...execArgv], stdio: ["ignore", stdout, stderr, "ipc"] });
  return { child, stdout, stderr };
}

function textOf(file: number): string {
  const bytes = Buffer.alloc(fstatSync(file).size);
  readSync(file, bytes, 0, bytes.length, 0);
  return bytes.toString();
}
