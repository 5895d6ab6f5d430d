import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/** Which folders of src may import which: the documentation of the structure. Data flows down this list. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  vocab: [],
  capture: ["model"],
  spool: ["model"],
  rdf: ["model", "vocab"],
  formats: ["model", "rdf", "vocab"],
  series: ["model"],
  store: ["rdf", "model"],
  flush: ["spool", "rdf", "series", "store", "model"],
  query: ["store", "series", "spool", "model", "vocab", "rdf"],
  validate: ["model", "vocab", "rdf"],
  curate: ["query", "flush", "capture", "spool", "rdf", "vocab", "model"],
  draw: ["query", "model"],
  retrain: ["query", "model"],
  cli: [
    "curate",
    "retrain",
    "index.ts",
    "capture",
    "spool",
    "rdf",
    "formats",
    "validate",
    "series",
    "store",
    "flush",
    "query",
    "draw",
    "model",
    "vocab",
  ],
  adapters: ["instance.ts", "capture", "model"],
  testing: ["instance.ts", "capture", "model"],
  "index.ts": ["model", "capture", "instance.ts"],
  "instance.ts": ["capture", "recording.ts"],
  "recording.ts": ["model", "capture", "spool", "sampling"],
  sampling: ["capture", "spool"],
};

/** What the import of `provml` loads may use nothing but Node; the other folders may use these packages. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  capture: ["uuid"],
  rdf: ["@rdfjs/data-model", "@rdfjs/types", "rdf-canonize"],
  formats: ["n3", "saxes", "jsonld"],
  series: ["hyparquet", "hyparquet-writer"],
  store: ["oxigraph"],
  curate: ["uuid"],
  query: ["rdf-ext", "@rdfjs/types"],
  validate: ["n3", "rdf-validate-shacl", "@rdfjs/types"],
};

const FORBIDDEN_NAMES = /^(utils?|helpers?|common|core|base|managers?|handlers?|services?)(\.ts)?$/;

const source = join(new URL(".", import.meta.url).pathname, "../src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"));

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), "utf8");
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)";|import\("([^"]+)"\)/gm)].map(
    (m) => m[1] ?? m[2] ?? "",
  );
}

function folderOf(file: string): string {
  return file.split("/")[0] ?? file;
}

describe("the folders of src", () => {
  it.each(files)("%s imports only what its folder may", (file) => {
    const folder = folderOf(file);
    const allowed = MAY_IMPORT[folder];
    expect(allowed, `${folder} is not in the table`).toBeDefined();
    for (const imported of importsOf(file)) {
      if (imported.startsWith(".")) {
        const target = folderOf(normalize(join(file, "..", imported)).replaceAll("\\", "/"));
        if (target !== folder) expect(allowed, `${file} imports ${imported}`).toContain(target);
      } else if (!imported.startsWith("node:")) {
        expect(PACKAGES[folder] ?? [], `${file} imports ${imported}`).toContain(imported);
      }
    }
  });

  it("have no file or folder with a name that says nothing", () => {
    const vague = files.flatMap((file) => file.split("/")).filter((name) => FORBIDDEN_NAMES.test(name));
    expect(vague).toEqual([]);
  });

  it("have no default exports", () => {
    const defaults = files.filter((file) => /^export default /m.test(readFileSync(join(source, file), "utf8")));
    expect(defaults.filter((file) => !file.endsWith(".d.ts"))).toEqual([]);
  });
});
