import { endianness } from "node:os";
import { types } from "node:util";
import { type Digest, HashedBytes } from "./hashed-bytes.ts";

/** The bytes of an array, buffer or view as its digest covers them, and the name of a typed array's class. */
export interface ArrayBytes {
  /** `Float32Array` also of a subclass; undefined of what has no elements but bytes. */
  readonly elements: string | undefined;
  readonly length: number;
  /** Little-endian, whatever the machine. */
  readonly bytes: Uint8Array;
}

/**
 * What a TypedArray, DataView, ArrayBuffer or SharedArrayBuffer holds; undefined for anything else and for one that is detached or whose
 * buffer has shrunk below it. Asks no property that a program can have replaced.
 */
export function arrayBytes(thing: unknown): ArrayBytes | undefined {
  if (types.isAnyArrayBuffer(thing)) return ofBuffer(thing);
  if (types.isDataView(thing)) {
    const view = thing as DataView;
    return { ...ofBuffer(view.buffer, view.byteOffset, view.byteLength), elements: undefined };
  }
  if (!types.isTypedArray(thing)) return undefined;
  const buffer = of<ArrayBufferLike>(thing, "buffer");
  const byteLength = of<number>(thing, "byteLength");
  const length = of<number>(thing, "length");
  // Throws where there is nothing to view any more: such an array says that it is empty.
  if (length === 0) Uint8Array.prototype.indexOf.call(thing as Uint8Array, 0);
  const whole = new Uint8Array(buffer, of<number>(thing, "byteOffset"), byteLength);
  const elements = of<string>(thing, Symbol.toStringTag);
  return { elements, length, bytes: littleEndian(whole, length === 0 ? 1 : byteLength / length, endianness()) };
}

/** Bytes as they are, so that a buffer and the file of the same bytes have one content; typed arrays of more than bytes after a head. */
export function arrayDigest({ elements, length, bytes }: ArrayBytes): Digest {
  const isBytes = elements === undefined || elements === "Uint8Array";
  const hashed = new HashedBytes(isBytes ? "" : headOf(elements, [length]));
  hashed.bytes(bytes);
  return hashed.digest();
}

/** What stands before the data of a value that is more than bytes: `provml-value 1\nFloat32Array\n[12]\n`. */
export function headOf(type: string, shape: readonly number[]): string {
  return `provml-value 1\n${type}\n${JSON.stringify(shape)}\n`;
}

/** Elements of this many bytes in little-endian order: a copy where the machine has the other one. */
export function littleEndian(bytes: Uint8Array, width: number, order: "LE" | "BE"): Uint8Array {
  if (order === "LE" || width === 1) return bytes;
  const swapped = Buffer.from(bytes);
  if (width === 2) return swapped.swap16();
  return width === 4 ? swapped.swap32() : swapped.swap64();
}

/** Whether other threads may write it at any time. */
export function isShared({ bytes }: ArrayBytes): boolean {
  return types.isSharedArrayBuffer(bytes.buffer);
}

function ofBuffer(buffer: ArrayBufferLike, offset = 0, length = buffer.byteLength): ArrayBytes {
  return { elements: undefined, length, bytes: new Uint8Array(buffer, offset, length) };
}

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** A property by the getter of the language, not by one that a subclass or an own property puts over it. */
function of<T>(array: unknown, name: string | symbol): T {
  return Object.getOwnPropertyDescriptor(TYPED_ARRAY, name)?.get?.call(array) as T;
}
