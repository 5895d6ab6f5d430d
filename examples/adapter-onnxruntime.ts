/** ONNX Runtime: a session is recorded with the model that it runs, and what the model's header says of it. */
import { writeFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";
import { provenance } from "provml";
import { recordSessions } from "provml/adapters/onnxruntime";

/** y = 2 a - b + 0.5, as an ONNX model of 158 bytes. */
const LINE = `
  CAgSB2J5IGhhbmQaAzEuMDpyChoKAXgKAXcKAWISAXkaBmxpbmVhciIER2VtbRIEbGluZSoTCAIIARABQgF3SggAAABAAACAvyoNCAEQAUIBYkoEAAAAP1oUCgF4
  Eg8KDQgBEgkKAxIBbgoCCAJiFAoBeRIPCg0IARIJCgMSAW4KAggBQgQKABANchIKBHRhc2sSCnJlZ3Jlc3Npb24=`;

ort.env.wasm.numThreads = 1; // its threads would keep the program from ending
await using prov = provenance({ workflow: "adapter-onnxruntime" });
await writeFile("line.onnx", Buffer.from(LINE, "base64"));

const InferenceSession = recordSessions(ort.InferenceSession, { name: "line" });
const session = await InferenceSession.create("line.onnx", { executionProviders: ["wasm"] });

const score = prov.activity("score", async (rows: readonly (readonly [number, number])[]) => {
  const scores: number[] = [];
  for (const row of rows) {
    const results = await session.run({ x: new ort.Tensor("float32", Float32Array.from(row), [1, 2]) });
    scores.push(...((results.y as ort.Tensor).data as Float32Array));
  }
  return scores;
});
const rows = [
  [1, 2],
  [3, 4],
] as const;
console.log(await score(rows));
