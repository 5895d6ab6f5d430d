import { types } from "node:util";
import { isPlainObject } from "../values.ts";
import { arrayBytes, arrayDigest, isShared } from "./array-digest.ts";
import { putCanonicalJson } from "./canonical-json.ts";
import { DIGEST_AT_CAPTURE_BYTES } from "./files.ts";
import { type Digest, HashedBytes } from "./hashed-bytes.ts";
import { isArrowTable, tableDigest } from "./table-digest.ts";
import { tensorDigest, tensorOf } from "./tensor-digest.ts";

/** Longer canonical JSON is not digested, however a value may go on. */
const LONGEST_JSON_BYTES = 1024 * 1024 * 1024;

export interface ValueDigest extends Digest {
  readonly mediaType: string;
}

/**
 * The digest of a value in memory, as docs/content.md specifies it. Unasked it is taken of what are bytes already, up to the size that
 * capture digests; of tables, JSON values and what is larger or elsewhere only when asked. Undefined where there is none.
 */
export function valueDigest(thing: object, asked: "now" | undefined): ValueDigest | undefined {
  try {
    const most = asked === "now" ? Number.POSITIVE_INFINITY : DIGEST_AT_CAPTURE_BYTES;
    if (ArrayBuffer.isView(thing) || types.isAnyArrayBuffer(thing)) return ofBytes(digestArray(thing, asked, most));
    if (asked === undefined && (types.isProxy(thing) || Array.isArray(thing))) return undefined;
    const tensor = tensorOf(thing, asked);
    if (tensor) {
      const isSmall = tensor.data instanceof Uint8Array ? tensor.data.length <= most : asked === "now";
      return isSmall ? ofBytes(tensorDigest(tensor)) : undefined;
    }
    if (asked === undefined) return undefined;
    if (isArrowTable(thing)) return ofBytes(tableDigest(thing));
    return jsonDigest(thing);
  } catch {
    return undefined; // a getter that throws, a buffer that is gone
  }
}

function digestArray(thing: object, asked: "now" | undefined, most: number): Digest | undefined {
  const array = arrayBytes(thing);
  if (array === undefined || array.bytes.length > most) return undefined;
  if (!isShared(array)) return arrayDigest(array);
  // Other threads may write while this one hashes: a copy counts if it is what is there before and after.
  if (asked === undefined) return undefined;
  const copy = Buffer.from(array.bytes);
  const digest = arrayDigest({ ...array, bytes: copy });
  return copy.equals(array.bytes) ? digest : undefined;
}

function jsonDigest(value: object): ValueDigest | undefined {
  if (!Array.isArray(value) && !isPlainObject(value)) return undefined;
  const hashed = new HashedBytes();
  const isJson = putCanonicalJson(value, (text) => {
    hashed.text(text);
    return hashed.byteSize <= LONGEST_JSON_BYTES;
  });
  return isJson ? { ...hashed.digest(), mediaType: "application/json" } : undefined;
}

function ofBytes(digest: Digest | undefined): ValueDigest | undefined {
  return digest && { ...digest, mediaType: "application/octet-stream" };
}
