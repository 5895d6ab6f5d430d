/** Operating faults are published here as `{ fault }`, for whoever wants to know at once. */
export const FAULT_CHANNEL = "provml:fault";

/** Keeps what goes wrong inside capture away from the observed program, counted and published. */
export class Faults {
  #count = 0;
  #last: string | undefined;

  get count(): number {
    return this.#count;
  }

  get last(): string | undefined {
    return this.#last;
  }

  report = (fault: unknown): void => {
    this.#count++;
    try {
      this.#last = fault instanceof Error ? fault.message : String(fault);
      const faults = process.getBuiltinModule("node:diagnostics_channel").channel(FAULT_CHANNEL);
      if (faults.hasSubscribers) faults.publish({ fault });
    } catch {
      // A subscriber that throws, or an error that cannot be read, is not the program's concern either.
    }
  };

  /** Runs capture's own work: whatever it throws is counted, never passed on. Checks of arguments come before it. */
  guard<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.report(error);
      return undefined;
    }
  }
}
