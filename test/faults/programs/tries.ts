// Tries one trial on a build and says what came of it.
// usage: fork tries.js <trial> <full | sampled> <build>
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const [, , name = "", scale, build = ""] = process.argv;
process.once("disconnect", () => process.exit(1)); // who asked is gone

process.send?.(await outcome(), () => process.exit(0));

async function outcome(): Promise<Outcome> {
  try {
    // Each has the name of its file; to load them all takes longer than most of them.
    const { [camelCase(name)]: trial }: Record<string, FaultTrial> = await import(`../trials/${name}.js`);
    if (trial === undefined) throw new Error(`${name}.ts has no trial ${camelCase(name)}`);
    return await trial.run(scale === "sampled" ? "sampled" : "full", build);
  } catch (error) {
    const none = noOutcome();
    blame(none, "unexplained", 1, `${name} threw ${error instanceof Error ? error.stack : error}`);
    return none;
  }
}

function camelCase(text: string): string {
  return text.replace(/-./g, (pair) => pair.slice(1).toUpperCase());
}
