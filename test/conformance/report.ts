/** What a part of the conformance run found. */
export interface Part {
  readonly name: string;
  /** Runs it; what it returns is the outcome, told line by line on the way by `say`. */
  run(say: (line: string) => void): Promise<Outcome>;
}

export type Outcome =
  | { readonly kind: "passed" | "failed"; readonly passed: number; readonly failed: number }
  | { readonly kind: "skipped"; readonly why: string };

export function outcome(passed: number, failed: number): Outcome {
  return { kind: failed === 0 && passed > 0 ? "passed" : "failed", passed, failed };
}

export const ABSENT: Outcome = { kind: "skipped", why: "shared data absent" };
