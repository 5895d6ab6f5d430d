import { headOf } from "./array-digest.ts";
import { canonicalJson } from "./canonical-json.ts";
import { type Digest, HashedBytes } from "./hashed-bytes.ts";
import { type ArrowType, type LogicalType, layoutOf } from "./table-types.ts";

/** The parts by which a table of Apache Arrow is known; the package is no dependency. */
export interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: ArrowType }[] };
  readonly numRows: number;
  readonly batches: readonly { getChildAt(index: number): ArrowVector | null }[];
}

interface ArrowVector {
  readonly length: number;
  readonly type: ArrowType;
  readonly nullCount: number;
  /** The chunks that it is made of. */
  readonly data: readonly { readonly values: ArrayBufferView; readonly dictionary?: ArrowVector }[];
  get(index: number): unknown;
  isValid(index: number): boolean;
  getChildAt(index: number): ArrowVector | null;
}

export interface TableColumn {
  readonly name: string;
  readonly type: LogicalType | undefined;
}

export function isArrowTable(thing: object): thing is ArrowTable {
  const like = thing as Partial<ArrowTable>; // asked one by one: what is no table may have a getter that works hard
  return Number.isSafeInteger(like.numRows) && Array.isArray(like.batches) && Array.isArray(like.schema?.fields);
}

/** The columns of a table with their logical types, undefined where a type is none that a digest covers. */
export function tableColumns({ schema }: ArrowTable): TableColumn[] {
  return schema.fields.map(({ name, type }) => ({ name: name.toWellFormed(), type: layoutOf(type)?.type }));
}

/**
 * The digest of names, logical types and values, column by column: the same however the table is cut into batches and whether strings come by
 * dictionary. Undefined where a type is none that it covers.
 */
export function tableDigest(table: ArrowTable): Digest | undefined {
  const columns = tableColumns(table);
  if (columns.some(({ type }) => type === undefined)) return undefined;
  const schema = canonicalJson(columns.map(({ name, type }) => [name, type]));
  const hashed = new HashedBytes(`${headOf("Table", [table.numRows, columns.length])}${schema}\n`);
  for (const index of columns.keys()) {
    for (const batch of table.batches) {
      const vector = batch.getChildAt(index);
      if (vector) putAll(vector, hashed);
    }
  }
  return hashed.digest();
}

type Putter = (index: number) => void;

function putAll(vector: ArrowVector, hashed: HashedBytes): void {
  if (vector.length === 0) return;
  const put = putterOf(vector, hashed);
  for (let i = 0; i < vector.length; i++) put(i);
}

/** Puts the value at an index: 0 for null, else 1 and the value. */
function putterOf(vector: ArrowVector, hashed: HashedBytes): Putter {
  const [chunk, ...more] = vector.data;
  if (chunk === undefined || more.length > 0) throw new TypeError("a batch has columns of one chunk");
  const hasNull = vector.nullCount > 0;
  const put = chunk.dictionary
    ? dictionaryPutter(chunk.dictionary, chunk.values as never, hashed)
    : valuePutter(vector, chunk.values, hashed);
  return hasNull ? (index) => (vector.isValid(index) ? put(index) : hashed.byte(0)) : put;
}

/** What the dictionary holds, which may be null, too. */
function dictionaryPutter(dictionary: ArrowVector, indices: ArrayLike<number | bigint>, hashed: HashedBytes): Putter {
  if (dictionary.data.length === 1) {
    const put = putterOf(dictionary, hashed);
    return (index) => put(Number(indices[index]));
  }
  // A dictionary that grew from batch to batch.
  const ends: number[] = [];
  const putters = dictionary.data.map((_, i) => {
    const part = partOf(dictionary, i);
    ends.push((ends.at(-1) ?? 0) + part.length);
    return putterOf(part, hashed);
  });
  return (index) => {
    const at = Number(indices[index]);
    const part = ends.findIndex((end) => at < end);
    putters[part]?.(at - (ends[part - 1] ?? 0));
  };
}

function partOf(vector: ArrowVector, chunk: number): ArrowVector {
  const Vector = vector.constructor as new (data: unknown) => ArrowVector;
  return new Vector([vector.data[chunk]]);
}

function valuePutter(vector: ArrowVector, values: ArrayBufferView, hashed: HashedBytes): Putter {
  const { reached, width } = layoutOf(vector.type) ?? { reached: "null", width: 0 };
  switch (reached) {
    case "null":
      return () => hashed.byte(0);
    case "bool":
      return (index) => {
        hashed.byte(1);
        hashed.byte(vector.get(index) === true ? 1 : 0);
      };
    case "bytes":
      return (index) => {
        const value = vector.get(index);
        const bytes = typeof value === "string" ? Buffer.from(value) : (value as Uint8Array);
        hashed.byte(1);
        hashed.uint32(bytes.length);
        hashed.bytes(bytes);
      };
    case "list":
      return (index) => {
        const list = vector.get(index) as ArrowVector;
        hashed.byte(1);
        hashed.uint32(list.length);
        putAll(list, hashed);
      };
    case "struct": {
      const members = (vector.type.children ?? []).map((_, i) => putterOf(vector.getChildAt(i) as ArrowVector, hashed));
      return (index) => {
        hashed.byte(1);
        for (const put of members) put(index);
      };
    }
    case "fixed": {
      // The bytes as Arrow keeps them, which are little-endian.
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return (index) => {
        hashed.byte(1);
        hashed.bytes(bytes.subarray(index * width, (index + 1) * width));
      };
    }
  }
}
