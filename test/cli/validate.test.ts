import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isOneLine, provml, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first");
const ill = recordedOnce("failed", "killed");
const VALID =
  "document prefix ex <http://example.org/> entity(ex:e) activity(ex:a, 2026-01-01T00:00:00, -) used(ex:a, ex:e) endDocument";
const LATE = `document
  prefix ex <http://example.org/>
  bundle ex:b
    entity(ex:e1)
    entity(ex:e2)
    wasDerivedFrom(ex:e2, ex:e1)
    wasDerivedFrom(ex:e1, ex:e2)
  endBundle
endDocument`;

let folder = "";
let fit = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "provml-validate-"));
  writeFileSync(join(folder, "valid.provn"), VALID);
  writeFileSync(join(folder, "late.provn"), LATE);
  fit = (await recorded.json<{ id: string }[]>("runs"))[0]?.id ?? "";
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (...args: string[]) => provml(["validate", ...args], { cwd: folder });

describe.concurrent("provml validate", () => {
  it("exits 0 for a document that can be true", async () => {
    expect(await run("valid.provn")).toEqual({ code: 0, stdout: "valid.provn: valid PROV\n", stderr: "" });
  });

  it("exits 1 and names the constraint, the bundle, the statements and why", async () => {
    const { code, stdout } = await run("late.provn");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^late\.provn: not valid PROV \(1 violation of constraints\)$/m);
    expect(stdout).toMatch(
      /^ {2}PROV-CONSTRAINTS 42 derivation-generation-generation-ordering in bundle ex:b: [A-Z].+\.$/m,
    );
    expect(stdout).toMatch(/^ {4}wasDerivedFrom\(ex:e2, ex:e1\)$/m);
  });

  it("exits 0 for times against the order of events, and prints the statements that give them", async () => {
    writeFileSync(
      join(folder, "times.provn"),
      `document prefix ex <http://example.org/>
        bundle ex:b activity(ex:a, 2012-11-16T16:05:00, 2011-11-16T16:05:00) endBundle
      endDocument`,
    );
    const { code, stdout } = await run("times.provn");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ {2}suspicion start-precedes-end in bundle ex:b: [A-Z].+\.\n {4}activity\(ex:a, 2012-11-16T16:05:00, 2011-11-16T16:05:00\)$/m,
    );
  });

  it("names things in the statements as in the sentence", async () => {
    writeFileSync(
      join(folder, "names.provn"),
      `document prefix ex <http://example.org/>
        bundle ex:b
          prefix own <urn:o:>
          used(_:u1; own:a, own:e1, -)
          used(_:u1; own:a, own:e2, -)
          wasDerivedFrom(own:e3, own:e1, own:a, -, _:u1)
        endBundle
      endDocument`,
    );
    const { stdout } = await run("names.provn");
    expect(stdout).toMatch(/ the id _:u1, .+: own:e1 and own:e2\.$/m);
    expect(stdout).toMatch(/^ {4}used\(_:u1; own:a, own:e1, -\)$/m);
  });

  it("prints the same as JSON", async () => {
    const { code, stdout } = await run("late.provn", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)["late.provn"]).toMatchObject({
      isValid: false,
      constraints: { total: 1, violations: [{ constraint: 42, bundle: "http://example.org/b" }] },
    });
  });

  it("exits 2 for what is no document, with the place", async () => {
    writeFileSync(join(folder, "broken.json"), '{"entity": {"e": []}');
    const outcome = await run("broken.json");
    expect(outcome.code).toBe(2);
    expect(isOneLine(outcome)).toBe(true);
    expect(outcome.stderr).toMatch(/^provml: broken\.json: line 1, column 21: /);
  });

  it("holds a run against PROV-CONSTRAINTS and the shapes of PROV-ML", async () => {
    const { code, stdout, stderr } = await recorded.provml("validate", fit);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`${fit}: valid PROV-ML\n`);
  });

  it("finds a run whose graph lacks what PROV-ML demands", async () => {
    await recorded.provml("convert", fit, join(folder, "run.nq"));
    const { stdout } = await recorded.provml("convert", fit, "-", "--to", "n-quads");
    const value = /^.*<http:\/\/www\.w3\.org\/ns\/mls#hasValue>.*\n/m;
    writeFileSync(join(folder, "less.nq"), stdout.replace(value, ""));
    const less = await run("less.nq");
    expect(less.code).toBe(1);
    expect(less.stdout).toMatch(/not valid PROV-ML \(1 violation of shapes\)\n {2}violation \S+: .+value/);
  });

  it("finds interrupted and failed runs in order, with warnings, and the union of all graphs", async () => {
    const { code, stdout } = await ill.provml("validate", "--all");
    expect(stdout).toMatch(/^the union of all graphs: valid PROV-ML \(\d+ warnings\)$/m);
    expect(stdout).toContain("it still runs, or it was interrupted");
    expect(code).toBe(0);
  });

  it("says what to do when nothing is named", async () => {
    const outcome = await run();
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain("--all");
  });
});
