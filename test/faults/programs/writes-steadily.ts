// So many writers at a steady rate, through the real spool; half of them end well, half die with the process.
// usage: node writes-steadily.js <build> <.provml> <first number> <how many> <seconds> [<file>]: without this file it stops half-way, until it is there
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { executionOf, ROWS_PER_SECOND, rowValue, writerName } from "../steady.ts";

const [, , build = "", directory = "", first, count, seconds, goOn] = process.argv;
const { openSpool }: typeof import("../../../src/spool/writer.ts") = await import(join(build, "src/spool/writer.js"));
const START = 1.76e12;
const base = "https://w3id.org/prov-ml/id/";
const writers = Array.from({ length: Number(count) }, (_, i) => {
  const number = Number(first) + i;
  const writer = writerName(number);
  const spool = openSpool({ directory, execution: executionOf(number), base, root: "/", writer, freeSpaceBytes: 0 });
  const series = spool.series({ id: `x:${writer}-loss`, name: "loss", activity: `x:${writer}-fit` });
  return { number, writer, spool, series };
});

const rows = Number(seconds) * ROWS_PER_SECOND;
const start = performance.now();
for (let row = 0; row < rows; row++) {
  if (row === rows >> 1 && goOn !== undefined) while (!existsSync(goOn)) await sleep(20);
  const late = performance.now() - start - (row * 1000) / ROWS_PER_SECOND;
  await sleep(Math.max(0, -late)); // timers have their turn on a busy machine, too
  for (const { number, writer, spool, series } of writers) {
    spool.row(series, row, rowValue(number, row), START + row * 50);
    if ((row + 1) % ROWS_PER_SECOND === 0)
      spool.statements([{ kind: "entity", id: `x:${writer}-${(row + 1) / ROWS_PER_SECOND - 1}` }]);
  }
}
for (const { number, spool } of writers) {
  if (number % 2 === 0) spool.close();
  else spool.flush();
}
process.kill(process.pid, "SIGKILL");
