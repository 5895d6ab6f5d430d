// Records a spool of many writers in one process, half of which end well and half die with it.
// usage: node spools.js <build> <.provml> <writers> <statements of each> <rows of each> <segment bytes>
import { join } from "node:path";

const [, , build = "", directory = "", writers, statements, rows, segmentBytes] = process.argv;
const { openSpool }: typeof import("../../../src/spool/writer.ts") = await import(join(build, "src/spool/writer.js"));
const START = 1.76e12;
const spools = Array.from({ length: Number(writers) }, (_, w) => {
  const writer = `w${String(w).padStart(3, "0")}`;
  const spool = openSpool({
    directory,
    // As ranks share one.
    execution: `0199d3c0-0000-7000-8000-${String(Math.floor(w / 4)).padStart(12, "0")}`,
    base: "https://w3id.org/prov-ml/id/",
    root: "/",
    writer,
    segmentBytes: Number(segmentBytes),
    freeSpaceBytes: 0,
  });
  const series = ["loss", "accuracy"].map((name) =>
    spool.series({ id: `x:${writer}-${name}`, name, activity: `x:${writer}-0` }),
  );
  return { writer, spool, series };
});

/** What each writer says between two of its statements. */
const rowsEach = Math.floor(Number(rows) / Number(statements));
for (let n = 0; n < Number(statements); n++) {
  for (const { writer, spool, series } of spools) {
    const id = `x:${writer}-${n}`;
    const time = START + 10 * n + 0.125;
    for (let k = 0; k < rowsEach; k++) {
      const value = k % 7 === 6 ? [Number.NaN, -0, Number.POSITIVE_INFINITY, 1e-300][n % 4] : Math.sin(n + k);
      spool.row(series[k % 2] ?? 0, n * rowsEach + k, value ?? 0, time + k);
    }
    if (n % 2 === 0) {
      const attributes = [
        ["prov:type", { name: "provml:TrainingExecution" }] as const,
        ["rdfs:label", `fit „${n}"`] as const,
      ];
      spool.statements([{ kind: "activity", id, startTime: time, attributes }]);
    } else {
      const activity = `x:${writer}-${n - 1}`;
      spool.statements([{ kind: "used", activity, entity: "x:data", time, attributes: [["prov:role", "data"]] }]);
    }
  }
}
for (const [w, { spool }] of spools.entries()) {
  if (w % 2 === 0) spool.close();
  else spool.flush();
}
process.kill(process.pid, "SIGKILL");
