import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Logger, pino } from "pino";
import type { Order, WorkCase } from "../case.ts";

/** A turn of the event loop after so many lines, so that the worker gets them while more are made. */
const LINES_PER_TURN = 1000;

/** What a row holds, as a line of pino's worker transport, until its file has it. */
export const measured: WorkCase = {
  kind: "work",
  name: "pino-line",
  what: "pino, worker transport: a line of the same",
  items: 300_000,
  quickItems: 30_000,
  async work({ directory, warmItems, items, timed }: Order) {
    const transport = pino.transport({ target: "pino/file", options: { destination: lines(directory) } });
    await once(transport, "ready");
    const logger = pino(transport);
    await logLines(logger, 0, warmItems);
    await timed(() => logLines(logger, warmItems, warmItems + items));
  },
  check(directory, items) {
    const text = readFileSync(lines(directory));
    let found = 0;
    for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) found++;
    if (found !== items) throw new Error(`pino wrote ${found} lines of ${items}`);
  },
};

async function logLines(logger: Logger, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += LINES_PER_TURN) {
    const end = Math.min(start + LINES_PER_TURN, to);
    for (let step = start; step < end; step++) logger.info({ series: "loss", step, value: 2 * step });
    await setImmediate();
  }
  await new Promise<void>((done, fail) => logger.flush((error) => (error ? fail(error) : done())));
}

function lines(directory: string): string {
  return join(directory, "lines.log");
}
