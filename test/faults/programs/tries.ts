// Tries one trial on a build and says what came of it.
// usage: fork tries.js <trial> <full | sampled | long> <build>
import { blame, noOutcome, type Outcome } from "../trial.ts";
import { TRIALS } from "../trials.ts";

const [, , name, scale, build = ""] = process.argv;
process.once("disconnect", () => process.exit(1)); // who asked is gone

process.send?.(await outcome(), () => process.exit(0));

async function outcome(): Promise<Outcome> {
  try {
    const trial = TRIALS.find((one) => one.name === name);
    if (trial === undefined) throw new Error(`there is no trial ${name}`);
    if (scale !== "long") return await trial.run(scale === "sampled" ? "sampled" : "full", build);
    return (await trial.runLong?.(build)) ?? noOutcome();
  } catch (error) {
    const none = noOutcome();
    blame(none, "unexplained", 1, `${name} threw ${error instanceof Error ? error.stack : error}`);
    return none;
  }
}
