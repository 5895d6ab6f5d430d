/** Bytes that are read where they are needed: of a file of gigabytes only what is looked at comes into memory. */
export interface ByteSource {
  readonly size: number;
  /** One byte; -1 beyond the end. */
  byteAt(offset: number): number;
  /** The bytes from `offset` on: `length` of them, fewer at the end. Valid until the next call. */
  read(offset: number, length: number): Uint8Array;
}

/** A part of a protocol buffer: a number, or the range in which a string, bytes or a message lies. */
export interface Field {
  readonly number: number;
  /** Of varints; of 8 and 4 byte values 0, as none is needed here. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The fields of the message that lies between two offsets, in order; what is in them is skipped until it is asked for.
 * https://protobuf.dev/programming-guides/encoding/
 * @throws {RangeError} where the bytes are no message.
 */
export function* fields(source: ByteSource, from = 0, to = source.size): Generator<Field, void, void> {
  const cursor = { at: from };
  while (cursor.at < to) {
    const tag = varint(source, cursor);
    const number = Math.floor(tag / 8);
    const start = cursor.at;
    switch (tag % 8) {
      case 0:
        yield { number, value: varint(source, cursor), start, end: cursor.at };
        break;
      case 1:
        cursor.at += 8;
        yield { number, value: 0, start, end: cursor.at };
        break;
      case 2: {
        const length = varint(source, cursor);
        const inside = cursor.at;
        cursor.at += length;
        if (cursor.at > to) throw new RangeError(`a field of ${length} bytes at ${start} is longer than what it is in`);
        yield { number, value: 0, start: inside, end: cursor.at };
        break;
      }
      case 5:
        cursor.at += 4;
        yield { number, value: 0, start, end: cursor.at };
        break;
      default:
        throw new RangeError(`no field can start at ${start}`);
    }
  }
}

/** Numbers above 2⁵³, and negative ones, which take ten bytes, lose their last digits. */
function varint(source: ByteSource, cursor: { at: number }): number {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = source.byteAt(cursor.at + i);
    if (byte < 0) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      cursor.at += i + 1;
      return value;
    }
  }
  throw new RangeError(`a number at ${cursor.at} has no end`);
}

/** Making one takes as long as reading a hundred fields. */
const DECODER = new TextDecoder();

/** Longer texts are cut. */
const LONGEST_TEXT = 65_536;

export function textOf(source: ByteSource, { start, end }: Field): string {
  return DECODER.decode(source.read(start, Math.min(end - start, LONGEST_TEXT)));
}

/** Repeated numbers: one by one, or packed into one field. */
export function numbersOf(source: ByteSource, field: Field): number[] {
  if (field.value !== 0 || field.end - field.start === 0) return [field.value];
  const numbers: number[] = [];
  const cursor = { at: field.start };
  while (cursor.at < field.end) numbers.push(varint(source, cursor));
  return numbers;
}
