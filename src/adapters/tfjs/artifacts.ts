import { createHash } from "node:crypto";
import type { Content } from "../entity-attributes.ts";
import type { Artifacts } from "./shapes.ts";

/**
 * The content of a model: SHA-256 over the line `provml-tfjs-model 1`, one line of JSON with sorted keys, `{ modelTopology, weightSpecs }`, as the model
 * hands them to a save handler (of each weight's specification name, shape and dtype), and the bytes of the weights. Two models are the same content if
 * their topology and weights are, whenever and wherever they are saved or loaded; how they were compiled and trained does not count.
 */
export function contentOf({ modelTopology, weightSpecs = [], weightData }: Artifacts): Content {
  const specs = weightSpecs.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  const head = `provml-tfjs-model 1\n${JSON.stringify(sorted({ modelTopology, weightSpecs: specs }))}\n`;
  const hash = createHash("sha256").update(head);
  let size = Buffer.byteLength(head);
  for (const piece of weightData instanceof ArrayBuffer ? [weightData] : (weightData ?? [])) {
    hash.update(new Uint8Array(piece));
    size += piece.byteLength;
  }
  return { sha256: hash.digest("hex"), size, mediaType: "application/x-provml-tfjs-model" };
}

/** The same JSON value with the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]));
}
