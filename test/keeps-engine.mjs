import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** V8 shares the code of a module with every thread of the process that compiles the same bytes, as long as one of them has it. */
const engine = createRequire(import.meta.url).resolve("oxigraph/node_bg.wasm");
globalThis.keptEngine ??= new WebAssembly.Module(readFileSync(engine));
