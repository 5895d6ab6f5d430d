// usage: node flushes.js <build> <.provml>: one pass of the flusher; says "ready" when it begins
import { join } from "node:path";

const [, , build = "", directory = ""] = process.argv;
const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
process.stdout.write("ready\n");
await flush(directory);
