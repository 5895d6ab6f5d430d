// Runs after `npm ci` in a checkout: compiles, and makes the command executable (tsc emits 0644).
// Where the compiler is absent (`npm ci --omit=dev`, or an install from the packed tarball) it says so in one line.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";

const compiler = new URL("../node_modules/typescript/bin/tsc", import.meta.url);
if (process.argv[2] !== "--bin") {
  if (!existsSync(compiler)) {
    console.log("provml: no TypeScript here, nothing compiled");
    process.exit(0);
  }
  const { status } = spawnSync(process.execPath, [compiler.pathname, "-p", "tsconfig.json"], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
chmodSync(new URL("../dist/src/cli/main.js", import.meta.url), 0o755);
