import type { FaultTrial } from "./trial.ts";
import { flusherKilled } from "./trials/flusher-killed.ts";
import { killedAtRandom } from "./trials/killed-at-random.ts";

export const TRIALS: readonly FaultTrial[] = [killedAtRandom, flusherKilled];
