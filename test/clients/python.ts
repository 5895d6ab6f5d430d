import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLIENT = fileURLToPath(new URL("../../clients/python", import.meta.url));

export const hasPython = spawnSync("python3", ["--version"]).status === 0;

export type Environment = Readonly<Record<string, string>>;

/** What a program in Python prints and how it ends; it runs in `folder` and finds `provml` as an installed module. */
export function python(folder: string, program: string, environment: Environment = {}) {
  const options = { cwd: folder, encoding: "utf8", env: environmentOf(environment) } as const;
  const { status, signal, stdout, stderr } = spawnSync("python3", ["-c", program], options);
  return { status, signal, stdout, stderr };
}

/** The same, killed with SIGKILL as soon as it prints anything; gives what it printed. */
export async function pythonKilled(folder: string, program: string): Promise<string> {
  const child = spawn("python3", ["-u", "-c", program], { cwd: folder, env: environmentOf({}) });
  const said = await new Promise<Buffer>((told) => child.stdout.once("data", told));
  child.kill("SIGKILL");
  await new Promise((ended) => child.once("exit", ended));
  return said.toString();
}

function environmentOf(environment: Environment): NodeJS.ProcessEnv {
  const mine = Object.entries(process.env).filter(([name]) => !name.startsWith("PROVML"));
  return { ...Object.fromEntries(mine), PYTHONPATH: CLIENT, PYTHONDONTWRITEBYTECODE: "1", ...environment };
}
