import type { FaultTrial } from "./trial.ts";
import { damagedSegments } from "./trials/damaged-segments.ts";
import { flusherKilled } from "./trials/flusher-killed.ts";
import { flusherKilledAtRandom } from "./trials/flusher-killed-at-random.ts";
import { flushersAtOnce } from "./trials/flushers-at-once.ts";
import { killedAtRandom } from "./trials/killed-at-random.ts";
import { manyWriters } from "./trials/many-writers.ts";
import { powerCut } from "./trials/power-cut.ts";
import { segmentsRedelivered } from "./trials/segments-redelivered.ts";

export const TRIALS: readonly FaultTrial[] = [
  // the program that writes
  killedAtRandom,
  powerCut,
  // the flusher
  flusherKilled,
  flusherKilledAtRandom,
  flushersAtOnce,
  segmentsRedelivered,
  manyWriters,
  // what lies on the disk
  damagedSegments,
];
