#!/usr/bin/env bash
# Tries adapters against packages that are too large to be installed by default: onnxruntime-node (288 MB for all platforms; its install script
# downloads, so it is installed without), the current onnxruntime-web, and brain.js (through gpu.js it brings webgpu, 84 MB).
# Installs them, and provml as it is packed, into an empty project; needs the registry and a minute.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

(cd "$root" && npm pack --silent --pack-destination "$folder" >/dev/null)
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module name=adapters >/dev/null
npm install --silent --ignore-scripts ./provml-*.tgz onnxruntime-node onnxruntime-web brain.js@2.0.0-beta.24

cat >onnx.js <<'JS'
import { writeFileSync } from "node:fs";
import { provenance } from "provml";
import { recordSessions } from "provml/adapters/onnxruntime";

// y = 2 a - b + 0.5
const LINE =
  "CAgSB2J5IGhhbmQaAzEuMDpyChoKAXgKAXcKAWISAXkaBmxpbmVhciIER2VtbRIEbGluZSoTCAIIARABQgF3SggAAABAAACAvyoNCAEQAUIBYkoEAAAAP1oUCgF4" +
  "Eg8KDQgBEgkKAxIBbgoCCAJiFAoBeRIPCg0IARIJCgMSAW4KAggBQgQKABANchIKBHRhc2sSCnJlZ3Jlc3Npb24=";
const [runtime] = process.argv.slice(2);
const ort = await import(runtime);
if (ort.env?.wasm) ort.env.wasm.numThreads = 1;
const prov = provenance({ workflow: runtime });
writeFileSync("line.onnx", Buffer.from(LINE, "base64"));
const session = await recordSessions(ort.InferenceSession, { name: `line in ${runtime}` }).create("line.onnx");
const { y } = await session.run({ x: new ort.Tensor("float32", Float32Array.from([3, 4]), [1, 2]) });
if (y.data[0] !== 2.5 || !(session instanceof ort.InferenceSession)) throw new Error(`${runtime} gave ${y.data}`);
await prov.close();
JS
cat >brain.js <<'JS'
import brain from "brain.js";
import { provenance } from "provml";
import { instrument } from "provml/adapters/estimator";

const prov = provenance({ workflow: "brain.js" });
const Network = instrument(brain.NeuralNetwork, { name: "xor" });
const network = new Network({ hiddenLayers: [4], learningRate: 0.4 });
const rows = [[0, 0], [0, 1], [1, 0], [1, 1]].map((input) => ({ input, output: [input[0] ^ input[1]] }));
const { iterations } = network.train(rows, { iterations: 20000, errorThresh: 0.01 });
const again = new brain.NeuralNetwork().fromJSON(network.toJSON());
if (network.run([1, 0])[0] !== again.run([1, 0])[0]) throw new Error("what is recorded is not what was trained");
console.log(`brain.js: trained in ${iterations} iterations`);
await prov.close();
JS
node onnx.js onnxruntime-node
node onnx.js onnxruntime-web
node brain.js
npx provml runs | tee runs.txt
grep -q "xor.train" runs.txt
for runtime in onnxruntime-node onnxruntime-web; do
  npx provml lineage "line in $runtime" | tee lineage.txt
  grep -q "line.onnx" lineage.txt
done
npx provml query 'SELECT ?label ?n { ?w a provml:InferenceWindowExecution ; rdfs:label ?label ; provml:processedCount ?n }' | tee windows.txt
grep -q "line in onnxruntime-node.run" windows.txt
echo "the adapters work with the packages as they are now"
