import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { definedTerms, NAMESPACE, readOntology } from "./read.ts";

const root = new URL("../../", import.meta.url);
const defined = definedTerms(readOntology("prov-ml.ttl"));

/** Strings of the same form that are no names: channels of node:diagnostics_channel. */
const CHANNELS = ["fault"];

/** The provml: names in a text; what is below `urn:provml:`, or only measured (`"provml:declares".length`) is none. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w/]|urn:)provml:([A-Za-z][A-Za-z0-9]*)\b(?!["'`]\.length)/g)].map(
    (match) => match[1] ?? "",
  );
}

/** Program text without its comments; `//` inside an IRI is no comment. */
function withoutComments(program: string): string {
  return program.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(?<![:/\w])\/\/.*$/gm, "");
}

function undefinedNames(text: string): string[] {
  return namesIn(text).filter((name) => !defined.has(NAMESPACE + name) && !CHANNELS.includes(name));
}

describe("names with the prefix provml:", () => {
  test("of the programs below src are defined in the ontology", () => {
    const src = new URL("src/", root);
    const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const bad = files.flatMap((file) => {
      const program = withoutComments(readFileSync(new URL(file, src), "utf8"));
      return undefinedNames(program).map((name) => `src/${file}: provml:${name}`);
    });
    expect(files).toContain("model/ml.ts");
    expect(bad).toEqual([]);
  });

  test("of docs/graph.md are defined in the ontology", () => {
    const text = readFileSync(new URL("docs/graph.md", root), "utf8");
    expect(namesIn(text).length).toBeGreaterThan(50);
    expect(undefinedNames(text)).toEqual([]);
  });

  test("are measured by their defined part only", () => {
    expect(namesIn('part.slice("provml:declares".length) + "provml:declaresInput"')).toEqual(["declaresInput"]);
  });

  test("are found in literals and templates, and not in comments", () => {
    const program = '/* provml:A */ const a = "provml:Model"; // provml:B\nf(`http://x <provml:Nothing>`);';
    expect(namesIn(withoutComments(program))).toEqual(["Model", "Nothing"]);
    expect(undefinedNames(withoutComments(program))).toEqual(["Nothing"]);
  });
});
