#!/usr/bin/env bash
# Takes the package as a user does: packs it, installs the tarball in an empty project, runs the README's lines as JavaScript and,
# compiled by tsc, as TypeScript, and asks `npx provml runs` what they did.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

(cd "$root" && npm pack --silent --pack-destination "$folder" >/dev/null)
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module name=newcomer >/dev/null
npm install --silent ./provml-*.tgz
awk '/^```js$/ { block++; next } /^```$/ { inside = 0; next } block == 1 { print }' "$root/README.md" | sed '/^## /,$d' >hello.js
sed -i '/^npx\|^`npx/,$d' hello.js
node hello.js
npx provml runs | tee runs.txt
grep -q completed runs.txt
npx provml show fit --turtle | grep -q 'mls:Run'

npm install --silent --save-dev "typescript@$(node -p "require('$root/node_modules/typescript/package.json').version")" @types/node@20
cat >typed.ts <<'TS'
import { current, ProvenanceError, provenance, training } from "provml";
import { open } from "provml/query";

const prov = provenance({ workflow: "typed" });
class Flow {
  @prov.evaluation("score")
  score(model: { w: number }, rows: readonly number[]): number {
    return rows.length * model.w;
  }
}
const fit = training("fit", async (rows: readonly number[], { rate }: { rate: number }) => {
  current().log({ loss: 0.5 });
  return { w: rate };
});
const model: { w: number } = await fit([1, 2, 3], { rate: 0.1 });
const score: number = new Flow().score(model, [1]);
await prov.close();
await using graph = await open();
const runs = await graph.runs();
if (!runs.some(({ workflow }) => workflow === "typed") || score !== 0.1) throw new ProvenanceError("not-found", "the run is missing");
console.log(`typed: ${runs.length} runs`);
TS
npx tsc --module nodenext --target es2022 --lib es2024,esnext.disposable,esnext.decorators --strict --types node --skipLibCheck typed.ts
node typed.js
cat >fit.test.js <<'JS'
import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { training } from "provml";
import { testProvenance } from "provml/testing";

const recording = testProvenance();
after(() => recording.close());
test("fit records its rate", () => {
  training("fit", ({ rate }) => ({ w: rate }))({ rate: 0.1 });
  assert.deepEqual(recording.recorded().step("fit").parameters, { rate: 0.1 });
});
JS
node --test fit.test.js >/dev/null
echo "the package works in an empty project"
