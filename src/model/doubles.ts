/*
 * Doubles as text: base64 (RFC 4648, section 4) of their IEEE 754 bytes, little-endian. Every double survives it, NaN, -0 and the infinities
 * too, and it takes a tenth of the time that decimal digits take.
 */

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The text of the first `count` doubles whose memory these bytes are. */
export function doublesText(bytes: Buffer, count: number): string {
  const end = count * Float64Array.BYTES_PER_ELEMENT;
  if (isLittleEndian) return bytes.toString("base64", 0, end);
  return Buffer.from(bytes.subarray(0, end)).swap64().toString("base64");
}

/** The doubles of a text, or undefined when it is not the text of exactly `count`. */
export function doublesOf(text: string, count: number): Float64Array | undefined {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== count * Float64Array.BYTES_PER_ELEMENT || bytes.toString("base64") !== text) return undefined;
  if (!isLittleEndian) bytes.swap64();
  return new Float64Array(new Uint8Array(bytes).buffer);
}
