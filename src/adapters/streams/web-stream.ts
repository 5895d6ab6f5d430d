import type { StreamStep } from "./stream-step.ts";

export function isReadable(value: unknown): value is ReadableStream {
  return value instanceof ReadableStream;
}

/** Whether somebody reads it already, or it is none of which that could be known. */
export function isTaken(stream: ReadableStream): boolean {
  try {
    return stream.locked;
  } catch {
    return true; // it only inherits from one
  }
}

/** What is to be read in the place of a stream of the web. It holds nothing back: a piece is asked for when one is wanted. */
export function meteredReadable(stream: ReadableStream, step: StreamStep): ReadableStream {
  const reader = stream.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            step.end("provml:Completed");
            controller.close();
          } else {
            step.count("", value);
            controller.enqueue(value);
          }
        } catch (error) {
          step.end("provml:Failed", error);
          throw error;
        }
      },
      cancel(reason) {
        step.end("provml:EndedEarly");
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
