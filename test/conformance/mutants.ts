import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { NOTATIONS, type NotationName } from "../../src/formats/index.ts";
import { ABSENT, outcome, type Part } from "./report.ts";
import { sharedFolder } from "./shared.ts";

/** What a child tells after each tenth of its mutants. */
export interface Tenth {
  readonly read: number;
  readonly refused: number;
  readonly faultCount: number;
  readonly faults: readonly { readonly what: string; readonly text: string }[];
  /** Bytes, after a garbage collection. */
  readonly heapUsed: number;
  readonly rss: number;
}

const CHILD = fileURLToPath(new URL("./mutants-child.js", import.meta.url));
const SEED = 20_261_121;
/** A child that tells nothing for so long hangs. */
const SILENCE_MS = 600_000;
/** More heap after the last tenth than after the second one, by which all code and caches are there, is growth. */
const MOST_GROWTH_BYTES = 24 * 1024 * 1024;
const AT_ONCE = 2;

/** Mutated documents through each reader (a million each, or `--mutants N`; of all notations, or of those given by `--notation`): each is read or refused in one line, in no time; nothing crashes, hangs or grows. */
export function mutantsPart(count: number, only: readonly string[] = []): Part {
  return {
    name: "mutants",
    async run(say) {
      if (sharedFolder("prov-suite") === undefined) return ABSENT;
      const names = (Object.keys(NOTATIONS) as NotationName[]).filter(
        (name) => only.length === 0 || only.includes(name),
      );
      let passed = 0;
      let failed = 0;
      const work = async () => {
        for (let name = names.shift(); name !== undefined; name = names.shift()) {
          const problems = await tryNotation(name, count, say);
          if (problems.length === 0) passed++;
          else failed++;
          for (const problem of problems) say(`  FAILED ${name}: ${problem}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return outcome(passed, failed);
    },
  };
}

async function tryNotation(name: NotationName, count: number, say: (line: string) => void): Promise<string[]> {
  const start = performance.now();
  const child = spawn(process.execPath, ["--expose-gc", CHILD, name, String(count), String(SEED)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let error = "";
  child.stderr.on("data", (data) => {
    error = (error + data).slice(-2000);
  });
  const tenths: Tenth[] = [];
  let isSilent = false;
  const watch = () =>
    setTimeout(() => {
      isSilent = true;
      child.kill("SIGKILL");
    }, SILENCE_MS);
  let timer = watch();
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = watch();
    tenths.push(JSON.parse(line) as Tenth);
  }
  const code = await ended;
  clearTimeout(timer);
  const sum = (of: (tenth: Tenth) => number) => tenths.reduce((total, tenth) => total + of(tenth), 0);
  const growth = (tenths.at(-1)?.heapUsed ?? 0) - (tenths[1]?.heapUsed ?? 0);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  say(
    `  ${NOTATIONS[name].title}: ${sum(({ read }) => read)} read, ${sum(({ refused }) => refused)} refused, ${sum(({ faultCount }) => faultCount)} faults, ` +
      `heap ${growth >= 0 ? "+" : ""}${(growth / 1024 / 1024).toFixed(1)} MiB from the second to the last tenth, ${seconds} s`,
  );
  const problems = tenths.flatMap(({ faults }) =>
    faults.map(({ what, text }) => `${what} on ${JSON.stringify(text.slice(0, 2000))}`),
  );
  if (isSilent) problems.push(`told nothing for ${SILENCE_MS / 1000} s`);
  else if (code !== 0) problems.push(`ended with ${code}: ${error}`);
  if (growth > MOST_GROWTH_BYTES) problems.push("the heap grew");
  return problems.slice(0, 5);
}
