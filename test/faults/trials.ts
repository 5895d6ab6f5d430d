import type { FaultTrial } from "./trial.ts";
import { killedAtRandom } from "./trials/killed-at-random.ts";

export const TRIALS: readonly FaultTrial[] = [killedAtRandom];
