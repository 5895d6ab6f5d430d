/** Something whose cost is measured, in child processes of its own. */
export type Case = WorkCase | ProgramCase | StudyCase;

interface Named {
  /** For `--only`. */
  readonly name: string;
  /** Its line in the table. */
  readonly what: string;
}

interface Compared extends Named {
  /** The case that it is compared with. */
  readonly peer?: string;
  readonly targets?: readonly Target[];
}

/** A piece of work that a process does many times. */
export interface WorkCase extends Compared {
  readonly kind: "work";
  /** How often a process does it. */
  readonly items: number;
  readonly quickItems: number;
  /** Runs in the child: warms up, then does the items inside `timed`. */
  work(order: Order): Promise<void>;
  /** Runs in the parent when the child has ended; throws when not everything is there, warm-up included. */
  check?(directory: string, items: number): void;
}

export interface Order {
  /** An empty directory of this process, on the repository's disk. */
  readonly directory: string;
  readonly warmItems: number;
  readonly items: number;
  readonly timed: (work: () => void | Promise<void>) => Promise<void>;
}

/** What a whole program costs more than another one. */
export interface ProgramCase extends Compared {
  readonly kind: "program";
  /** How much more memory it may take. */
  readonly mostRssBytes?: number;
  readonly program: URL;
  readonly without: URL;
}

/**
 * A measurement with a method of its own, for what the rounds of the others cannot see. Its program gets its directory as the last
 * argument, runs once, alone, after the others, and prints the {@link Figure}s as JSON.
 */
export interface StudyCase extends Named {
  readonly kind: "study";
  readonly program: URL;
  readonly args: readonly string[];
  readonly quickArgs: readonly string[];
  /** With `--long`, of a study whose full length is many minutes. */
  readonly longArgs?: readonly string[];
}

/** One number that a study found, with what it may be at most or at least. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** E.g. `%`, `µs`, `points of a core`. */
  readonly unit: string;
  /** The interval that holds it with 95 % probability. */
  readonly interval?: readonly [low: number, high: number];
  readonly atMost?: number;
  readonly atLeast?: number;
  /** What the value is of the peer's, in the same run. */
  readonly peer?: { readonly what: string; readonly ratio: number };
}

/** What the median may be at most. */
export type Target = CostTarget | RatioTarget;

export interface CostTarget {
  readonly nanoseconds: number;
  readonly of: "cpu" | "wall";
}

/** A share of what the peer costs in the same run. Judged only where the peer was run too. */
export interface RatioTarget {
  readonly ratio: number;
}

/** What one process says: nanoseconds an item (a program is one item). `cpu` is that of all threads, of user and kernel. */
export interface Sample {
  readonly cpu: number;
  readonly wall: number;
  readonly rssBytes?: number;
}
