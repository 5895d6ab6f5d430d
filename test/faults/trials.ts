import type { FaultTrial } from "./trial.ts";
import { damagedSegments } from "./trials/damaged-segments.ts";
import { flusherKilled } from "./trials/flusher-killed.ts";
import { killedAtRandom } from "./trials/killed-at-random.ts";

export const TRIALS: readonly FaultTrial[] = [killedAtRandom, flusherKilled, damagedSegments];
