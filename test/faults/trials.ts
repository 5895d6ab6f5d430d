import type { FaultTrial } from "./trial.ts";
import { damagedSegments } from "./trials/damaged-segments.ts";
import { flusherKilled } from "./trials/flusher-killed.ts";
import { killedAtRandom } from "./trials/killed-at-random.ts";
import { powerCut } from "./trials/power-cut.ts";

export const TRIALS: readonly FaultTrial[] = [
  // the program that writes
  killedAtRandom,
  powerCut,
  // the flusher
  flusherKilled,
  // what lies on the disk
  damagedSegments,
];
