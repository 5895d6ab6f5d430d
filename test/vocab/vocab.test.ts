import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PREFIXES } from "../../src/model/names.ts";
import { mls } from "../../src/vocab/mls.ts";
import { prov } from "../../src/vocab/prov.ts";
import { provml } from "../../src/vocab/provml.ts";
import { dcterms, rdf, rdfs, xsd } from "../../src/vocab/rdf.ts";
import { definedTerms, NAMESPACE, readOntology } from "../ontology/read.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function vocab(directory: string, ...flags: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [join(directory, "scripts/vocab.mjs"), ...flags], {
    encoding: "utf8",
  });
  return { status, stderr };
}

describe("the generated vocabularies", () => {
  test("are what the ontology says", () => {
    expect(vocab(root, "--check")).toEqual({ status: 0, stderr: "" });
  });

  test.each(Object.entries({ prov, mls, provml, rdf, rdfs, xsd, dcterms }))(
    "%s holds absolute IRIs under their local names",
    (prefix, terms) => {
      const expected = Object.keys(terms).map((name) => [name, PREFIXES[prefix as keyof typeof PREFIXES] + name]);
      expect(Object.entries(terms)).toEqual(expected);
    },
  );

  test("hold every term that the ontology defines", () => {
    expect(new Set(Object.values(provml))).toEqual(definedTerms(readOntology("prov-ml.ttl")));
    expect(provml.TrainingExecution).toBe(`${NAMESPACE}TrainingExecution`);
  });

  test("hold as many terms as PROV-O and ML Schema have", () => {
    expect(Object.keys(prov).length).toBe(30 + 44 + 6);
    expect(Object.keys(mls).length).toBe(25 + 12 + 1);
  });
});

describe("scripts/vocab.mjs in a copy", () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "provml-vocab-"));
    for (const script of ["vocab.mjs", "vocab-context.mjs"]) {
      cpSync(join(root, "scripts", script), join(copy, "scripts", script));
    }
    cpSync(join(root, "ontology"), join(copy, "ontology"), { recursive: true });
    cpSync(join(root, "src/vocab"), join(copy, "src/vocab"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  test.each(["prov", "mls", "provml", "context", "shapes"])(
    "--check fails when %s.ts was edited, names it, and leaves it",
    (name) => {
      const file = join(copy, `src/vocab/${name}.ts`);
      appendFileSync(file, "// edited\n");
      const { status, stderr } = vocab(copy, "--check");
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^src/vocab/${name}.ts differs .*\n$`));
      expect(readFileSync(file, "utf8")).toContain("// edited");
    },
  );

  test("writes what a term added to the ontology needs", () => {
    appendFileSync(join(copy, "ontology/prov-ml.ttl"), "\nprovml:Added a owl:Class .\n");
    expect(vocab(copy, "--check").status).toBe(1);
    expect(vocab(copy).status).toBe(0);
    expect(readFileSync(join(copy, "src/vocab/provml.ts"), "utf8")).toContain(`  Added: "${NAMESPACE}Added",`);
    expect(vocab(copy, "--check").status).toBe(0);
  });

  test("refuses a term that goes by the same name as one of PROV-O", () => {
    appendFileSync(join(copy, "ontology/prov-ml.ttl"), "\nprovml:Usage a owl:Class .\n");
    const { status, stderr } = vocab(copy);
    expect(status).toBe(1);
    expect(stderr).toContain("Usage is a term of two vocabularies");
  });

  test("refuses an unknown flag", () => {
    expect(vocab(copy, "--chek")).toEqual({ status: 2, stderr: "usage: node scripts/vocab.mjs [--check]\n" });
  });
});
