import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Activity } from "../../capture/activity.ts";
import { isRemote } from "../../capture/content/remote.ts";
import { type Attributes, jsonText, stateAttributes, stateContent } from "../entity-attributes.ts";
import { bytesInMemory, readFileBytes } from "./byte-sources.ts";
import { type ModelHeader, readModelHeader } from "./model-header.ts";

/** What a session is made of: the path or URI of a model, or its bytes. */
export type ModelSource = string | Uint8Array;

/** The source among the arguments of `create`, of which a buffer may be followed by offset and length. */
export function sourceOf([first, offset, length]: readonly unknown[]): ModelSource | undefined {
  if (typeof first === "string") return first;
  if (first instanceof Uint8Array) return first; // the object that the program knows
  if (ArrayBuffer.isView(first)) return new Uint8Array(first.buffer, first.byteOffset, first.byteLength);
  if (!(first instanceof ArrayBuffer || first instanceof SharedArrayBuffer)) return undefined;
  const from = typeof offset === "number" ? offset : 0;
  return new Uint8Array(first, from, typeof length === "number" ? length : first.byteLength - from);
}

/**
 * States that a step used a model: the file or the bytes with their digest, what the header says of the model, and the files beside it that
 * hold its weights.
 */
export function useModel(step: Activity, source: ModelSource, name: string | undefined): void {
  const { execution } = step;
  const header = execution.faults.guard(() => headerOf(source));
  if (typeof source === "string") {
    step.used(source, { kind: "model" });
  } else {
    step.used(source, { kind: "model", role: name ?? "model" });
    const sha256 = createHash("sha256").update(source).digest("hex");
    stateContent(execution, source, { sha256, size: source.length, mediaType: "application/octet-stream" });
  }
  if (header === undefined) return;
  stateAttributes(execution, source, attributesOf(header));
  if (typeof source !== "string") return;
  for (const file of header.externalData)
    step.used(join(dirname(source), file), { kind: "model", role: "externalData" });
}

function headerOf(source: ModelSource): ModelHeader | undefined {
  if (typeof source !== "string") return readModelHeader(bytesInMemory(source));
  if (isRemote(source)) return undefined;
  try {
    return readFileBytes(source, readModelHeader);
  } catch {
    return undefined; // a file that cannot be read: the runtime says so
  }
}

function attributesOf(header: ModelHeader): Attributes {
  return [
    ["provml:modelFormat", "ONNX"],
    ["provml:formatVersion", String(header.formatVersion)],
    ...header.operatorSets.map((set) => ["provml:operatorSet", set] as const),
    ["provml:producer", header.producer],
    ["provml:version", header.version],
    ["dcterms:description", header.description],
    ["provml:parameterCount", header.parameterCount],
    ["provml:modelInputs", jsonText(header.inputs)],
    ["provml:modelOutputs", jsonText(header.outputs)],
    ["provml:modelMetadata", jsonText(header.metadata)],
  ];
}
