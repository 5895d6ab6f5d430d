import { arrayBytes, headOf } from "./array-digest.ts";
import { type Digest, HashedBytes } from "./hashed-bytes.ts";

/** A tensor whose elements are in memory, in row-major order. */
export interface Tensor {
  readonly elements: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array | readonly unknown[];
}

/** The parts by which tensors of TensorFlow.js, ONNX Runtime, ndarray and their like are known, none of which is a dependency. */
interface TensorLike {
  readonly shape?: unknown;
  readonly dims?: unknown;
  readonly dtype?: unknown;
  readonly type?: unknown;
  readonly location?: unknown;
  readonly stride?: unknown;
  readonly offset?: unknown;
  dataSync?(): unknown;
}

const MOST_DIMENSIONS = 16;

/**
 * The elements of a tensor. Unasked only those that are in memory for certain: to read an accelerator would wait for all that it has yet to do.
 * Undefined for what is no tensor, and for one whose elements are elsewhere, or not as many as its shape says, or not in row-major order.
 */
export function tensorOf(thing: object, asked: "now" | undefined): Tensor | undefined {
  const like = thing as TensorLike;
  const shape = like.shape ?? like.dims;
  if (!isShape(shape)) return undefined;
  const type = like.dtype ?? like.type;
  if (typeof type !== "string" || !isRowMajor(like, shape)) return undefined;
  const data = elementsOf(like, asked);
  const size = shape.reduce((product, n) => product * n, 1);
  if (Array.isArray(data)) return data.length === size ? { elements: "string", shape, data } : undefined;
  const array = arrayBytes(data);
  if (array?.elements === undefined) return undefined;
  const perElement = type === "complex64" || type === "complex128" ? 2 : 1;
  if (array.length !== size * perElement) return undefined;
  return { elements: elementsName(type, array.elements), shape: [...shape], data: array.bytes };
}

/** As the typed array of the same elements, with the shape of the tensor in the head. */
export function tensorDigest({ elements, shape, data }: Tensor): Digest | undefined {
  const hashed = new HashedBytes(headOf(elements, shape));
  if (data instanceof Uint8Array) hashed.bytes(data);
  else {
    for (const text of data) {
      const bytes = typeof text === "string" ? Buffer.from(text) : text;
      if (!(bytes instanceof Uint8Array)) return undefined;
      hashed.uint32(bytes.length);
      hashed.bytes(bytes);
    }
  }
  return hashed.digest();
}

function isShape(shape: unknown): shape is readonly number[] {
  return (
    Array.isArray(shape) && shape.length <= MOST_DIMENSIONS && shape.every((n) => Number.isSafeInteger(n) && n >= 0)
  );
}

function isRowMajor({ stride, offset }: TensorLike, shape: readonly number[]): boolean {
  if (offset !== undefined && offset !== 0) return false;
  if (!Array.isArray(stride)) return true;
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && stride[i] !== step) return false;
    step *= shape[i] as number;
  }
  return true;
}

function elementsOf(like: TensorLike, asked: "now" | undefined): unknown {
  for (const name of ["values", "data"]) {
    const own = Object.getOwnPropertyDescriptor(like, name);
    if (own && "value" in own && typeof own.value === "object") return own.value;
  }
  if (like.location === "cpu") return (like as { data?: unknown }).data;
  return asked === "now" && like.location === undefined ? like.dataSync?.() : undefined;
}

/** Names of the typed arrays, but for what is kept in arrays of another type. */
function elementsName(type: string, array: string): string {
  if (type === "bool" || type === "complex64" || type === "complex128") return type;
  return type === "float16" && array === "Uint16Array" ? "Float16Array" : array;
}
