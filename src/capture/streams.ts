import { EventEmitter, errorMonitor } from "node:events";
import { finished, Stream } from "node:stream";
import type { Activity } from "./activity.ts";

/**
 * Ends a step with the readable stream that it returned: when it has been read to its end, when it fails, or, as ended early, when it is
 * closed before. It is only listened to: nothing flows sooner, waits longer, is locked or handled for it. Of a web stream nobody but
 * its reader can tell a cancellation from the end. What is only written to, has ended already or is followed for another step is a value like any other.
 * Returns whether it is followed.
 */
export function followStream(
  value: unknown,
  activity: Activity,
  complete: () => void,
  fail: (error: unknown) => void,
): boolean {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (value instanceof Stream) {
      if ((value as { readable?: unknown }).readable !== true || FOLLOWED.has(value)) return false;
      FOLLOWED.add(value);
      followNode(value, activity, complete, fail);
      return true;
    }
    if ((value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] !== "ReadableStream") return false;
    if (FOLLOWED.has(value)) return false;
    finished(value as never, (error) => (error ? fail(error) : complete())); // throws for what only has the name
    FOLLOWED.add(value);
    return true;
  } catch {
    return false; // a Proxy that does not tell
  }
}

/** A stream is followed for the step that returned it first: one that is returned again and again would gather listeners. */
const FOLLOWED = new WeakSet<object>();

function followNode(
  stream: EventEmitter,
  activity: Activity,
  complete: () => void,
  fail: (error: unknown) => void,
): void {
  const { on, removeListener } = EventEmitter.prototype; // what a subclass makes of listeners is none of ours
  const leave = () => activity.end("provml:EndedEarly");
  const stop = (end: () => void) => {
    for (const [event, listener] of listeners) removeListener.call(stream, event, listener);
    end();
  };
  const listeners: [string | symbol, (error?: unknown) => void][] = [
    ["end", () => stop(complete)],
    // Observed and not handled: an error that nobody listens for still ends the process.
    [errorMonitor, (error) => stop(() => (isAbort(error) ? leave() : fail(error)))],
    ["close", () => stop(leave)],
  ];
  for (const [event, listener] of listeners) on.call(stream, event, listener);
}

/** That nobody wants the rest, as Node tells it: `for await` that is left, a signal. */
function isAbort(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "ABORT_ERR";
}
