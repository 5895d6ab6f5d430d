import { constants } from "node:os";

/** An operating fault: an errno such as `ENOSPC`, `spool-full` (a bound is reached), or `bad-statement`. */
export interface SpoolFault extends Error {
  readonly code: string;
}

export function spoolFault(code: string, message: string, cause?: unknown): SpoolFault {
  return Object.assign(new Error(message, { cause }), { name: "SpoolFault", code });
}

/** What a write was about; each has its own episodes of faults. */
export type Written = "statements" | "rows";

/** Remembers what goes wrong and tells a listener once, until it has gone well again. */
export class SpoolFaults {
  readonly #listener: ((fault: SpoolFault) => void) | undefined;
  readonly #present: Record<Written, string | undefined> = { statements: undefined, rows: undefined };
  #last: SpoolFault | undefined;
  #untold: SpoolFault | undefined;
  #isTelling = false;

  constructor(listener: ((fault: SpoolFault) => void) | undefined) {
    this.#listener = listener;
  }

  get last(): SpoolFault | undefined {
    return this.#last;
  }

  /** Takes any thrown thing; returns its code. */
  note(error: unknown, what: Written): string {
    const fault = asFault(error);
    this.#last = fault;
    if (this.#present[what] !== fault.code) this.#untold = fault;
    this.#present[what] = fault.code;
    return fault.code;
  }

  wentWell(what: Written): void {
    this.#present[what] = undefined;
  }

  /** To be called when the writer is in order again: whoever is told may write statements about it. */
  tell(): void {
    if (this.#untold === undefined || this.#isTelling) return;
    const fault = this.#untold;
    this.#untold = undefined;
    this.#isTelling = true;
    try {
      this.#listener?.(fault);
    } catch {
      // The listener's own fault; the observed program must not see it.
    } finally {
      this.#isTelling = false;
    }
  }
}

function asFault(error: unknown): SpoolFault {
  if (error instanceof Error && error.name === "SpoolFault") return error as SpoolFault;
  const { code, errno, message } = Object(error) as { code?: unknown; errno?: unknown; message?: unknown };
  // Of a quota that is used up libuv knows no name.
  const named = errno === -constants.errno.EDQUOT ? "EDQUOT" : String(code ?? "unknown");
  return spoolFault(named, `the spool could not write: ${message ?? error}`, error);
}
