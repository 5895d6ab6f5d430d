import { createHash, type Hash } from "node:crypto";

/** What a digest says of the bytes that it covers; `byteSize` leaves out a head of type and shape. */
export interface Digest {
  readonly sha256: string;
  readonly byteSize: number;
}

/** Hashes values piece by piece, small ones gathered first: docs/content.md says which bytes stand for what. */
export class HashedBytes {
  readonly #hash: Hash = createHash("sha256");
  readonly #gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  #used = 0;
  #byteSize = 0;

  /** @param head what is hashed first and not counted. */
  constructor(head = "") {
    this.#hash.update(head);
  }

  get byteSize(): number {
    return this.#byteSize;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#gathered[this.#used++] = value;
  }

  /** Four bytes, little-endian. */
  uint32(value: number): void {
    this.#reserve(4);
    this.#used = this.#gathered.writeUInt32LE(value, this.#used);
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length > GATHERED_BYTES / 4) {
      this.#drain();
      this.#byteSize += bytes.length;
      this.#hash.update(bytes);
      return;
    }
    this.#reserve(bytes.length);
    this.#gathered.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Text as UTF-8, without its length. */
  text(text: string): void {
    this.bytes(Buffer.from(text));
  }

  digest(): Digest {
    this.#drain();
    return { sha256: this.#hash.digest("hex"), byteSize: this.#byteSize };
  }

  #reserve(length: number): void {
    this.#byteSize += length;
    if (this.#used + length > GATHERED_BYTES) this.#drain();
  }

  #drain(): void {
    if (this.#used > 0) this.#hash.update(this.#gathered.subarray(0, this.#used));
    this.#used = 0;
  }
}

const GATHERED_BYTES = 64 * 1024;
