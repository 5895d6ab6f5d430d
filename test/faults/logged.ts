import type { Held } from "./oracle.ts";
import { blame, type Outcome } from "./trial.ts";

/*
 * The ledger of the programs `logs` and `ends`: `started ID`, `ended` (in the order of the starts), `all N` (so many rows are promised), `rows N BEFORE
 * AFTER` (a row was the N-th; when the call began and returned), `execution ID`, `fit ID`.
 */

/** How long a row may wait in memory, as README says. */
const ROW_DELAY_MS = 50;

/** Holds what a program relied on against what its spool held. */
export function judgeLogged(outcome: Outcome, ledger: string, { lines, rows }: Held, where: string): void {
  const { of } = entriesOf(ledger);
  const graph = new Set(lines.map((line) => line.split(" ", 2).join(" ")));
  const says = (id: string | undefined, term: string) => graph.has(`<${id}> <http://www.w3.org/ns/prov#${term}>`);
  const started = of("started").map(([id]) => id);
  const ended = started.slice(0, of("ended").length);
  const lost = [
    ...started.filter((id) => !says(id, "startedAtTime")),
    ...ended.filter((id) => !says(id, "endedAtTime")),
  ];
  blame(outcome, "lost", lost.length, `${where}: the beginning or end of ${lost[0]}`);

  const steps = rows.map((row) => Number(row.split(" ").at(-3)));
  const promised = promisedRows(of("all"), of("rows"));
  const missing = Math.max(0, promised - steps.length);
  blame(outcome, "lost", missing, `${where}: ${promised} rows promised, ${steps.length} there`);
  const strange = steps.filter((step, number) => step !== number);
  blame(outcome, "unexplained", strange.length, `${where}: row ${strange[0]} out of order`);
}

/** What the graph says of how the execution and its training ended, as local names; `end` where only a time is stated. */
export function endingsOf(ledger: string, lines: readonly string[]): string[] {
  const { of } = entriesOf(ledger);
  return [...of("execution"), ...of("fit")].map(([id]) => {
    const own = lines.filter((line) => line.startsWith(`<${id}> `));
    const status = own.map((line) => STATUS.exec(line)?.[1]).find((name) => name !== undefined);
    return status ?? (own.some((line) => line.includes("#endedAtTime>")) ? "end" : "open");
  });
}
const STATUS = /> <https:\/\/w3id\.org\/prov-ml#status> <https:\/\/w3id\.org\/prov-ml#(\w+)>/;

function entriesOf(ledger: string) {
  const entries = ledger
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" "));
  return { of: (what: string) => entries.filter(([word]) => word === what).map(([, ...rest]) => rest) };
}

/** Rows that are promised outright, and those that were old enough when a later row was logged. */
function promisedRows(all: readonly string[][], timed: readonly string[][]): number {
  const last = Number(timed.at(-1)?.[1] ?? 0);
  const old = timed.filter(([, , after]) => Number(after) <= last - ROW_DELAY_MS);
  return Math.max(0, ...[...all, ...old].map(([count]) => Number(count)));
}
