/** How a program can end with a run still open. */
interface Ending {
  /** What a process ends with that does so. */
  readonly ends: readonly [code: number | null, signal: NodeJS.Signals | null];
  /** Whether `exit` is emitted, at which what still waits in memory is written. */
  readonly isDrained: boolean;
  readonly options?: readonly string[];
  now(): unknown;
}

const FOR_EVER = new Promise<never>(() => {});

export const ENDINGS: Readonly<Record<string, Ending>> = {
  "exit(3)": { ends: [3, null], isDrained: true, now: () => process.exit(3) },
  "exit()": { ends: [0, null], isDrained: true, now: () => process.exit() },
  throw: {
    ends: [1, null],
    isDrained: true,
    now: () => {
      throw new Error("the step fails");
    },
  },
  "uncaught exception": {
    ends: [1, null],
    isDrained: true,
    now: () => {
      setTimeout(() => {
        throw new Error("somewhere else");
      });
      return FOR_EVER;
    },
  },
  "unhandled rejection": {
    ends: [1, null],
    isDrained: true,
    now: () => {
      void Promise.reject(new Error("nobody awaits it"));
      return FOR_EVER;
    },
  },
  "nothing left to do": { ends: [13, null], isDrained: true, now: () => FOR_EVER },
  SIGTERM: bySignal("SIGTERM"),
  SIGINT: bySignal("SIGINT"),
  SIGHUP: bySignal("SIGHUP"),
  "SIGINT in a blocked loop": {
    ...bySignal("SIGINT"),
    now: () => {
      process.kill(process.pid, "SIGINT");
      for (;;); // no turn of the event loop, in which a handler could run
    },
  },
  "SIGINT that the program handles": {
    ends: [5, null],
    isDrained: true,
    now: () => {
      process.once("SIGINT", () => process.exit(5));
      process.kill(process.pid, "SIGINT");
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    },
  },
  abort: { ends: [null, "SIGABRT"], isDrained: false, now: () => process.abort() },
  "out of memory": {
    ends: [null, "SIGABRT"],
    isDrained: false,
    options: ["--max-old-space-size=40"],
    now: () => {
      for (const all: unknown[] = []; ; ) all.push(new Array(100_000).fill(all.length));
    },
  },
};

export function isDrained(ending: string): boolean {
  return ENDINGS[ending]?.isDrained === true;
}

export async function endNow(ending: string): Promise<void> {
  await ENDINGS[ending]?.now();
}

function bySignal(signal: NodeJS.Signals): Ending {
  return {
    ends: [null, signal],
    isDrained: false,
    now: () => {
      process.kill(process.pid, signal);
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    },
  };
}
