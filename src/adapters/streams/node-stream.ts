import { EventEmitter, errorMonitor } from "node:events";
import type { Duplex } from "node:stream";
import { type Method, methodOf, override } from "../override.ts";
import type { StreamStep, Suffix } from "./stream-step.ts";

/**
 * Counts the pieces of a stream of Node where it takes and gives them. Nothing is put between, so that it is read and written, waits and fails as
 * before; its errors are observed and not handled.
 */
export function meterNode(stream: Duplex & { readonly path?: unknown }, step: StreamStep): void {
  const { on } = EventEmitter.prototype;
  const isReadable = typeof stream.read === "function" && stream.readable !== false;
  const isWritable = typeof stream.write === "function" && stream.writable !== false;
  const isBoth = isReadable && isWritable;
  const open = new Set<string>([...(isReadable ? ["end"] : []), ...(isWritable ? ["finish"] : [])]);
  if (isReadable) countPushes(stream, step, isBoth ? "Out" : "");
  if (isWritable) countWrites(stream, step, isBoth ? "In" : "");
  if (typeof stream.path === "string" && !isBoth) {
    if (isReadable) step.reads(stream.path);
    else step.writes(stream.path);
  }
  const close = (event: string) => {
    open.delete(event);
    if (open.size === 0) step.end("provml:Completed");
  };
  on.call(stream, "pipe", (source: object) => step.from(source));
  for (const event of open) on.call(stream, event, () => close(event));
  on.call(stream, errorMonitor, (error: unknown) => {
    const isLeft = (error as { code?: unknown } | null)?.code === "ABORT_ERR";
    isLeft ? step.end("provml:EndedEarly") : step.end("provml:Failed", error);
  });
  on.call(stream, "close", () => step.end("provml:EndedEarly"));
}

function countPushes(stream: Duplex, step: StreamStep, suffix: Suffix): void {
  const push = methodOf(stream, "push") as Method;
  override(stream, "push", function (this: unknown, piece: unknown, encoding?: BufferEncoding) {
    if (piece !== null && piece !== undefined) step.count(suffix, piece, encoding);
    return Reflect.apply(push, this, [piece, encoding]);
  });
}

function countWrites(stream: Duplex, step: StreamStep, suffix: Suffix): void {
  const write = methodOf(stream, "_write");
  if (write) {
    override(stream, "_write", function (this: unknown, piece: unknown, encoding: BufferEncoding, done: unknown) {
      step.count(suffix, piece, encoding);
      return Reflect.apply(write, this, [piece, encoding, done]);
    });
  }
  const writeMany = methodOf(stream, "_writev");
  if (writeMany) {
    override(
      stream,
      "_writev",
      function (this: unknown, pieces: { chunk: unknown; encoding: BufferEncoding }[], done: unknown) {
        for (const { chunk, encoding } of pieces) step.count(suffix, chunk, encoding);
        return Reflect.apply(writeMany, this, [pieces, done]);
      },
    );
  }
}
