import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SPEAKS = fileURLToPath(new URL("programs/speaks.js", import.meta.url));

/** A program that records, and goes on when it is told to. */
export interface Speaker {
  readonly child: ChildProcess;
  /** Says a line to it, and gives what it answers; undefined when it is gone. */
  tell(line: "speak" | "end"): Promise<string | undefined>;
  ended: Promise<number | null>;
}

/** Started by a command, such as `unshare …`, and ready when this resolves. */
export async function speaker(
  build: string,
  directory: string,
  command: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Speaker> {
  const [program = process.execPath, ...args] = [...command, process.execPath, SPEAKS, build, directory];
  const env = { ...process.env, ...environment };
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env });
  const lines: string[] = [];
  let isGone = false;
  let look = () => {};
  createInterface({ input: child.stdout })
    .on("line", (line) => {
      lines.push(line);
      look();
    })
    .on("close", () => {
      isGone = true;
      look();
    });
  const answer = () =>
    new Promise<string | undefined>((resolve) => {
      look = () => {
        if (lines.length > 0 || isGone) resolve(lines.shift());
      };
      look();
    });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  if ((await answer()) !== "ready") throw new Error("the program that speaks did not begin");
  return {
    child,
    async tell(line) {
      child.stdin.write(`${line}\n`);
      return await answer();
    },
    ended,
  };
}
