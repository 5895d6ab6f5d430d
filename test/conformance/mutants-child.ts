/**
 * `node --expose-gc mutants-child.js NOTATION COUNT SEED`: tries a reader with so many mutants of the suite's documents. Prints one line of JSON after each tenth, so that whoever
 * waits sees that it does not hang.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { NOTATIONS, type NotationName } from "../../src/formats/index.ts";
import { MUTANT_WORDS, mutants, tryReader } from "../formats/mutants.ts";
import type { Tenth } from "./mutants.ts";
import { filesBelow, sharedFolder } from "./shared.ts";

/** Where a reader's texts come from: files of the suites, those that no suite has are written from PROV-N first. */
const SOURCES: Readonly<Record<NotationName, { readonly folder: string; readonly files: RegExp }>> = {
  "prov-n": { folder: "prov-suite", files: /\.provn$/ },
  "prov-json": { folder: "prov-suite", files: /\.json$/ },
  "prov-xml": { folder: "prov-suite", files: /\.provx$/ },
  turtle: { folder: "prov-suite", files: /\.ttl$/ },
  trig: { folder: "prov-suite", files: /\.trig$/ },
  "n-triples": { folder: "prov-suite", files: /\.provn$/ },
  "n-quads": { folder: "prov-suite", files: /\.provn$/ },
  "json-ld": { folder: "prov-suite", files: /\.provn$/ },
  "prov-jsonld": { folder: "prov-suite", files: /\.provn$/ },
};
const WORDS: Readonly<Partial<Record<NotationName, string>>> = {
  trig: "turtle",
  "n-triples": "turtle",
  "n-quads": "turtle",
  "json-ld": "json",
  "prov-jsonld": "json",
};
/** Larger documents would only take longer to break. */
const LARGEST_BYTES = 3000;

const [name = "", count = "", seed = ""] = process.argv.slice(2);
const notation = NOTATIONS[name as NotationName];
const texts = await originals(name as NotationName);
const words = [...(MUTANT_WORDS.any ?? []), ...(MUTANT_WORDS[WORDS[name as NotationName] ?? name] ?? [])];
for (let tenth = 0; tenth < 10; tenth++) {
  const batch = mutants(texts, words, Math.ceil(Number(count) / 10), Number(seed) + tenth);
  const { read, refused, faults } = await tryReader(notation, batch);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const told: Tenth = { read, refused, faults: faults.slice(0, 3), faultCount: faults.length, heapUsed, rss };
  console.log(JSON.stringify(told));
}

async function originals(name: NotationName): Promise<string[]> {
  const { folder, files } = SOURCES[name];
  const root = sharedFolder(folder) as string;
  const paths = filesBelow(root, files).map((file) => join(root, file));
  const small = paths.filter((path) => statSync(path).isFile() && statSync(path).size <= LARGEST_BYTES);
  const texts = small.map((path) => readFileSync(path, "utf8"));
  if (notation.extensions.some((extension) => small[0]?.endsWith(`.${extension}`))) return texts;
  return Promise.all(
    texts.map(async (text) => {
      const document = await NOTATIONS["prov-n"].read(text);
      return [...notation.write(notation.lose(document).document)].join("");
    }),
  );
}
