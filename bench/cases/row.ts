import { provenance, type Series } from "provml";
import type { Order, WorkCase } from "../case.ts";
import { expectSpooled, sumBelow } from "../spooled.ts";

/** One clock read for so many rows, as a program does that logs a batch. */
const ROWS_PER_TIME = 1000;

/** A row whose time the caller gives. */
export const measured: WorkCase = {
  kind: "work",
  name: "row",
  what: "series.log(step, value, time)",
  peer: "pino-line",
  // 20 million rows a second are 50 ns of wall time each.
  targets: [{ nanoseconds: 18, of: "cpu" }, { nanoseconds: 50, of: "wall" }, { ratio: 0.02 }],
  items: 2e7,
  quickItems: 1e6,
  async work({ directory, warmItems, items, timed }: Order) {
    const { run, flush, now } = provenance({ directory });
    await run("fit", async (fit) => {
      const series = fit.series("loss");
      logRows(series, 0, warmItems, now);
      await flush();
      await timed(() => logRows(series, warmItems, warmItems + items, now));
    });
  },
  check(directory, items) {
    expectSpooled(directory, { rows: items, stepSum: sumBelow(items), valueSum: 2 * sumBelow(items) });
  },
};

function logRows(series: Series, from: number, to: number, now: () => number): void {
  for (let start = from; start < to; start += ROWS_PER_TIME) {
    const time = now();
    const end = Math.min(start + ROWS_PER_TIME, to);
    for (let step = start; step < end; step++) series.log(step, 2 * step, time);
  }
}
