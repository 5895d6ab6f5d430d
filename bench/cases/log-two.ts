import { provenance, type Step } from "provml";
import type { Order, WorkCase } from "../case.ts";
import { expectSpooled, sumBelow } from "../spooled.ts";

/** One call with two measures: two rows and one clock read. */
export const measured: WorkCase = {
  kind: "work",
  name: "log-two",
  what: "run.log({ loss, accuracy }): a call, two rows",
  peer: "pino-line",
  items: 3e6,
  quickItems: 3e5,
  async work({ directory, warmItems, items, timed }: Order) {
    const { run, flush } = provenance({ directory });
    await run("fit", async (fit) => {
      logCalls(fit, 0, warmItems);
      await flush();
      await timed(() => logCalls(fit, warmItems, warmItems + items));
    });
  },
  check(directory, items) {
    // The steps count themselves from 0, in each of the two series.
    expectSpooled(directory, { rows: 2 * items, stepSum: 2 * sumBelow(items), valueSum: 3 * sumBelow(items) });
  },
};

function logCalls(fit: Step, from: number, to: number): void {
  for (let i = from; i < to; i++) fit.log({ loss: i, accuracy: 2 * i });
}
