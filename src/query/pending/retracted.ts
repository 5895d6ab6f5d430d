import { asSubject, hasBrought, summariesIn } from "../../spool/summary-names.ts";

/** What the graph files of one execution say of series, and a flush would take out of them. */
interface OfExecution {
  /** Writers whose summaries go as whole files. */
  readonly writers: Set<string>;
  /** Series, as lines in latin1 begin with them, of which no file says what they come to. */
  readonly series: Set<string>;
}

/** Summaries in the graph files that the spool has more rows for: what graph files say of these series counts no more. */
export class Retracted {
  readonly #executions = new Map<string, OfExecution>();
  readonly #summarised = new Map<string, ReadonlySet<string> | "any">();

  /** Whether graph files in an execution's folder say something of a writer's series that more rows make untrue; looked up once. */
  isSummarised(folder: string, writer: string): boolean {
    const known = this.#summarised.get(folder) ?? (hasBrought(folder) ? "any" : new Set(summariesIn(folder).keys()));
    this.#summarised.set(folder, known);
    return known === "any" || known.has(writer);
  }

  add(execution: string, writer: string, series: Iterable<string>): void {
    let known = this.#executions.get(execution);
    if (known === undefined) {
      known = { writers: new Set(), series: new Set() };
      this.#executions.set(execution, known);
    }
    known.writers.add(writer);
    for (const id of series) known.series.add(asSubject(id));
  }

  of(execution: string): OfExecution | undefined {
    return this.#executions.get(execution);
  }
}
