import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

type Oxigraph = typeof import("oxigraph");

/** Of WebAssembly what is needed here; TypeScript declares it for browsers only. */
interface Linear {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Table {
  readonly length: number;
  get(index: number): unknown;
  set(index: number, value: unknown): void;
  grow(entries: number): number;
}

interface Instance {
  readonly exports: { readonly memory?: Linear; readonly __wbindgen_externrefs?: Table };
}

const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { Instance: new (...given: unknown[]) => Instance };
};

export interface ValueTable {
  readonly table: number;
  readonly texts: readonly (readonly [entry: number, text: string])[];
}

/** Where an engine's state is: everything that it holds is in its linear memory, but for JavaScript's values, which its table holds. */
export interface EngineMemory {
  /** Bytes of its memory, as long as it does not grow. */
  bytes(): Uint8Array<ArrayBuffer>;
  /** The values of JavaScript that it holds, which are not in its memory; undefined where another one could not be given them. */
  table(): ValueTable | undefined;
  /** Makes a fresh engine's memory as large as another one's was, and gives it its values. How many bytes it has then. */
  become(bytes: number, table: ValueTable): number;
  /** The SHA-256 of its code, in hexadecimal: a copy of its memory means something to the same code only. */
  digest(): string;
}

/**
 * Loads Oxigraph, keeping hold of what it is instantiated to, which it does not give out. Undefined memory where it comes about in another way than
 * the versions that are known: then it can only be loaded with statements.
 */
export function loadOxigraph(): { readonly oxigraph: Oxigraph; readonly memory: EngineMemory | undefined } {
  const require = createRequire(import.meta.url);
  const { Instance } = WebAssembly;
  let made: Instance | undefined;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, given: unknown[]) {
      made = new target(...given);
      return made;
    },
  });
  try {
    const oxigraph = require("oxigraph") as Oxigraph;
    const file = join(dirname(require.resolve("oxigraph")), "node_bg.wasm");
    return { oxigraph, memory: memoryOf(made?.exports, file) };
  } finally {
    WebAssembly.Instance = Instance;
  }
}

function memoryOf(exports: Instance["exports"] | undefined, file: string): EngineMemory | undefined {
  const { memory, __wbindgen_externrefs: table } = exports ?? {};
  if (memory === undefined || table === undefined) return undefined;
  return {
    bytes: () => new Uint8Array(memory.buffer),
    table() {
      const values = Array.from({ length: table.length }, (_, entry) => [entry, table.get(entry)] as const);
      if (!values.every(([, value]) => CONSTANTS.has(value) || typeof value === "string")) return undefined;
      const texts = values.filter((value): value is [number, string] => typeof value[1] === "string");
      return { table: table.length, texts };
    },
    become(bytes, { table: length, texts }) {
      new Uint8Array(memory.buffer).fill(0); // what a snapshot leaves out is zero
      memory.grow((bytes - memory.buffer.byteLength) / PAGE_BYTES);
      table.grow(length - table.length);
      for (const [entry, text] of texts) table.set(entry, text);
      return memory.buffer.byteLength;
    },
    digest: () => createHash("sha256").update(readFileSync(file)).digest("hex"),
  };
}

/** What each engine has from the start, and what a free entry is. */
const CONSTANTS: ReadonlySet<unknown> = new Set([undefined, null, true, false]);

/** Of WebAssembly's memory. */
const PAGE_BYTES = 65_536;
