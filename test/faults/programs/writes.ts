// Writes statements, each after three rows, and puts every one that returned, or that a flush() came after, into a ledger of its own, fsynced.
// usage: node writes.js <build> <.provml> <ledger> <how many> <return or flush> [options of the spool as JSON]; prints its stats at the end
import { fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { entityNumber, SERIES, WRITER } from "../written.ts";

const [, , build = "", directory = "", ledgerPath = "", count, acknowledgedBy, options = "{}"] = process.argv;
const { openSpool }: typeof import("../../../src/spool/writer.ts") = await import(join(build, "src/spool/writer.js"));
const spool = openSpool({
  directory,
  execution: "0199d3c0-0000-7000-8000-000000000001",
  base: "https://w3id.org/prov-ml/id/",
  root: "/where/it/ran",
  writer: WRITER,
  freeSpaceBytes: 0,
  ...JSON.parse(options),
});
const ledger = openSync(ledgerPath, "a");
const loss = spool.series(SERIES);

for (let n = 0; n < Number(count); n++) {
  // The rows come before the statement, so its return acknowledges them too.
  for (let row = 0; row < 3; row++) spool.row(loss, 3 * n + row, n, Date.now());
  spool.statements([entityNumber(n)]);
  if (acknowledgedBy === "flush") spool.flush();
  if (spool.stats().lostStatements + spool.stats().lostRows > 0) continue;
  writeSync(ledger, `${n}\n`);
  fsyncSync(ledger);
}
spool.close();
process.stdout.write(JSON.stringify({ ...spool.stats(), lastFault: spool.stats().lastFault?.code }));
