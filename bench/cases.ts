import type { Case } from "./case.ts";
import { measured as asyncContext } from "./cases/async-context.ts";
import { measured as cold } from "./cases/cold.ts";
import { measured as directory } from "./cases/directory.ts";
import { measured as disabled } from "./cases/disabled.ts";
import { measured as idle } from "./cases/idle.ts";
import { measured as importProvml } from "./cases/import.ts";
import { measured as inference16k } from "./cases/inference-16k.ts";
import { measured as inference100k } from "./cases/inference-100k.ts";
import { measured as logTwo } from "./cases/log-two.ts";
import { measured as otelSpan } from "./cases/otel-span.ts";
import { measured as pinoLine } from "./cases/pino-line.ts";
import { measured as questions } from "./cases/questions.ts";
import { measured as row } from "./cases/row.ts";
import { measured as rowAgain } from "./cases/row-again.ts";
import { measured as rowOwnClock } from "./cases/row-own-clock.ts";
import { measured as rowsAbsent } from "./cases/rows-absent.ts";
import { measured as servers } from "./cases/servers.ts";
import { measured as step10 } from "./cases/step-10.ts";
import { measured as step100 } from "./cases/step-100.ts";
import { measured as store } from "./cases/store.ts";
import { measured as trainingFit } from "./cases/training-fit.ts";
import { measured as trainingOverhead } from "./cases/training-overhead.ts";

/** In the order of the table. Each stands in `cases/` under its name, where its child process finds it alone. */
export const CASES: readonly Case[] = [
  row,
  rowAgain,
  rowOwnClock,
  logTwo,
  pinoLine,
  step10,
  step100,
  otelSpan,
  importProvml,
  trainingOverhead,
  trainingFit,
  disabled,
  idle,
  rowsAbsent,
  asyncContext,
  inference16k,
  inference100k,
  directory,
  store,
  questions,
  cold,
  servers,
];
