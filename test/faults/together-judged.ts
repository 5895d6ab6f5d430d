import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Arrived } from "./arrived.ts";
import { endingsOf, judgeLogged } from "./logged.ts";
import { MEMBERS, markedValue } from "./together.ts";
import { blame, type Outcome } from "./trial.ts";

/** What one of several relied on, and what has arrived. */
interface Ledger {
  readonly name: string;
  readonly text: string;
  readonly arrived: Arrived;
  readonly where: string;
}

/** How those ended that others of them started. */
export function endsIn(ledgers: readonly string[]): Map<string, string> {
  const lines = ledgers.flatMap((text) => [...text.matchAll(/^child (\S+) (\S+)$/gm)]);
  return new Map(lines.map(([, name = "", end = ""]) => [name, end]));
}

/** What it relied on is there, in files of its own and without a gap, and the record says how it ended. */
export function judgeTogether(outcome: Outcome, directory: string, { name, text, arrived, where }: Ledger): void {
  const at = `${where}, ${name}`;
  const lost = text.match(/^lost .*/m)?.[0];
  blame(outcome, "lost", lost === undefined ? 0 : 1, `${at}: it counted ${lost}`);
  const { execution, writer } = whoseIs(text);
  const rows = arrived.rows.filter((row) => row.startsWith(`${writer} `));
  const lines = arrived.lines.filter((line) => line.includes(`/${writer}-`));
  judgeLogged(outcome, text, { lines, rows }, at);
  const mark = Number(/^mark (\d+)$/m.exec(text)?.[1]);
  const foreign = rows.filter((row) => {
    const [step, value] = row.split(" ").slice(-3).map(Number);
    return value !== markedValue(mark, step as number);
  });
  blame(outcome, "unexplained", foreign.length, `${at}: a row of someone else, ${foreign[0]}`);

  const folder = join(directory, "graph", execution);
  judgePieces(outcome, piecesOf(writer, existsSync(folder) ? readdirSync(folder) : []), at);
  const record = MEMBERS[name]?.record;
  const isClosed = existsSync(join(folder, `${writer}-closing.nq`));
  if (isClosed !== (record === "closed"))
    blame(outcome, "unexplained", 1, `${at}: its writer is ${isClosed ? "" : "not "}said to have died`);
  const [ending] = endingsOf(text, lines);
  if (ending !== (record === "completed" ? "Completed" : "open"))
    blame(outcome, "unexplained", 1, `${at}: the end of its training is ${ending}`);
}

/** Nobody moved the same twice, and nothing is missing between. */
function judgePieces(outcome: Outcome, pieces: readonly [number, number][], at: string): void {
  let next = 0;
  for (const [first, last] of pieces) {
    blame(outcome, "lost", Math.max(0, first - next), `${at}: sequence numbers ${next} to ${first - 1}`);
    blame(outcome, "duplicated", Math.max(0, next - first), `${at}: sequence numbers ${first} to ${next - 1}`);
    next = last + 1;
  }
}

function piecesOf(writer: string, names: readonly string[]): [number, number][] {
  const found = names.flatMap((name) => {
    const [, by, first, last] = /^(\w+)-(\d+)-(\d+)\.nq$/.exec(name) ?? [];
    return by === writer ? [[Number(first), Number(last)] as [number, number]] : [];
  });
  return found.sort(([a], [b]) => a - b);
}

/** Each segment that lies in the spool was written by the process whose ledger names its writer, and no two have the same. */
export function judgeSegments(
  outcome: Outcome,
  directory: string,
  ledgers: ReadonlyMap<string, string>,
  where: string,
): void {
  const pids = new Map<string, number>();
  for (const [name, text] of ledgers) {
    const { writer } = whoseIs(text);
    blame(outcome, "unexplained", pids.has(writer) ? 1 : 0, `${where}, ${name}: ${writer} is someone else's, too`);
    pids.set(writer, Math.floor(Number(/^mark (\d+)$/m.exec(text)?.[1]) / 64));
  }
  const spool = join(directory, "spool");
  for (const name of readdirSync(spool)) {
    const bytes = readFileSync(join(spool, name));
    const { writer, pid } = JSON.parse(bytes.toString("utf8", 64, 64 + bytes.readUInt32LE(16)));
    if (basename(name).split("-")[0] !== writer || pids.get(writer) !== pid)
      blame(outcome, "unexplained", 1, `${where}: ${name} was written by ${writer} of process ${pid}`);
  }
}

function whoseIs(text: string): { execution: string; writer: string } {
  const [, execution = "none", writer = "none"] = /^fit \S+\/([\w-]+)\/(\w+)-\d+$/m.exec(text) ?? [];
  return { execution, writer };
}
