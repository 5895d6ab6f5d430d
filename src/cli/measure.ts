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
  const child = fork(PROBE, [folder], { stdio: "inherit", execArgv: [], env: { ...process.env, PROVML_QUIET: "1" } });
  const [cost] = (await once(child, "message")) as [CaptureCost];
  await once(child, "exit");
  return cost;
}
