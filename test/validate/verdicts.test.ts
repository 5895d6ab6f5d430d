import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { provN } from "../../src/formats/prov-n/prov-n.ts";
import type { Document } from "../../src/model/document.ts";
import { checkConstraints } from "../../src/validate/constraints/check.ts";

const folder = new URL("../../../shared/data/prov-constraints/", import.meta.url);
const table = existsSync(folder) ? readFileSync(new URL("VERDICTS.tsv", folder), "utf8") : "";
const cases = table
  .split("\n")
  .slice(1)
  .filter((line) => line !== "")
  .map((line) => line.split("\t") as [file: string, name: string, verdict: string, constraints: string]);

describe.skipIf(cases.length === 0)("the verdicts of the W3C (skipped: shared data absent)", () => {
  it.each(cases)("%s: %s", (file, _, verdict, constraints) => {
    const { violations, total } = checkConstraints(provN.read(readFileSync(new URL(file, folder), "utf8")) as Document);
    expect(total === 0 ? "PASS" : "FAIL", violations.map(({ sentence }) => sentence).join("\n")).toBe(verdict);
    if (verdict === "PASS") return;
    const expected = constraints
      .split(",")
      .map((name) => (name === "DM" ? "PROV-DM" : name.replace(/^c/, "PROV-CONSTRAINTS ")));
    const told = violations.map(({ source, involved }) => [
      source,
      ...involved.map((number) => `PROV-CONSTRAINTS ${number}`),
    ]);
    expect(told).toContainEqual(expect.arrayContaining(expected));
  });
});
