// Writes statements and rows, before, while and after its disk is full, and says what it counted. Whatever the disk does, it ends as it would without it.
// usage: node fills.js <build> <.provml> <rounds> <durability> [ballast [kill]]: the disk is filled with the ballast after a third, and freed after two
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openSpoolOf } from "../segment.ts";

const [, , build = "", directory = "", rounds = "", durability, ballast, kill] = process.argv;
const count = Number(rounds);
const spool = await openSpoolOf(build, directory, { writer: "wfull", durability, rowBufferRows: 64 });
const loss = spool.series({ id: "x:loss", name: "loss", activity: "x:fit" });
let sum = 0;

for (let n = 0; n < count; n++) {
  if (ballast !== undefined && n === Math.floor(count / 3)) fill(ballast);
  if (ballast !== undefined && n === Math.floor((2 * count) / 3)) {
    if (kill === "kill") {
      await sleep(300); // longer than a row may wait
      tell();
      process.kill(process.pid, "SIGKILL");
    }
    rmSync(ballast);
  }
  for (let row = 0; row < 3; row++) spool.row(loss, 3 * n + row, n, 1.76e12);
  spool.statements([{ kind: "entity", id: `x:e-${n}`, attributes: [["rdfs:label", `thing ${n}`.padEnd(200, ".")]] }]);
  sum += n;
}
spool.close();
tell();
process.exitCode = 3; // the program's own

/** To the last byte. */
function fill(path: string): void {
  const bytes = Buffer.alloc(64 * 1024, 1);
  for (let size = bytes.length; size >= 1; size >>= 1) {
    try {
      for (;;) writeFileSync(path, bytes.subarray(0, size), { flag: existsSync(path) ? "a" : "w" });
    } catch {
      // less may still fit
    }
  }
}

function tell(): void {
  const { lastFault, ...stats } = spool.stats();
  process.stdout.write(`${JSON.stringify({ ...stats, sum, lastFault: lastFault?.code })}\n`);
}
