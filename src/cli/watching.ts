import { ProvenanceError } from "../model/error.ts";
import type { CommandInput } from "./command.ts";

/** Comes with SIGINT or SIGTERM. What the command is at goes to its end, and then it ends with 0. */
export function endingSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

/**
 * Milliseconds that an option gives in seconds.
 * @throws {ProvenanceError} `bad-option`
 */
export function seconds({ options }: CommandInput, name: string, defaultMs: number): number {
  const text = options[name];
  const value = text === undefined ? defaultMs / 1000 : Number(text);
  if (value > 0 && value <= MOST_SECONDS) return value * 1000;
  throw new ProvenanceError("bad-option", `--${name} is ${JSON.stringify(text)}; give a number of seconds above 0`);
}

/** No timer waits longer. */
const MOST_SECONDS = 2_147_483;
