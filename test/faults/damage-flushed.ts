import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arrivedIn } from "./arrived.ts";
import type { Tried } from "./damage-read.ts";
import { heldIn } from "./oracle.ts";
import { BLOCK_BYTES, type FramePlace, openSpoolOf } from "./segment.ts";
import { blame, type Outcome } from "./trial.ts";

/** The whole way: a program starts in the directory, the flusher takes what is whole, and the graph tells of the loss. */
export async function flushDamaged(
  { outcome, bytes, frames }: Tried,
  build: string,
  folder: string,
  every: number,
): Promise<void> {
  const { flush }: typeof import("../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  for (let n = 0; n < frames.length; n += every) {
    const { from, to, numbers } = frames[n] as FramePlace;
    const directory = join(folder, `flush-${n}/.provml`);
    await startRun(outcome, build, directory);
    const rest = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    writeFileSync(join(directory, "spool/wdamage-0.seg"), rest);
    const held = heldIn(directory);
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(bytes.readUInt8(to - 2) ^ 4, to - 2);
    writeFileSync(join(directory, "spool/wdamage-0.seg"), damaged);
    const where = `frame ${n} damaged and flushed`;
    outcome.trials++;
    outcome.faults++;
    const report = await flush(directory);
    const arrived = await arrivedIn(directory, "without stated");
    judgeLines(outcome, held.lines, arrived.lines, where);
    blame(outcome, "lost", Math.max(0, held.rows.length - arrived.rows.length), `${where}: rows`);
    blame(outcome, "unexplained", Number(report.damaged !== 1), `${where}: ${report.damaged} damages reported`);
    const told = (await arrivedIn(directory, "with stated")).lines.filter((line) => line.includes("sequence numbers"));
    const named = `sequence numbers ${numbers[0]}-${numbers.at(-1)}`;
    const isTold = numbers.length === 0 ? told.length === 0 : told.some((line) => line.includes(named));
    blame(outcome, "unexplained", Number(!isTold), `${where}: the graph does not say ${named}`);
    rmSync(join(folder, `flush-${n}`), { recursive: true });
  }
}

function judgeLines(outcome: Outcome, held: readonly string[], arrived: readonly string[], where: string): void {
  const [wanted, there] = [new Set(held), new Set(arrived)];
  const lost = held.filter((line) => !there.has(line));
  const more = arrived.filter((line) => !wanted.has(line));
  blame(outcome, "lost", lost.length, `${where}: ${lost[0]}`);
  blame(outcome, "unexplained", more.length, `${where}: ${more[0]}`);
}

/** What another version wrote is refused and kept; what else lies there is taken, and a program starts. */
export async function refuseVersion({ outcome, bytes }: Tried, build: string, folder: string): Promise<void> {
  const { flush }: typeof import("../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  const directory = join(folder, "version/.provml");
  await startRun(outcome, build, directory);
  const path = join(directory, "spool/wdamage-0.seg");
  const newer = Buffer.from(bytes);
  for (const half of [0, BLOCK_BYTES / 2]) newer.writeUInt8(2, half + 7);
  writeFileSync(path, newer);
  outcome.trials++;
  outcome.faults++;
  try {
    const report = await flush(directory);
    const isRefused = report.refused.length === 1 && report.refused[0]?.reason.includes("version") === true;
    blame(outcome, "unexplained", Number(!isRefused), "a segment of another version is not refused");
    blame(outcome, "lost", Number(report.statements !== 1), "a segment of another version keeps others from the graph");
    blame(outcome, "lost", Number(!readFileSync(path).equals(newer)), "a segment of another version is not kept");
  } catch (error) {
    blame(outcome, "unexplained", 1, `a segment of another version stops the flusher: ${error}`);
  }
}

/** A run in the same directory works at once, whatever lies there. */
async function startRun(outcome: Outcome, build: string, directory: string): Promise<void> {
  mkdirSync(join(directory, "spool"), { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, "spool/wdamage-9.seg"), "rubbish");
  const spool = await openSpoolOf(build, directory, { writer: "wnew" });
  spool.statements([{ kind: "entity", id: "x:new" }]);
  spool.close();
  const { statements, lostStatements } = spool.stats();
  blame(outcome, "lost", Number(statements !== 1 || lostStatements !== 0), "a program does not start beside damage");
  rmSync(join(directory, "spool/wdamage-9.seg"));
}
