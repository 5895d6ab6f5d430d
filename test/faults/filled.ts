import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arrivedIn } from "./arrived.ts";
import { blame, type Outcome } from "./trial.ts";

/*
 * The program `fills`, whose disk takes not all, and what must be true of it afterwards.
 */

export const FILLS = fileURLToPath(new URL("programs/fills.js", import.meta.url));

/** What the program says at its end. */
export interface Told {
  readonly statements: number;
  readonly rows: number;
  readonly lostStatements: number;
  readonly lostRows: number;
  readonly segments: number;
  readonly sum: number;
  readonly lastFault?: string;
}

export function judgeProgram(
  outcome: Outcome,
  told: Told | undefined,
  status: number | null,
  rounds: number,
  where: string,
): void {
  const sum = (rounds * (rounds - 1)) / 2;
  const isSame = told?.sum === sum && status === 3;
  blame(
    outcome,
    "unexplained",
    Number(!isSame),
    `${where}: the program ended with ${status} and ${told?.sum}, not with 3 and ${sum}`,
  );
}

/** What was taken has arrived, once; what was lost stands in the graph, to the number. */
export async function judgeLoss(
  outcome: Outcome,
  build: string,
  directory: string,
  told: Told,
  where: string,
): Promise<void> {
  const { flush }: typeof import("../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  const report = await flush(directory);
  const { rows, lines, repeatedRows, broken } = await arrivedIn(directory, "with stated");
  const things = new Set(lines.flatMap((line) => /^<[^>]*\/(e-\d+)>/.exec(line)?.[1] ?? []));
  blame(
    outcome,
    "lost",
    Math.max(0, told.statements - things.size),
    `${where}: ${told.statements} statements taken, ${things.size} there`,
  );
  blame(
    outcome,
    "unexplained",
    Math.max(0, things.size - told.statements),
    `${where}: ${things.size} statements, ${told.statements} taken`,
  );
  blame(
    outcome,
    "lost",
    Math.max(0, told.rows - rows.length),
    `${where}: ${told.rows} rows taken, ${rows.length} there`,
  );
  blame(outcome, "duplicated", repeatedRows, `${where}: rows stand twice`);
  blame(
    outcome,
    "unexplained",
    broken.length + report.damaged + report.refused.length,
    `${where}: damage, or files that are not whole`,
  );
  const stated = (term: string) =>
    lines.reduce((sum, line) => sum + Number(new RegExp(`#${term}> "(\\d+)"`).exec(line)?.[1] ?? 0), 0);
  const [statements, lostRows] = [stated("lostStatements"), stated("lostRows")];
  blame(
    outcome,
    "unexplained",
    Math.abs(statements - told.lostStatements),
    `${where}: ${told.lostStatements} statements lost, the graph says ${statements}`,
  );
  blame(
    outcome,
    "unexplained",
    Math.abs(lostRows - told.lostRows),
    `${where}: ${told.lostRows} rows lost, the graph says ${lostRows}`,
  );
  blame(outcome, "unexplained", readdirSync(join(directory, "spool")).length, `${where}: segments are left`);
}

export async function judgeLast(outcome: Outcome, directory: string, rounds: number, where: string): Promise<void> {
  const { lines } = await arrivedIn(directory, "without stated");
  const isThere = lines.some((line) => line.includes(`/e-${rounds - 1}>`));
  blame(outcome, "lost", Number(!isThere), `${where}: capture did not go on when the disk took something again`);
}

export function toldIn(stdout: string): Told | undefined {
  const line = stdout.trim().split("\n").at(-1);
  return line ? (JSON.parse(line) as Told) : undefined;
}

export async function ended(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
  });
  return await new Promise<{ status: number | null; signal: NodeJS.Signals | null; stdout: string }>((resolve) =>
    child.once("close", (status, signal) => resolve({ status, signal, stdout })),
  );
}
