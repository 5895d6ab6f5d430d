/** Streams, of Node and of the web: what flows through one is a step, counted and, on request, digested. See docs/adapters.md. */
import { Stream } from "node:stream";
import { IS_DISABLED } from "../capture/options.ts";
import { ProvenanceError } from "../model/error.ts";
import { type AdapterOptions, executionOf } from "./options.ts";
import { meterNode } from "./streams/node-stream.ts";
import { StreamStep } from "./streams/stream-step.ts";
import { isReadable, isTaken, meteredReadable } from "./streams/web-stream.ts";

export interface StreamOptions extends AdapterOptions {
  /** Default: `dataPreparation`. */
  readonly kind?: "dataPreparation" | "activity";
  /** What the step used: paths, URIs, objects. Of a file that is piped in or read the stream itself knows. */
  readonly used?: readonly (object | string)[];
  /** What the step generated, stated at its end. Of a file that is written the stream itself knows. */
  readonly generated?: readonly (object | string)[];
  /** `now`: the bytes are digested on the way (0.8 ms per MB), those that come out, or, of what is only written to, those that go in. */
  readonly digest?: "now";
}

/**
 * Records what flows through a stream as a step, which ends with the stream: completed, failed, or, where nobody wants the rest, early. A stream of Node is
 * returned as it is; of a readable stream of the web what is to be read in its place, of a transform stream the pair of it. Nothing flows sooner,
 * later or in other pieces.
 * @throws {ProvenanceError} `bad-argument` for what is no stream, has no name, or is a stream of the web that is read already.
 */
export function recordStream<S extends object>(name: string, stream: S, options: StreamOptions = {}): S {
  if (typeof name !== "string" || name === "") {
    throw new ProvenanceError(
      "bad-argument",
      `recordStream() takes the step's name first: recordStream("clean", stream)`,
    );
  }
  const pair = stream as { readable?: unknown; writable?: unknown };
  const isWeb = isReadable(stream) || (isReadable(pair?.readable) && typeof pair.writable === "object");
  if (!isWeb && !(stream instanceof Stream)) {
    throw new ProvenanceError(
      "bad-argument",
      `recordStream(${JSON.stringify(name)}) takes a stream that can be read or written`,
    );
  }
  const source = isReadable(stream) ? stream : isReadable(pair.readable) ? pair.readable : undefined;
  if (source && !(stream instanceof Stream) && isTaken(source)) {
    throw new ProvenanceError(
      "bad-argument",
      `recordStream(${JSON.stringify(name)}) takes a stream that nobody reads yet; this one is locked: record it before it is read`,
    );
  }
  const execution = IS_DISABLED ? undefined : executionOf(options);
  const step = execution?.faults.guard(() => StreamStep.begin(execution, name, stream, options));
  if (!step) return stream;
  if (stream instanceof Stream) step.meter(() => meterNode(stream as never, step));
  else if (isReadable(stream)) return meteredReadable(stream, step) as S;
  else return { readable: meteredReadable(pair.readable as ReadableStream, step), writable: pair.writable } as S;
  return stream;
}
