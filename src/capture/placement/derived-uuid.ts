import { createHash } from "node:crypto";

/**
 * The UUID (version 8, RFC 9562 section 5.8) that processes which know the same agree on without speaking to each other: the first 128 bits of the
 * SHA-256 of the title and the facts, a line `name=value` each, in the given order and without those that are absent.
 */
export function derivedUuid(title: string, facts: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const bytes = createHash("sha256")
    .update([title, ...lines, ""].join("\n"))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
