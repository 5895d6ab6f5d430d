import { provenance, type Series } from "provml";
import type { Order, WorkCase } from "../case.ts";
import { expectSpooled, sumBelow } from "../spooled.ts";

/** A row that reads the clock itself. */
export const measured: WorkCase = {
  kind: "work",
  name: "row-own-clock",
  what: "series.log(step, value)",
  peer: "otel-span",
  targets: [{ nanoseconds: 60, of: "cpu" }, { ratio: 0.1 }],
  items: 5e6,
  quickItems: 5e5,
  async work({ directory, warmItems, items, timed }: Order) {
    const { run, flush } = provenance({ directory });
    await run("fit", async (fit) => {
      const series = fit.series("loss");
      logRows(series, 0, warmItems);
      await flush();
      await timed(() => logRows(series, warmItems, warmItems + items));
    });
  },
  check(directory, items) {
    expectSpooled(directory, { rows: items, stepSum: sumBelow(items), valueSum: 2 * sumBelow(items) });
  },
};

function logRows(series: Series, from: number, to: number): void {
  for (let step = from; step < to; step++) series.log(step, 2 * step);
}
