import type { FaultTrial } from "./trial.ts";
import { damagedSegments } from "./trials/damaged-segments.ts";
import { deletionKilled } from "./trials/deletion-killed.ts";
import { failingDisk } from "./trials/failing-disk.ts";
import { flusherKilled } from "./trials/flusher-killed.ts";
import { flusherKilledAtRandom } from "./trials/flusher-killed-at-random.ts";
import { flusherPowerCut } from "./trials/flusher-power-cut.ts";
import { flushersAtOnce } from "./trials/flushers-at-once.ts";
import { fullDisk } from "./trials/full-disk.ts";
import { hostileStrings } from "./trials/hostile-strings.ts";
import { hostileValues } from "./trials/hostile-values.ts";
import { jumpingClocks } from "./trials/jumping-clocks.ts";
import { killedAtEachWrite } from "./trials/killed-at-each-write.ts";
import { killedAtRandom } from "./trials/killed-at-random.ts";
import { manyWriters } from "./trials/many-writers.ts";
import { ownEnd } from "./trials/own-end.ts";
import { plantedSecrets } from "./trials/planted-secrets.ts";
import { powerCut } from "./trials/power-cut.ts";
import { programAndServer } from "./trials/program-and-server.ts";
import { segmentsRedelivered } from "./trials/segments-redelivered.ts";
import { serverAstray } from "./trials/server-astray.ts";
import { severalProcesses } from "./trials/several-processes.ts";
import { silentWriters } from "./trials/silent-writers.ts";
import { transfersKilled } from "./trials/transfers-killed.ts";

export const TRIALS: readonly FaultTrial[] = [
  // the program that writes
  killedAtEachWrite,
  killedAtRandom,
  ownEnd,
  severalProcesses,
  powerCut,
  // the flusher
  flusherKilled,
  flusherKilledAtRandom,
  flushersAtOnce,
  segmentsRedelivered,
  manyWriters,
  flusherPowerCut,
  deletionKilled,
  // what lies on the disk, and the clock
  damagedSegments,
  failingDisk,
  fullDisk,
  jumpingClocks,
  silentWriters,
  // the replicas
  programAndServer,
  serverAstray,
  transfersKilled,
  // what goes in
  plantedSecrets,
  hostileStrings,
  hostileValues,
];
