import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What capture cost in a process of its own, in CPU time of all its threads. */
export interface CaptureCost {
  readonly rowNanoseconds: number;
  readonly stepMicroseconds: number;
}

const PROBE = fileURLToPath(new URL("./measure-probe.js", import.meta.url));

/** Measures the real capture into a real spool below a folder. A glance, not a benchmark: that is `npm run bench`. */
export async function measureCapture(folder: string): Promise<CaptureCost> {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("PROVML_"));
  const env = { ...Object.fromEntries(others), PROVML_QUIET: "1" };
  const child = fork(PROBE, [folder], { stdio: "inherit", execArgv: [], env });
  let cost: CaptureCost | undefined;
  child.on("message", (message) => {
    cost = message as CaptureCost;
  });
  const [code, signal] = await once(child, "exit");
  if (cost === undefined) throw new Error(`the measuring process ended with ${code ?? signal} and measured nothing`);
  return cost;
}
